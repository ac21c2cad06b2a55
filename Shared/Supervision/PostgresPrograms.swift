import Glibc

/// The programs of one PostgreSQL release.
struct PostgresPrograms: Equatable {
    /// The directory that holds them.
    let directory: String
    /// The major version, when the directory tells it.
    let version: Int?

    var postgres: String { directory + "/postgres" }
    var initdb: String { directory + "/initdb" }
    var psql: String { directory + "/psql" }

    /// Finds the programs for a cluster of the given major version, or the newest ones for a new cluster.
    static func find(version: Int?, environment: [String: String]) throws(SupervisionError) -> PostgresPrograms {
        let all = debian() + inPath(environment)
        guard let version else {
            guard let newest = all.first else {
                throw SupervisionError(.unavailable, "PostgreSQL is not installed; it is in the package postgresql.")
            }
            return newest
        }
        guard let match = all.first(where: { $0.version == version }) ?? all.first(where: { $0.version == nil }) else {
            throw SupervisionError(
                .unavailable,
                "The data were written by PostgreSQL \(version), which is not installed; install postgresql-\(version) "
                    + "(or move the data aside)."
            )
        }
        return match
    }

    /// Debian keeps the programs of every release apart; newest first.
    private static func debian() -> [PostgresPrograms] {
        let root = "/usr/lib/postgresql"
        guard let handle = opendir(root) else { return [] }
        defer { closedir(handle) }
        var versions: [Int] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let version = Int(name), access("\(root)/\(name)/bin/postgres", X_OK) == 0 { versions.append(version) }
        }
        return versions.sorted(by: >).map { PostgresPrograms(directory: "\(root)/\($0)/bin", version: $0) }
    }

    private static func inPath(_ environment: [String: String]) -> [PostgresPrograms] {
        ProgramPath.directories(environment: environment)
            .filter { access($0 + "/postgres", X_OK) == 0 && access($0 + "/initdb", X_OK) == 0 }
            .map { PostgresPrograms(directory: $0, version: nil) }
    }
}
