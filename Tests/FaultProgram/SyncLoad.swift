/// Frontends: several at a time ask for players' years and look at the tasks until they end.
actor SyncLoad {
    /// Syncs under way at a time.
    private static let width = 6
    /// How long a task may take, faults included.
    private static let patience = Duration.seconds(900)

    struct Outcome: Sendable {
        let player: Int
        let task: String
        let status: Frontend.TaskAnswer
    }

    let world: FaultWorld
    private let frontend: Frontend
    private(set) var outcomes: [Outcome] = []
    private(set) var stuck: [String] = []
    /// Answers whose progress was lower than one before.
    private(set) var fallen = 0
    private var next = 0
    private var isOver = false

    init(world: FaultWorld, gatewayPort: Int) {
        self.world = world
        frontend = Frontend(world: world, gatewayPort: gatewayPort)
    }

    /// Starts syncs until `end`, and returns when the last has ended.
    func run(until end: ContinuousClock.Instant) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for _ in 0..<Self.width {
                group.addTask { while await !self.isOver, .now < end { try await self.sync() } }
            }
        }
    }

    /// What is under way is followed to its end.
    func startNoMore() { isOver = true }

    private func sync() async throws {
        let player = next % world.players
        next += 1
        let deadline = ContinuousClock.now + Self.patience
        var task: String?
        var highest = 0
        while .now < deadline {
            if let known = task {
                if let answer = try? await frontend.status(of: known) {
                    if let progress = answer.progress {
                        if progress < highest { fallen += 1 }
                        highest = max(highest, progress)
                    }
                    if answer.isFinal {
                        outcomes.append(Outcome(player: player, task: known, status: answer))
                        return
                    }
                }
            } else {
                task = try? await frontend.start(player)
            }
            try await Task.sleep(for: .milliseconds(200))  // a frontend looks now and then
        }
        stuck.append(task ?? "never started: \(world.name(player))")
    }
}
