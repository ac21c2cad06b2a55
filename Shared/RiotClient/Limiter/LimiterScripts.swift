import Redis

/// The limiter's scripts, each with the prelude in front.
struct LimiterScripts: Sendable {
    let acquire, settle, giveBack, giveUp, block, refuseKey, acceptKey, show: RedisScript

    /// The scripts as they are shipped.
    static let shared = LimiterScripts(prelude: String(decoding: PackageResources.prelude_lua, as: UTF8.self))

    /// The scripts behind another prelude; tests put one in that brings a clock of its own.
    init(prelude: String) {
        func script(_ name: String, _ source: [UInt8]) -> RedisScript {
            RedisScript(name: "limiter.\(name)", source: prelude + String(decoding: source, as: UTF8.self))
        }
        acquire = script("acquire", PackageResources.acquire_lua)
        settle = script("settle", PackageResources.settle_lua)
        giveBack = script("give_back", PackageResources.give_back_lua)
        giveUp = script("give_up", PackageResources.give_up_lua)
        block = script("block", PackageResources.block_lua)
        refuseKey = script("refuse_key", PackageResources.refuse_key_lua)
        acceptKey = script("accept_key", PackageResources.accept_key_lua)
        show = script("show", PackageResources.show_lua)
    }
}
