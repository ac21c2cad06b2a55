public import JSONRPC
import Redis
public import RiotClient

/// Adds `limits.show`: what all processes of the key know of its limits, the same whichever of them is asked.
public func addLimitMethods(to table: inout MethodTable, limiter: RateLimiter) {
    table.add(
        "limits.show",
        summary: "Riot's limits as far as they are known: use of every window, stops, and whether the key is accepted.",
        parameters: [],
        errors: [.dependencyDown]
    ) { (_: NoParameters, _) in
        do throws(RedisError) {
            return try await limiter.snapshot()
        } catch {
            throw JSONRPCError.dependencyDown("redis", "The limits cannot be read: \(error.message)")
        }
    }
}
