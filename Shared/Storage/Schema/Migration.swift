/// One numbered step of the schema.
///
/// What was released is never edited: a change is a new step.
///
/// Programs of two versions can run on one database while they are replaced one after the other. A program that does
/// not know an applied step goes on if that step says that it may, by `worksWith`: the oldest schema whose programs
/// still do all they did. A step may say so when it only adds (a table, a view, an index, a column that is null or has
/// a default) or loosens, since programs name the columns that they read and write. So a change that breaks takes two
/// versions: one that adds the new form beside the old one, and a later one, whose step says nothing or names the first
/// of the two, that takes the old form away.
struct Migration: Sendable {
    let number: Int
    let name: String
    let script: String
    /// The newest step that a program must know at least to use the schema with this step in it.
    let oldestProgram: Int

    /// All steps, in their order.
    static let all: [Migration] = [
        Migration(1, "data", PackageResources._001_data_sql),
        Migration(2, "tasks", PackageResources._002_tasks_sql),
        Migration(3, "ranks_and_retries", PackageResources._003_ranks_and_retries_sql),
        Migration(4, "forecast", PackageResources._004_forecast_sql),
        Migration(5, "derive", PackageResources._005_derive_sql, worksWith: 4),
        Migration(6, "reads", PackageResources._006_reads_sql, worksWith: 5),
        Migration(7, "analysis", PackageResources._007_analysis_sql, worksWith: 5),
        Migration(8, "privacy", PackageResources._008_privacy_sql, worksWith: 5),
        Migration(9, "dead_letters", PackageResources._009_dead_letters_sql, worksWith: 5),
        Migration(10, "cancel", PackageResources._010_cancel_sql, worksWith: 5),
        Migration(11, "schedule", PackageResources._011_schedule_sql, worksWith: 5),
    ]

    /// Creates a step.
    ///
    /// - Parameter worksWith: the oldest schema, by its last step, whose programs go on working beside it; without it
    ///   every program that does not know the step refuses the database.
    init(_ number: Int, _ name: String, _ script: [UInt8], worksWith: Int? = nil) {
        self.number = number
        self.name = name
        self.script = String(decoding: script, as: UTF8.self)
        oldestProgram = worksWith ?? number
    }
}
