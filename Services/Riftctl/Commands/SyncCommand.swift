import ArgumentParser
import ServiceRuntime

struct SyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract: "Syncs a player's year through the gateway and shows the progress."
    )

    @Argument(help: "A Riot ID, 'Name#TAG'.")
    var player: String

    @Option(help: "The platform he plays on, such as na1, euw1 or kr.")
    var platform = "na1"

    @Option(help: "The year, in UTC; the gateway's own default when it is left out.")
    var year: Int?

    func run() async throws {
        let settings = try Settings.load(flags: [:])
        let order = try SyncOrder(player: player, platform: platform, year: year)
        let follower = SyncFollower(gateway: GatewayClient(settings), console: .standard)
        _ = try await follower.run(order)
    }
}
