import ArgumentParser
import ServiceRuntime

struct LookupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lookup",
        abstract: "Asks Riot through the gateway who a player is, and shows his level and ranks."
    )

    @Argument(help: "A Riot ID, 'Name#TAG'.")
    var player: String

    @Option(help: "The platform he plays on, such as na1, euw1 or kr.")
    var platform = "na1"

    func run() async throws {
        let settings = try Settings.load(flags: [:])
        let order = try SyncOrder(player: player, platform: platform, year: nil)
        let found = try await GatewayClient(settings).lookUp(order)
        for line in found.lines { Console.standard.say(line) }
    }
}
