import ArgumentParser
import Glibc
import ServiceRuntime
import Supervision

/// The program `riftctl`: starts, shows and ends everything on one machine, and talks to single services.
@main
struct Riftctl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "riftctl",
        abstract: "Runs riftsync on this machine and talks to its services.",
        discussion: "Settings come from the environment (README.md lists them), as for the services.",
        version: Release.version,
        subcommands: [
            UpCommand.self, StatusCommand.self, DownCommand.self, SyncCommand.self, TaskCommand.self,
            LookupCommand.self, LimitsCommand.self, QueueCommand.self, DeadCommand.self, ScheduleCommand.self,
            CallCommand.self, DiscoverCommand.self, MigrateCommand.self, QueryCommand.self, DeriveCommand.self,
            RejectedCommand.self, CleanupCommand.self, PlayerCommand.self, WithServersCommand.self,
        ]
    )

    static func main() async {
        signal(SIGPIPE, SIG_IGN)  // a closed pager or a vanished service is an error, not the end
        umask(0o077)
        do {
            try CrashGuard.install()  // the settings that it reads hold the key
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            guard let failure = CommandFailure(error) else { exit(withError: error) }
            if !failure.message.isEmpty { Console.standard.complain(failure.message) }
            Glibc.exit(failure.code)
        }
    }
}
