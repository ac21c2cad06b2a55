import Redis

/// What `acquire.lua` answers; times in microseconds.
enum AcquireReply {
    case go(at: Int64)
    case wait(Int64, reason: String, detail: String, at: Int64)

    init(_ reply: RedisValue) throws(RedisError) {
        let fields = reply.array ?? []
        switch fields.first?.text {
        case "go":
            guard fields.count == 2, let now = fields[1].int else { break }
            self = .go(at: now)
            return
        case "wait":
            guard fields.count == 5, let wait = fields[1].int, let reason = fields[2].text, let now = fields[4].int
            else {
                break
            }
            self = .wait(wait, reason: reason, detail: fields[3].text ?? "", at: now)
            return
        default: break
        }
        throw RedisError(.unexpectedReply, "the limiter's script answered in another form than it is written to")
    }

    /// The limiter's clock when the script ran.
    var time: Int64 {
        switch self {
        case .go(let time), .wait(_, _, _, let time): time
        }
    }

    /// Why the script says to wait.
    static func reason(_ word: String, _ detail: String, route: String, method: RiotMethod) -> WaitReason {
        switch word {
        case "key": .keyRejected(status: Int(detail) ?? 403)
        case "blocked": .blocked(route: route, method: method, type: detail)
        case "application": .application(route: route, limit: detail)
        case "method": .method(route: route, method: method, limit: detail)
        default: .probing(route: route, method: method)
        }
    }
}
