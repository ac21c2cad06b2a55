import Redis

/// The queue's scripts, each behind the common part.
enum QueueScripts {
    static let enqueue = script("enqueue", PackageResources.enqueue_lua)
    static let claim = script("claim", PackageResources.claim_lua)
    static let finish = script("finish", PackageResources.finish_lua)
    static let heartbeat = script("heartbeat", PackageResources.heartbeat_lua)
    static let reap = script("reap", PackageResources.reap_lua)
    static let depth = script("depth", PackageResources.depth_lua)

    private static func script(_ name: String, _ body: [UInt8]) -> RedisScript {
        RedisScript(name: name, source: String(decoding: PackageResources.common_lua + body, as: UTF8.self))
    }
}
