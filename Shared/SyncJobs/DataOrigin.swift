public import ServiceRuntime
public import Storage

/// Where a database's data comes from.
///
/// Real and simulated data never mix.
public enum DataOrigin {
    /// The stamp for data that comes from `baseURL`: `riot`, `simulated` for this machine, else the URL itself.
    public static func of(baseURL: String) -> String {
        let host = baseURL.split(separator: "/").dropFirst().first.map(String.init) ?? baseURL
        if host.hasSuffix(".api.riotgames.com") { return "riot" }
        let isLoopback = ["127.", "localhost", "[::1]"].contains { host.hasPrefix($0) }
        return isLoopback ? "simulated" : baseURL
    }
}

extension Storage {
    /// What every service does before it uses the database: migrations, and the stamp of where its data comes from.
    ///
    /// - Throws: `StartupError` with exit code 78 for a newer schema or data of another origin, 69 while another
    ///   process migrates for too long; `PostgresError`.
    public func prepare(for context: ServiceContext) async throws {
        do {
            try await migrate()
            try await stampOrigin(DataOrigin.of(baseURL: context.settings.riotBaseURL))
        } catch let error as SchemaError where error.code == .busy {
            throw StartupError.unavailable("\(error)")
        } catch let error as SchemaError {
            throw StartupError.configuration("\(error)")
        } catch let error as DataOriginMismatch {
            throw StartupError.configuration("\(error)")
        }
    }
}
