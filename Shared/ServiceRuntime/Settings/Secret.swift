/// A value that no description, interpolation, log line or encoder shows.
///
/// It has to be asked for by name, so that every place that reads it can be found.
public struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// What is shown instead of any secret.
    public static let mask = "•••"

    private let value: String

    /// Wraps `value`.
    public init(_ value: String) { self.value = value }

    /// The value itself, for the one call that needs it.
    public func reveal() -> String { value }

    /// Always the mask.
    public var description: String { Secret.mask }

    /// Always the mask.
    public var debugDescription: String { Secret.mask }

    /// Has no children, so that `dump` and test failures show nothing either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
