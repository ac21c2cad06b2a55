import Postgres
public import RiotModels

/// Whether a body has to be asked for.
public enum FetchNeed: Sendable, Equatable {
    /// It is held; no request is needed.
    case held
    /// Riot did not have it less than a minute ago, nobody has wanted it since, it is not due to be tried again, and no
    /// operator asked for it.
    ///
    /// A job can come twice, when its task is reconciled while it ends: the second one asks nothing.
    case justMissing(reason: String)
    /// It has to be asked for. If waiting tasks are told that Riot refuses the key, a good answer ends that.
    case request(keyIsRefused: Bool)
}

extension Storage {
    /// What a job has to know before it makes its request.
    ///
    /// Jobs that ask at the same time share a statement.
    public func fetchNeed(_ kind: FetchKind, _ id: MatchID) async throws -> FetchNeed {
        try await needs.ask(kind, id)
    }
}
