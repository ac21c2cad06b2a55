import Supervision

/// What `status --json` prints; every member is always there.
struct StackReport: Encodable {
    private let gateway: String
    private let phase: String
    private let problem: String?
    private let origin: String?
    private let dataDirectory: String?
    private let supervisorPID: Int32?
    private let processes: [Process]

    private enum CodingKeys: String, CodingKey {
        case gateway, phase, problem, origin, processes
        case dataDirectory = "data_dir"
        case supervisorPID = "supervisor_pid"
    }

    /// - Parameter gateway: Where the gateway would be, when nothing runs.
    init(_ state: StackState?, gateway: String) {
        let isAlive = state?.supervisor?.isAlive ?? false
        self.gateway = state?.gateway ?? gateway
        self.phase =
            switch state?.phase {
            case nil: "stopped"
            case .failed?: StackState.Phase.failed.rawValue
            case let phase?: isAlive ? phase.rawValue : "abandoned"
            }
        self.problem = state?.problem
        self.origin = state?.origin
        self.dataDirectory = state?.dataDirectory
        self.supervisorPID = isAlive ? state?.supervisor?.pid : nil
        self.processes = (state?.observed ?? []).map(Process.init)
    }

    func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(gateway, forKey: .gateway)
        try members.encode(phase, forKey: .phase)
        try members.encode(problem, forKey: .problem)
        try members.encode(origin, forKey: .origin)
        try members.encode(dataDirectory, forKey: .dataDirectory)
        try members.encode(supervisorPID, forKey: .supervisorPID)
        try members.encode(processes, forKey: .processes)
    }

    private struct Process: Encodable {
        let status: ProcessStatus

        private enum CodingKeys: String, CodingKey {
            case name, instance, pid, state, socket, port, restarts, since, log
            case lastExit = "last_exit"
        }

        init(_ status: ProcessStatus) { self.status = status }

        func encode(to encoder: any Encoder) throws {
            var members = encoder.container(keyedBy: CodingKeys.self)
            try members.encode(status.name, forKey: .name)
            try members.encode(status.instance, forKey: .instance)
            try members.encode(status.pid, forKey: .pid)
            try members.encode(status.state, forKey: .state)
            try members.encode(status.socket, forKey: .socket)
            try members.encode(status.port, forKey: .port)
            try members.encode(status.restarts, forKey: .restarts)
            try members.encode(status.since, forKey: .since)
            try members.encode(status.lastExit, forKey: .lastExit)
            try members.encode(status.log, forKey: .log)
        }
    }
}
