/// What this build is called.
public enum Release {
    /// The product, as it is written for people.
    public static let product = "riftsync"
    /// The version, as in the changelog.
    public static let version = "0.1.0"
}
