/// One numbered step of the schema.
///
/// What was released is never edited: a change is a new step.
struct Migration: Sendable {
    let number: Int
    let name: String
    let script: String

    /// All steps, in their order.
    static let all: [Migration] = [
        Migration(1, "data", PackageResources._001_data_sql),
        Migration(2, "tasks", PackageResources._002_tasks_sql),
        Migration(3, "ranks_and_retries", PackageResources._003_ranks_and_retries_sql),
        Migration(4, "forecast", PackageResources._004_forecast_sql),
        Migration(6, "reads", PackageResources._006_reads_sql),
        Migration(7, "analysis", PackageResources._007_analysis_sql),
        Migration(8, "privacy", PackageResources._008_privacy_sql),
    ]

    init(_ number: Int, _ name: String, _ script: [UInt8]) {
        self.number = number
        self.name = name
        self.script = String(decoding: script, as: UTF8.self)
    }
}
