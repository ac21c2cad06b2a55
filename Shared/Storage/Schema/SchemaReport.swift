/// A step of the schema, as a program finds it in a database.
public struct SchemaStep: Sendable, Equatable {
    /// How it stands; the raw value is for people.
    public enum State: String, Sendable {
        /// It was applied, and its text is the one that this program has.
        case applied
        /// This program has it, and it was not applied yet.
        case pending
        /// It was applied, with another text than the one that this program has under its number.
        case changed
        /// This program does not know it, and the step says that this program may go on.
        case newer = "newer, works with this program"
        /// This program does not know it and may not use the schema.
        case foreign = "not known to this program"
    }

    /// Its place in the order, from 1.
    public let number: Int
    /// Its name, from the database when it was applied.
    public let name: String
    /// How it stands.
    public let state: State
    /// When it was applied, epoch milliseconds; nil when it was not.
    public let appliedAt: Int64?
}

/// All steps that a database has or a program knows, by their number, and what that means.
public struct SchemaReport: Sendable, Equatable {
    /// The steps.
    public let steps: [SchemaStep]

    /// Why this program may neither use nor change the schema; nil when it may.
    public var refusal: SchemaError? {
        if let step = steps.first(where: { $0.state == .changed }) {
            return SchemaError(
                code: .changed,
                message: "The database's schema was made with another step \(step.number) (\(step.name)) than the one "
                    + "of this program; they come from different builds. Use the build that made it, or another "
                    + "database."
            )
        }
        if let step = steps.first(where: { $0.state == .foreign }) {
            return SchemaError(
                code: .newer,
                message: "The database's schema has step \(step.number) (\(step.name)), which this program does not "
                    + "know and which does not work with it: a newer version migrated it. Run that version or a later "
                    + "one."
            )
        }
        if let gap = steps.first(where: { $0.state == .pending }),
            let later = steps.first(where: { $0.number > gap.number && $0.appliedAt != nil })
        {
            return SchemaError(
                code: .changed,
                message: "The database's schema has step \(later.number) (\(later.name)) and lacks step \(gap.number) "
                    + "(\(gap.name)) before it; they come from different builds. Use the build that made it, or "
                    + "another database."
            )
        }
        return nil
    }

    /// Why this program may not use the schema as it is; nil when it may.
    public var problem: SchemaError? {
        if let refusal { return refusal }
        guard let first = steps.first(where: { $0.state == .pending }) else { return nil }
        return SchemaError(
            code: .older,
            message: "The database's schema lacks step \(first.number) (\(first.name)); run riftctl migrate up."
        )
    }

    /// The last step that this program does not know and may use all the same.
    var newest: SchemaStep? { steps.last { $0.state == .newer } }
}
