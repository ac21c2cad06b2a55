/// Whether a service can do its work, with the reason per dependency.
public struct HealthReport: Codable, Sendable, Equatable {
    /// What one check found.
    public struct Check: Codable, Sendable, Equatable {
        /// The dependency.
        public var name: String
        /// Whether it answered as it should.
        public var isHealthy: Bool
        /// A sentence when it did not, or something worth knowing when it did.
        public var detail: String?
        /// How long the check took.
        public var milliseconds: Double
        /// Since when it has been as it is, in epoch milliseconds.
        public var since: Int64

        private enum CodingKeys: String, CodingKey {
            case name, detail, milliseconds, since
            case isHealthy = "ok"
        }
    }

    /// Every check is healthy and the service is not being drained.
    public var isReady: Bool
    /// The service finishes what it has and takes nothing new.
    public var isDraining: Bool
    /// In the order of registration.
    public var checks: [Check]

    private enum CodingKeys: String, CodingKey {
        case checks
        case isReady = "ready"
        case isDraining = "draining"
    }
}
