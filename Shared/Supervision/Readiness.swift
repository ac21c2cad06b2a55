import Glibc

/// How one finds out that a process can be used.
public struct Readiness: Sendable {
    /// What a look at the process found.
    public enum Finding: Sendable, Equatable {
        /// It answers.
        case ready
        /// It does not answer yet, and why.
        case notYet(String)
    }

    private let look: @Sendable (ContinuousClock.Instant) async -> Finding

    /// A check that ends by the instant it is given.
    public init(_ look: @escaping @Sendable (_ deadline: ContinuousClock.Instant) async -> Finding) { self.look = look }

    /// Looks once.
    public func check(until deadline: ContinuousClock.Instant) async -> Finding { await look(deadline) }

    /// Looks again and again until it is ready.
    ///
    /// - Returns: `ready`, or what the last look found when the deadline passed or the task was cancelled.
    public func wait(until deadline: ContinuousClock.Instant) async -> Finding {
        var pause = Duration.milliseconds(5)
        while true {
            let now = ContinuousClock.now
            let finding = await check(until: min(deadline, now + .seconds(2)))
            if finding == .ready || ContinuousClock.now + pause >= deadline { return finding }
            do { try await Task.sleep(for: pause) } catch { return finding }
            pause = min(pause * 2, .milliseconds(100))
        }
    }

    /// The service answers `service.ping` on its socket.
    public static func rpc(socket path: String, method: String = "service.ping") -> Readiness {
        let request = Array("{\"jsonrpc\":\"2.0\",\"id\":\"ready\",\"method\":\"\(method)\"}\n".utf8)
        return Readiness { deadline in
            await finding(of: .unix(path: path), request, until: deadline) { answer in
                guard answer.last == UInt8(ascii: "\n") else { return nil }
                let text = String(decoding: answer, as: UTF8.self)
                return text.contains("\"result\"") ? .ready : .notYet("it answers \(text.prefix(200))")
            }
        }
    }

    /// Redis answers `PING` with `PONG`; while it reads its files it says `LOADING`.
    public static func redis(socket path: String) -> Readiness {
        Readiness { deadline in
            await finding(of: .unix(path: path), Array("PING\r\n".utf8), until: deadline) { answer in
                guard answer.last == UInt8(ascii: "\n") else { return nil }
                return answer.first == UInt8(ascii: "+")
                    ? .ready : .notYet("it answers \(String(decoding: answer.dropFirst(), as: UTF8.self).prefix(200))")
            }
        }
    }

    /// PostgreSQL listens, and wrote `ready` into the eighth line of its `postmaster.pid`, which is where `pg_ctl` looks.
    ///
    /// The file alone may be what a crash of the machine has left; it is written anew before the server listens.
    public static func postgres(dataDirectory: String, socket path: String) -> Readiness {
        // SSLRequest, which is answered with one byte whatever state the server is in.
        let request: [UInt8] = [0, 0, 0, 8, 0x04, 0xD2, 0x16, 0x2F]
        return Readiness { deadline in
            let answer = await finding(of: .unix(path: path), request, until: deadline) { $0.isEmpty ? nil : .ready }
            guard answer == .ready else { return answer }
            guard let text = ProcFile.read(dataDirectory + "/postmaster.pid") else {
                return .notYet("it has not begun to listen")
            }
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            guard lines.count > 7, let pid = pid_t(lines[0]), ProcessIdentity(pid: pid) != nil else {
                return .notYet("it has not begun to listen")
            }
            let word = lines[7].prefix { $0 != " " }
            return word == "ready" ? .ready : .notYet("it says '\(word)'")
        }
    }

    /// A GET of this path is answered with 200.
    public static func http(_ endpoint: Endpoint, path: String) -> Readiness {
        let request = Array("GET \(path) HTTP/1.1\r\nHost: \(endpoint)\r\nConnection: close\r\n\r\n".utf8)
        return Readiness { deadline in
            do throws(LocalExchange.Failure) {
                let answer = try await LocalExchange.ask(endpoint, request, until: deadline, isComplete: nil)
                let text = String(decoding: answer, as: UTF8.self)
                if text.hasPrefix("HTTP/1.1 200") { return .ready }
                let body = text.firstRange(of: "\r\n\r\n").map { text[$0.upperBound...] } ?? ""
                return .notYet("GET \(path) answers \(text.prefix { $0 != "\r\n" && $0 != "\r" }) \(body.prefix(300))")
            } catch {
                return .notYet("\(endpoint): \(error)")
            }
        }
    }

    private static func finding(
        of endpoint: Endpoint,
        _ request: [UInt8],
        until deadline: ContinuousClock.Instant,
        judge: @escaping @Sendable ([UInt8]) -> Finding?
    ) async -> Finding {
        do throws(LocalExchange.Failure) {
            let answer = try await LocalExchange.ask(
                endpoint,
                request,
                until: deadline,
                isComplete: { judge($0) != nil }
            )
            return judge(answer) ?? .notYet("its answer is not whole")
        } catch {
            return .notYet("\(endpoint): \(error)")
        }
    }
}
