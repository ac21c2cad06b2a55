import Glibc
import JSONRPC
import Logging

/// The answer of `service.info`: who this is and what state it is in.
public struct ServiceInformation: Codable, Sendable {
    /// The bounds that a caller of the socket meets.
    public struct Limits: Codable, Sendable {
        /// Bytes of a frame.
        public var frameBytes = JSONRPCLimits.frameBytes
        /// Requests in a batch.
        public var batchEntries = JSONRPCLimits.batchEntries
        /// Requests of one connection that run at once.
        public var requestsInFlight = JSONRPCLimits.requestsInFlight

        private enum CodingKeys: String, CodingKey {
            case frameBytes = "frame_bytes"
            case batchEntries = "batch_entries"
            case requestsInFlight = "requests_in_flight"
        }
    }

    /// The program.
    public var service: String
    /// This process among those of its program on this host.
    public var instance: String
    /// The version of the build.
    public var version: String
    /// The process id.
    public var pid: Int32
    /// When it started, in ISO 8601.
    public var startedAt: String
    /// Whole seconds since then.
    public var uptimeSeconds: Int64
    /// The protocol of the socket.
    public var protocolName = "JSON-RPC 2.0, one frame a line"
    /// The bounds of the socket.
    public var limits = Limits()
    /// The least severe level that it logs.
    public var logLevel: String
    /// Its dependencies.
    public var health: HealthReport

    private enum CodingKeys: String, CodingKey {
        case service, instance, version, pid, limits, health
        case startedAt = "started_at"
        case uptimeSeconds = "uptime_seconds"
        case protocolName = "protocol"
        case logLevel = "log_level"
    }

    static func of(_ context: ServiceContext) async -> ServiceInformation {
        ServiceInformation(
            service: context.name,
            instance: context.instance,
            version: Release.version,
            pid: getpid(),
            startedAt: EpochTime.iso8601(context.startedAt),
            uptimeSeconds: (EpochTime.now() - context.startedAt) / 1_000,
            logLevel: context.logLevel.level.rawValue,
            health: await context.healthReport()
        )
    }
}
