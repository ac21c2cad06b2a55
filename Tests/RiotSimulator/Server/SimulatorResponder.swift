import Compression
import HTTPTypes
import Hummingbird
import NIOCore
import RiotModels
import ServiceLifecycle

/// Takes every request: Riot's endpoints under a route, the controls under `/_sim`.
struct SimulatorResponder: HTTPResponder {
    private static let keyHeader = WireResponse.name("X-Riot-Token")
    /// Smaller bodies are not worth compressing.
    private static let smallestCompressed = 1024

    let service: RiotService
    let simulation: Simulation
    let controls: ControlPages

    func respond(to request: Request, context: SimulatorContext) async throws -> Response {
        let target = request.head.path ?? "/"
        if Self.isControl(target) { return await controls.respond(to: request) }
        return try await serve(target, request, context)
    }

    /// Whether a target is one of the pages under `/_sim`.
    static func isControl(_ target: String) -> Bool { target.hasPrefix("/_sim/") || target == "/_sim" }

    // MARK: the stages of a request

    private func serve(_ target: String, _ request: Request, _ context: SimulatorContext) async throws -> Response {
        var passage = await simulation.passage()
        if passage.before > .zero { try await Task.sleep(for: passage.before) }
        passage.arrived = .now
        let route = String(target.dropFirst().prefix { $0 != "/" && $0 != "?" })
        let endpoint = RiotEndpoint.parse(target)
        let key = request.headers[Self.keyHeader] ?? endpoint?.query["api_key"]
        let refusal = request.method == .get ? await keyRefusal(key, route: route, endpoint) : 405
        guard refusal == nil, let endpoint else {
            // A path that does not exist and one that the key may not use look the same.
            return try await edgeAnswer(refusal ?? 403, route: route, method: endpoint?.method, passage)
        }
        let verdict = await simulation.arrive(
            key: key ?? "",
            route: route,
            method: endpoint.method,
            passage: passage
        )
        let prepared = await prepare(verdict, endpoint, request)
        if passage.after > .zero { try await Task.sleep(for: passage.after) }
        await record(prepared, endpoint, passage)
        let delivery = FaultyDelivery(
            request: request,
            connection: RawConnection(channel: context.channel),
            clock: simulation.clock
        )
        return await delivery.deliver(prepared)
    }

    private func keyRefusal(_ key: String?, route: String, _ endpoint: RiotEndpoint?) async -> Int? {
        await simulation.refusal(ofKey: key, route: route, method: endpoint?.method)
    }

    /// An answer of the edge, which counts in no window.
    private func edgeAnswer(
        _ status: Int,
        route: String,
        method: SimulatedMethod?,
        _ passage: AnswerPassage
    ) async throws -> Response {
        if passage.after > .zero { try await Task.sleep(for: passage.after) }
        await simulation.finish(passage, route: route, method: method, status: status, note: nil, match: nil)
        let headers = WireResponse.headers(trace: await simulation.nextTrace(), limits: LimitHeaders())
        return PreparedAnswer(status: status, headers: headers, body: plain(RiotAnswer.error(status).body)).response()
    }

    /// The answer with its headers, and the fault that will spoil it.
    private func prepare(
        _ verdict: Simulation.Verdict,
        _ endpoint: RiotEndpoint,
        _ request: Request
    ) async -> PreparedAnswer {
        var headers = WireResponse.headers(trace: await simulation.nextTrace(), limits: verdict.headers)
        switch verdict.decision {
        case .rateLimited(let type, let seconds):
            WireResponse.addRateLimit(type, retryAfter: seconds, to: &headers)
            var answer = prepared(.error(429), headers, nil, request)
            answer.note = type.rawValue
            return answer
        case .answer: return prepared(await service.answer(endpoint), headers, nil, request)
        case .fault(let rule):
            let answer = await faulty(rule, endpoint, &headers)
            return prepared(answer, headers, rule, request)
        }
    }

    /// The answer that a fault puts in place of the right one, or the right one when it only spoils the way.
    private func faulty(_ rule: FaultRule, _ endpoint: RiotEndpoint, _ headers: inout HTTPFields) async -> RiotAnswer {
        switch rule.fault {
        case .status: return rule.message.map { .error(rule.status ?? 500, $0) } ?? .error(rule.status ?? 500)
        case .rateLimit:
            WireResponse.addRateLimit(rule.type, retryAfter: rule.retryAfter, to: &headers)
            return .error(429)
        case .empty: return RiotAnswer(status: rule.status ?? 500, body: .plain([]))
        case .html:
            headers[.contentType] = "text/html"
            let page = "<html><head><title>Error</title></head><body><center><h1>Error</h1></center></body></html>"
            return RiotAnswer(status: rule.status ?? 502, body: .plain([UInt8](page.utf8)))
        case .malformedHeaders: WireResponse.spoilLimits(in: &headers)
        case .noHeaders:
            let kept = headers
            headers = WireResponse.headers(trace: 0, limits: LimitHeaders())
            headers[.contentType] = kept[.contentType]
        case .oversized, .inflates: return RiotAnswer(status: 200, body: .plain([]))
        case .reset, .lost, .hang, .truncated, .resetBody, .wrongGzip, .trickle, .brokenJSON, .wrongLength,
            .slowHeaders, .cutAt:
            break
        }
        return await service.answer(endpoint)
    }

    // MARK: bodies

    private func prepared(
        _ answer: RiotAnswer,
        _ headers: HTTPFields,
        _ fault: FaultRule?,
        _ request: Request
    ) -> PreparedAnswer {
        var headers = headers
        headers[.cacheControl] = answer.cacheControl
        let acceptsGzip = request.headers[.acceptEncoding]?.contains("gzip") ?? false
        var body: [UInt8]
        switch answer.body {
        case .gzip(let bytes) where acceptsGzip:
            body = bytes
            headers[.contentEncoding] = "gzip"
        case .plain(let bytes)
        where acceptsGzip && bytes.count >= Self.smallestCompressed && fault?.fault != .brokenJSON:
            body = Gzip.deflate(bytes, level: BodyCache.level)
            headers[.contentEncoding] = "gzip"
        default: body = plain(answer.body)
        }
        switch fault?.fault {
        case .wrongGzip:
            headers[.contentEncoding] = "gzip"
            body = [0x1F, 0x8B, 8, 0] + Array(repeating: 0x5A, count: 400)
        case .inflates:
            headers[.contentEncoding] = "gzip"
            body = PaddedBody.gzip(inflatingTo: fault?.bytes ?? 0)
        case .brokenJSON: body = Array(body.prefix(body.count * 2 / 3))
        default: break
        }
        return PreparedAnswer(status: answer.status, headers: headers, body: body, fault: fault)
    }

    private func plain(_ body: StoredBody) -> [UInt8] {
        switch body {
        case .plain(let bytes): bytes
        case .gzip(let bytes): (try? Gzip.inflate(bytes, limit: RecordedWorld.bodyLimit)) ?? []
        }
    }

    private func record(_ prepared: PreparedAnswer, _ endpoint: RiotEndpoint, _ passage: AnswerPassage) async {
        let match: MatchID? =
            switch endpoint.resource {
            case .match(let text), .timeline(let text): try? MatchID(text)
            default: nil
            }
        let isAnswered = prepared.fault.map { !FaultyDelivery.silent.contains($0.fault) } ?? true
        await simulation.finish(
            passage,
            route: endpoint.route,
            method: endpoint.method,
            status: isAnswered ? prepared.status : 0,
            note: prepared.fault?.fault.rawValue ?? prepared.note,
            match: isAnswered ? match : nil
        )
    }
}
