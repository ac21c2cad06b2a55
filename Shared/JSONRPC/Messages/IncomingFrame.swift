import JSON

/// What a frame asks for.
enum IncomingFrame: Sendable {
    /// One request, notification or response.
    case single(IncomingMessage)
    /// Several; at least one, at most `JSONRPCLimits.batchEntries`.
    case batch([IncomingMessage])
    /// Nothing that can be worked on; answered with id null.
    case refused(JSONRPCError)

    /// Reads a frame.
    ///
    /// Everything that a peer may send wrongly becomes a `.refused`, of the frame or of one message.
    init(parsing frame: [UInt8]) {
        let root: JSONValue
        do {
            root = try JSONDocument(parsing: frame, keys: EnvelopeKey.table, depthLimit: JSONRPCLimits.depth).root
        } catch {
            self = .refused(.parseError(error.description, offset: error.offset))
            return
        }
        guard root.kind == .array else {
            self = .single(IncomingMessage(root))
            return
        }
        switch root.count {
        case 0:
            self = .refused(.invalidRequest("A batch holds at least one request."))
        case ...JSONRPCLimits.batchEntries:
            self = .batch(root.elements.map { IncomingMessage($0) })
        default:
            let limit = JSONRPCLimits.batchEntries
            self = .refused(.invalidRequest("A batch holds at most \(limit) requests.", limit: limit))
        }
    }
}

/// One message of a frame.
enum IncomingMessage: Sendable {
    /// A call, or a notification when it has no id.
    case request(IncomingRequest)
    /// An answer to a call that this end made (both ends may make calls).
    case response(JSONValue)
    /// Not a JSON-RPC 2.0 message.
    case refused(RequestID, JSONRPCError)

    init(_ value: JSONValue) {
        var members = EnvelopeMembers()
        if let problem = members.read(value) {
            self = .refused(members.answerID, .invalidRequest(problem))
        } else if members[.method] == nil, members[.result] != nil || members[.error] != nil {
            self = .response(value)
        } else {
            self = Self.request(members)
        }
    }

    private static func request(_ members: EnvelopeMembers) -> IncomingMessage {
        func refuse(_ reason: String) -> IncomingMessage { .refused(members.answerID, .invalidRequest(reason)) }
        guard members[.jsonrpc]?.withUTF8({ $0.elementsEqual("2.0".utf8) }) == true else {
            return refuse("The member jsonrpc must be the string 2.0.")
        }
        guard let method = members[.method]?.string else { return refuse("The member method must be a string.") }
        if members[.result] != nil || members[.error] != nil {
            return refuse("A request has neither result nor error.")
        }
        if let parameters = members[.parameters], parameters.kind != .object, parameters.kind != .array {
            return refuse("The member params must be an array or an object.")
        }
        var id: RequestID?
        if let value = members[.id] {
            guard let valid = RequestID(value) else { return refuse("The member id must be a string or a number.") }
            id = valid
        }
        return .request(IncomingRequest(id: id, method: method, parameters: members[.parameters]))
    }
}

/// A well-formed request; whether the method exists is not known yet.
struct IncomingRequest: Sendable {
    /// `nil` for a notification, which is never answered.
    let id: RequestID?
    let method: String
    /// An object, an array or nothing.
    let parameters: JSONValue?
}
