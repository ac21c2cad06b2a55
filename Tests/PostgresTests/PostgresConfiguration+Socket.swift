@testable import Postgres

extension PostgresConfiguration {
    /// Where the server's Unix socket is, if it is reached by one.
    var socketDirectoryAndPort: (directory: String, port: String, user: String)? {
        guard let host = effective("host"), host.hasPrefix("/"), let user = effective("user") else { return nil }
        return (host, effective("port") ?? "5432", user)
    }
}
