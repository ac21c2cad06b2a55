/// The members of `params`, of those that are there.
struct CallMembers: Sendable {
    private var members: [String] = []

    mutating func add(_ name: String, _ text: String?) {
        if let text { members.append("\"\(name)\":\(CallParameters.quoted(text))") }
    }

    mutating func add(_ name: String, _ number: Int?) {
        if let number { members.append("\"\(name)\":\(number)") }
    }

    /// A flag that is not set is left out.
    mutating func add(_ name: String, _ flag: Bool) {
        if flag { members.append("\"\(name)\":true") }
    }

    /// The JSON object.
    var json: String { "{" + members.joined(separator: ",") + "}" }
}
