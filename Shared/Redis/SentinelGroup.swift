/// The sentinels that know where a master is (https://redis.io/docs/latest/develop/reference/sentinel-clients).
///
/// The form of its address, `redis+sentinel://host,host/master/database?sentinel_password=…`, is the one of several Python
/// libraries. Celery's is not taken: it is a list of addresses, and the master's name and the sentinels' password stand
/// in a dictionary beside it, so that one variable could not hold it.
struct SentinelGroup: Sendable, Equatable, CustomStringConvertible {
    /// Where one sentinel is.
    struct Place: Sendable, Equatable, CustomStringConvertible {
        let host: String
        let port: UInt16

        var description: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }
    }

    var places: [Place]
    let master: String
    let user: String?
    let password: String?

    /// The places, without any login.
    var description: String { places.map(\.description).joined(separator: ",") }
}
