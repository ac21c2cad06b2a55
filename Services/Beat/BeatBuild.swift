import JSONRPC
import Logging
import Postgres
import ServiceLifecycle
import ServiceRuntime
import Storage

/// Wires beat.
struct BeatBuild: Sendable {
    /// Connections to PostgreSQL besides the leader's own.
    static let connections = 2

    let context: ServiceContext

    /// Builds the services in the order in which they start.
    func services() async throws -> [any Service] {
        let client = JSONRPCClient(socketPath: context.socketPath(of: "orchestrator"), logger: context.logger)
        let schedule = try makeSchedule(OrchestratorCalls(client: client))
        let storage = Storage(
            pool: try context.makePostgres(maximumConnections: Self.connections),
            keyScope: context.settings.riotKeyScope,
            logger: context.logger
        )
        try await checkSchema(storage)
        context.health.register("schema") {
            try await storage.requireCurrentSchema()
            return nil
        }
        let leadership = PostgresLeadership(
            configuration: try context.postgresConfiguration(),
            key: AdvisoryLock.schedule.rawValue,
            name: "schedule",
            logger: context.logger
        )
        let sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
        let runner = ScheduleRunner(
            storage: storage,
            name: RunnerName.make(context),
            logger: context.logger,
            sleep: sleep
        )
        let methods = ScheduleMethods(schedule: schedule, runner: runner, storage: storage, now: EpochTime.now)
        var table = MethodTable(service: context.name, version: Release.version)
        addServiceMethods(to: &table, context: context)
        methods.add(to: &table)
        return [
            JSONRPCServer(
                socketPath: context.socketPath,
                dispatcher: JSONRPCDispatcher(table, logger: context.logger),
                logger: context.logger
            ),
            BeatService(
                schedule: schedule,
                runner: runner,
                interrupted: InterruptedTicks(
                    schedule: schedule,
                    runner: runner,
                    storage: storage,
                    logger: context.logger,
                    sleep: sleep
                ),
                storage: storage,
                logger: context.logger,
                now: EpochTime.now,
                sleep: sleep,
                whileLeader: { body in try await leadership.whileLeader(body) }
            ),
        ]
    }

    /// The entries with the operator's cron lines, in his time zone.
    private func makeSchedule(_ orchestrator: OrchestratorCalls) throws -> Schedule {
        let zone: TimeZoneRules
        do throws(ZoneError) {
            zone = try ZoneDirectory.system.rules(named: context.settings.scheduleTimeZone)
        } catch {
            throw StartupError.configuration("\(SettingName.scheduleTimeZone.rawValue): \(error).")
        }
        let standard = try Schedule.standard(orchestrator, zone: zone)
        do throws(ScheduleSettingError) {
            return try standard.overridden(by: try ScheduleSetting(context.settings.schedule))
        } catch {
            throw StartupError.configuration("\(SettingName.schedule.rawValue): \(error).")
        }
    }

    /// A database of a newer version is refused at once; one that is away or not yet migrated is waited for.
    private func checkSchema(_ storage: Storage) async throws {
        do {
            try await Deadline.run(.seconds(1)) { try await storage.requireCurrentSchema() }
        } catch let error as SchemaError where error.code == .older {
            context.logger.warning("waiting for migrations", metadata: ["error": "\(error)"])
        } catch let error as SchemaError {
            throw StartupError.configuration(error.message)
        } catch {
            context.logger.warning("starting without PostgreSQL", metadata: ["error": "\(error)"])
        }
    }
}
