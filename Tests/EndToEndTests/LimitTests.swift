import Testing

/// What depends on the time that things take: one test after the other, in a run of their own (`compose/test`), so that
/// each has the machine to itself.
@Suite(.serialized) enum LimitTests {}
