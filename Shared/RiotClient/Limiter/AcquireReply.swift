import Redis

/// What `acquire.lua` answers.
enum AcquireReply {
    case go(grantedAt: Int64, isKeyProbe: Bool)
    case wait(milliseconds: Int64, reason: String, detail: String)

    init(_ reply: RedisValue) throws(RedisError) {
        let fields = reply.array ?? []
        switch fields.first?.text {
        case "go":
            guard fields.count == 3, let now = fields[1].int else { break }
            self = .go(grantedAt: now, isKeyProbe: fields[2].int == 1)
            return
        case "wait":
            guard fields.count == 4, let wait = fields[1].int, let reason = fields[2].text else { break }
            self = .wait(milliseconds: wait, reason: reason, detail: fields[3].text ?? "")
            return
        default: break
        }
        throw RedisError(.unexpectedReply, "the limiter's script answered in another form than it is written to")
    }

    func decision(route: String, method: RiotMethod, id: String, expires: ContinuousClock.Instant) -> PermitDecision {
        switch self {
        case .go(let grantedAt, let isKeyProbe):
            return .granted(
                Permit(
                    route: route,
                    method: method,
                    id: id,
                    grantedAt: grantedAt,
                    expires: expires,
                    isKeyProbe: isKeyProbe,
                    isMetered: true
                )
            )
        case .wait(let milliseconds, let reason, let detail):
            let why: WaitReason =
                switch reason {
                case "key": .keyRejected(status: Int(detail) ?? 403)
                case "blocked": .blocked(route: route, method: method, type: detail)
                case "application": .application(route: route, limit: detail)
                case "method": .method(route: route, method: method, limit: detail)
                default: .probing(route: route, method: method)
                }
            return .wait(.milliseconds(milliseconds), why)
        }
    }
}
