import ArgumentParser
import FoundationEssentials
import Glibc
import ServiceRuntime
import Supervision

struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Starts everything on this machine and syncs a player.",
        discussion: """
            Starts a private Redis and PostgreSQL unless REDIS_URL and DATABASE_URL name others, all services, and, \
            without a RIOT_API_KEY, the simulator of Riot's API. Runs until Ctrl-C, which ends what was started.
            """
    )

    @Option(help: "Whom to sync: a Riot ID, 'Name#TAG'.")
    var player: String?

    @Option(help: "The platform he plays on, such as na1, euw1 or kr.")
    var platform: String?

    @Option(help: "The year to sync, in UTC.")
    var year: Int?

    @Flag(help: "Sync nobody.")
    var noDemo = false

    @Flag(help: "Go on in the background; returns when everything is ready and the sync has ended.")
    var detach = false

    @Flag(help: .hidden)  // what --detach starts
    var inBackground = false

    func validate() throws {
        if player == nil, platform != nil { throw ValidationError("--platform needs a --player.") }
    }

    func run() async throws {
        let console = Console.standard
        let settings = try Settings.load(flags: [:])
        let order = StackOrder(player: player, platform: platform, year: year, hasDemo: !noDemo)
        if let player { _ = try SyncOrder(player: player, platform: "", year: nil) }
        try PrivateDirectory.adopt(settings.runtimeDirectory, mode: 0o700)
        try PrivateDirectory.adopt(settings.dataDirectory, mode: geteuid() == 0 ? 0o711 : 0o700)
        try PrivateDirectory.make(settings.dataDirectory + "/logs")
        if detach {
            try await BackgroundStack(settings: settings, order: order, console: console).run()
            return
        }
        try await runInForeground(settings, order, console)
    }

    private func runInForeground(_ settings: Settings, _ order: StackOrder, _ console: Console) async throws {
        let lock: StackLock
        do {
            lock = try StackLock(runtimeDirectory: settings.runtimeDirectory)
        } catch {
            guard error.code == .inUse else { throw error }
            throw CommandFailure(
                .tryAgain,
                "\(error) See it with compose/status, end it with compose/down, or set RUNTIME_DIR and DATA_DIR to others."
            )
        }
        try await EarlierStack(runtimeDirectory: settings.runtimeDirectory, console: console).endLeftovers()
        let plan = try StackPlan(
            settings: settings,
            order: order,
            environment: ProcessInfo.processInfo.environment,
            programs: ExecutableDirectory.ours
        )
        let runner = StackRunner(plan: plan, console: console)
        let stack = ForegroundStack(runner: runner, console: console) {
            console.say("Ready: \(plan.gateway.address)")
            try await Demo(order: order, settings: settings, gateway: plan.gateway, console: console).run()
            if !inBackground { console.say("Running. Ctrl-C ends it; compose/status shows it.") }
        }
        try await stack.run()
        _ = consume lock
    }
}
