import Redis

/// The Lua scripts of the queue; each runs as one step on the server, behind the part that all share.
enum QueueScripts {
    static let enqueue = script("enqueue", PackageResources.enqueue_lua)
    static let claim = script("claim", PackageResources.claim_lua)
    static let finish = script("finish", PackageResources.finish_lua)
    static let heartbeat = script("heartbeat", PackageResources.heartbeat_lua)
    static let reap = script("reap", PackageResources.reap_lua)
    static let bury = script("bury", PackageResources.bury_lua)
    static let cancel = script("cancel", PackageResources.cancel_lua)
    static let depth = script("depth", PackageResources.depth_lua)
    static let hold = script("hold", PackageResources.hold_lua)
    static let pauses = script("pauses", PackageResources.pauses_lua)
    static let tenants = script("tenants", PackageResources.tenants_lua)
    static let letters = script("letters", PackageResources.letters_lua)

    private static func script(_ name: String, _ body: [UInt8]) -> RedisScript {
        RedisScript(
            name: name,
            source: String(decoding: PackageResources.common_lua + body, as: UTF8.self)
        )
    }
}
