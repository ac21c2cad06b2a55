import Foundation
import Postgres
import Supervision

/// An answer of the gateway or the simulator.
struct HTTPAnswer {
    let status: Int
    let headers: [String: String]
    let body: Data

    /// The body as a JSON object.
    var json: [String: Any] { (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:] }
    /// The body as text.
    var text: String { String(decoding: body, as: UTF8.self) }
    /// A string member of the body.
    func string(_ name: String) -> String? { json[name] as? String }
    /// An integer member of the body.
    func int(_ name: String) -> Int? { (json[name] as? NSNumber)?.intValue }
}

/// Speaks HTTP/1.1, one request per connection, to a server of this machine.
enum LoopbackHTTP {
    static func send(
        _ method: String,
        port: Int,
        _ path: String,
        body: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> HTTPAnswer {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if let body { head += "Content-Length: \(body.utf8.count)\r\n" }
        let bytes = try await LocalExchange.ask(
            .tcp(host: "127.0.0.1", port: port),
            Array((head + "\r\n" + (body ?? "")).utf8),
            limit: 64 << 20,
            until: .now + .seconds(60),
            isComplete: nil
        )
        return try parse(Data(bytes))
    }

    static func parse(_ data: Data) throws -> HTTPAnswer {
        guard let end = data.range(of: Data("\r\n\r\n".utf8)) else { throw TestFailure("no header in the answer") }
        let lines = String(decoding: data[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let status = Int(lines[0].split(separator: " ").dropFirst().first ?? "") ?? 0
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(
                in: .whitespaces
            )
        }
        var body = Data(data[end.upperBound...])
        if headers["transfer-encoding"] == "chunked" { body = try unchunk(body) }
        return HTTPAnswer(status: status, headers: headers, body: body)
    }

    private static func unchunk(_ data: Data) throws -> Data {
        var rest = data[...]
        var body = Data()
        while let line = rest.range(of: Data("\r\n".utf8)) {
            guard let size = Int(String(decoding: rest[rest.startIndex..<line.lowerBound], as: UTF8.self), radix: 16)
            else { throw TestFailure("a chunk without a size") }
            if size == 0 { return body }
            let start = line.upperBound
            body += rest[start..<(start + size)]
            rest = rest[(start + size + 2)...]
        }
        return body
    }
}

extension TestSystem {
    /// Asks the gateway.
    func http(
        _ method: String,
        _ path: String,
        body: String? = nil,
        headers: [String: String] = ["Content-Type": "application/json"]
    ) async throws -> HTTPAnswer {
        try await LoopbackHTTP.send(method, port: gatewayPort, path, body: body, headers: headers)
    }

    /// Asks a service on its socket, as `nc -N -U` would, and returns its answer.
    func rpc(_ instance: String, _ method: String, _ parameters: [String: Any] = [:]) async throws -> [String: Any] {
        let request: [String: Any] = ["jsonrpc": "2.0", "id": 1, "method": method, "params": parameters]
        let line = try JSONSerialization.data(withJSONObject: request) + Data("\n".utf8)
        let answer = try await LocalExchange.ask(
            .unix(path: socket(instance)),
            Array(line),
            limit: 8 << 20,
            until: .now + Self.patience
        ) { $0.last == UInt8(ascii: "\n") }
        return try JSONSerialization.jsonObject(with: Data(answer)) as? [String: Any] ?? [:]
    }

    /// How many jobs a worker runs now; none when it does not answer.
    func jobsHeld(by worker: String) async -> Int {
        ((try? await rpc(worker, "worker.jobs"))?["result"] as? [Any])?.count ?? 0
    }

    /// Sends a frame to a service and returns all that it answers, up to the frame that is the last one.
    func frames(
        _ instance: String,
        _ frame: String,
        until isLast: @Sendable @escaping ([String: Any]) -> Bool
    ) async throws -> [[String: Any]] {
        let answer = try await LocalExchange.ask(
            .unix(path: socket(instance)),
            Array((frame + "\n").utf8),
            limit: 8 << 20,
            until: .now + Self.patience
        ) { bytes in
            bytes.last == UInt8(ascii: "\n")
                && (bytes.split(separator: 10).last.map { isLast(Self.object($0)) } ?? false)
        }
        return answer.split(separator: 10).map(Self.object)
    }

    private static func object(_ bytes: ArraySlice<UInt8>) -> [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any] ?? [:]
    }

    /// Starts a sync over HTTP and returns the id of its task.
    func startSync(_ name: String, _ tag: String, platform: String = "na1", year: Int = 2025) async throws -> String {
        let body = try JSONSerialization.data(
            withJSONObject: ["game_name": name, "tag_line": tag, "platform": platform, "year": year])
        let answer = try await http(
            "POST",
            "/api/summoners/sync-data/",
            body: String(decoding: body, as: UTF8.self)
        )
        guard answer.status == 202, let id = answer.string("task_id") else {
            throw TestFailure("the sync was not accepted: \(answer.status) \(answer.text)")
        }
        return id
    }

    /// The answer of the status endpoint.
    func status(_ id: String) async throws -> HTTPAnswer {
        try await http("GET", "/api/summoners/task-status/?task_id=\(id)")
    }

    /// Looks at a task until `condition` holds; every answer is shown to `seen`.
    @discardableResult
    func wait(
        for id: String,
        within patience: Duration = TestSystem.patience,
        seen: @Sendable @escaping (HTTPAnswer) -> Void = { _ in },
        until condition: @Sendable @escaping (HTTPAnswer) -> Bool
    ) async throws -> HTTPAnswer {
        let last = LastAnswer()
        let finding = await Readiness { _ in
            // While a service restarts there may be no answer; then there is another look.
            guard let answer = try? await self.status(id) else { return .notYet("the gateway does not answer") }
            seen(answer)
            await last.keep(answer)
            return condition(answer) ? .ready : .notYet(answer.text)
        }.wait(until: .now + patience)
        guard finding == .ready, let answer = await last.answer else {
            throw TestFailure("task \(id) did not get there in \(patience): \(finding)")
        }
        return answer
    }

    /// Waits for the end of a task.
    @discardableResult
    func waitForEnd(
        _ id: String,
        within patience: Duration = TestSystem.patience,
        seen: @Sendable @escaping (HTTPAnswer) -> Void = { _ in }
    ) async throws -> HTTPAnswer {
        try await wait(for: id, within: patience, seen: seen) {
            ["SUCCESS", "FAILURE", "REVOKED"].contains($0.string("status"))
        }
    }

    /// Looks until `condition` holds; false when it did not in time.
    func arrives(_ condition: @Sendable @escaping () async throws -> Bool) async -> Bool {
        await Readiness { _ in
            ((try? await condition()) ?? false) ? .ready : .notYet("not yet")
        }.wait(until: .now + Self.patience) == .ready
    }

    /// One integer from the database.
    func count(_ query: String) async throws -> Int {
        let rows = try await pool.query(SQL(trusted: "SELECT (\(query))::bigint AS n"))
        return try rows.first?.int("n") ?? -1
    }
}

private actor LastAnswer {
    var answer: HTTPAnswer?
    func keep(_ answer: HTTPAnswer) { self.answer = answer }
}
