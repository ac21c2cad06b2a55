/// Where the value of a setting came from.
public enum SettingOrigin: Sendable, Equatable, CustomStringConvertible {
    /// A flag of the executable.
    case flag
    /// An environment variable, by its name.
    case environment(String)
    /// The configuration file at this path.
    case file(String)
    /// What holds when nothing was said.
    case builtIn
    /// Nothing was said and nothing holds.
    case absent

    /// The origin in words, for `--check-config` and errors.
    public var description: String {
        switch self {
        case .flag: "flag"
        case .environment(let name): "environment \(name)"
        case .file(let path): "file \(path)"
        case .builtIn: "default"
        case .absent: "not set"
        }
    }
}
