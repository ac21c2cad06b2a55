import ServiceRuntime

/// The main job, once everything runs: a player's year.
struct Demo: Sendable {
    let order: StackOrder
    let settings: Settings
    let gateway: GatewayClient
    let console: Console

    /// Syncs the named player, or without a key the simulated one, and tells where to look.
    func run() async throws {
        guard order.hasDemo else { return }
        let isSimulated = try DataSource(settings) == .simulator
        guard let player = order.player ?? (isSimulated ? StackOrder.demoPlayer : nil) else {
            console.say("Nobody was named to be synced; try: compose/up --player 'Name#TAG' --platform euw1")
            return
        }
        let request = try SyncOrder(
            player: player,
            platform: order.platform ?? StackOrder.demoPlatform,
            year: order.year ?? settings.defaultMatchYear
        )
        _ = try await SyncFollower(gateway: gateway, console: console).run(request)
        if isSimulated { console.say("These data are SIMULATED.") }
        console.say("Look at:")
        console.say("    \(gateway.address)/readyz")
        console.say("    \(gateway.address)/metrics")
        console.say("    \(gateway.address)/api/v1/about")
    }
}
