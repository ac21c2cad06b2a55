import Glibc
import Reactor

/// Turns host names into numeric addresses, away from the reactor: hiredis would resolve on the calling thread.
enum HostResolver {
    /// Addresses of one name that are tried.
    private static let maximumAddresses = 8

    /// The numeric addresses of `host` in the order of the system's preference; `host` itself when it is numeric.
    static func addresses(
        of host: String,
        until deadline: ContinuousClock.Instant
    ) async throws(RedisError) -> [String] {
        if isNumeric(host) { return [host] }
        switch await HelperThreads.shared.run(until: deadline, { lookUp(host) }) {
        case .value(.success(let addresses)): return addresses
        case .value(.failure(let error)): throw error
        case .timedOut:
            throw RedisError(
                .unavailable,
                "the name \(host) of the Redis server was not resolved in time"
            )
        case .cancelled:
            throw RedisError(.cancelled, "the task was cancelled while it connected to Redis")
        }
    }

    private static func isNumeric(_ host: String) -> Bool {
        var address = in6_addr()
        return inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1
    }

    /// Blocks for as long as the system's resolver likes.
    private static func lookUp(_ host: String) -> Result<[String], RedisError> {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &list)
        guard code == 0 else {
            let reason = String(cString: gai_strerror(code))
            return .failure(
                RedisError(.unavailable, "the name \(host) of the Redis server has no address: \(reason)")
            )
        }
        defer { freeaddrinfo(list) }
        var addresses: [String] = []
        var next = list
        while let entry = next, addresses.count < maximumAddresses {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let code = getnameinfo(
                entry.pointee.ai_addr,
                entry.pointee.ai_addrlen,
                &text,
                socklen_t(text.count),
                nil,
                0,
                NI_NUMERICHOST
            )
            if code == 0 {
                addresses.append(String(decoding: text.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self))
            }
            next = entry.pointee.ai_next
        }
        return .success(addresses)
    }
}
