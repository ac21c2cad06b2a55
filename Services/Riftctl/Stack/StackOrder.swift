/// What the command line of `up` asked for.
struct StackOrder: Sendable, Equatable {
    var player: String?
    var platform: String?
    var year: Int?
    var hasDemo = true

    /// The player of the simulator when none is named.
    static let demoPlayer = "Demo#NA1"
    /// His platform.
    static let demoPlatform = "na1"
}
