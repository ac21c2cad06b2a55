/// Why there is no such time zone, or why its file cannot be used: the end of a sentence that begins with a setting.
struct ZoneError: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
