import JSON
public import Logging

/// Turns frames into answers by the methods of one table; the same for sockets and for jobs.
public struct JSONRPCDispatcher: Sendable {
    private let methods: [String: MethodTable.Method]
    private let discovery: JSONText
    private let logger: Logger

    /// Creates a dispatcher; the description for `rpc.discover` is made here, once.
    public init(_ table: MethodTable, logger: Logger) {
        methods = table.methods
        discovery = OpenRPCDocument(table).text
        self.logger = logger
    }

    /// Works on a frame and returns the frame to answer with; `nil` when nothing is to be answered.
    ///
    /// Never throws: whatever is wrong with the frame is in the answer. Requests of a batch run side by side, and their
    /// answers come in the order of the requests. Cancelling the task cancels the handlers.
    @concurrent
    public func respond(to frame: [UInt8], context: CallContext) async -> [UInt8]? {
        switch IncomingFrame(parsing: frame) {
        case .refused(let error): JSONRPCResponse.error(error).frame(for: .null)
        case .single(let message): await answer(message, context)
        case .batch(let messages): await answer(messages, context)
        }
    }

    /// The frame that answers every request of `frame` with the same error, without working on any.
    func refusal(of frame: [UInt8], _ error: JSONRPCError) -> [UInt8]? {
        func refuse(_ message: IncomingMessage) -> [UInt8]? {
            switch message {
            case .request(let request): request.id.map { JSONRPCResponse.error(error).frame(for: $0) }
            case .response: nil
            case .refused(let id, let error): JSONRPCResponse.error(error).frame(for: id)
            }
        }
        return switch IncomingFrame(parsing: frame) {
        case .refused(let error): JSONRPCResponse.error(error).frame(for: .null)
        case .single(let message): refuse(message)
        case .batch(let messages): Self.joined(messages.map(refuse))
        }
    }

    // MARK: Batches

    private func answer(_ messages: [IncomingMessage], _ context: CallContext) async -> [UInt8]? {
        var answers = [[UInt8]?](repeating: nil, count: messages.count)
        await withTaskGroup(of: (Int, [UInt8]?).self) { group in
            for (index, message) in messages.enumerated() {
                if index >= JSONRPCLimits.batchWidth, let (done, answer) = await group.next() { answers[done] = answer }
                group.addTask { (index, await self.answer(message, context)) }
            }
            for await (done, answer) in group { answers[done] = answer }
        }
        return Self.joined(answers)
    }

    private static func joined(_ answers: [[UInt8]?]) -> [UInt8]? {
        let answers = answers.compactMap(\.self)
        guard !answers.isEmpty else { return nil }
        let size = answers.reduce(answers.count + 1) { $0 + $1.count }
        guard size <= JSONRPCLimits.frameBytes else { return tooLarge.frame(for: .null) }
        return Array("[".utf8) + answers.joined(separator: CollectionOfOne(UInt8(ascii: ","))) + Array("]".utf8)
    }

    private static let tooLarge = JSONRPCResponse.error(
        .frameTooLarge(
            "The answer is larger than a frame may be; ask for less at once.",
            limit: JSONRPCLimits.frameBytes
        )
    )

    // MARK: One message

    private func answer(_ message: IncomingMessage, _ context: CallContext) async -> [UInt8]? {
        switch message {
        case .refused(let id, let error):
            return JSONRPCResponse.error(error).frame(for: id)
        case .response:
            // Answering an answer could go on for ever between two peers.
            logger.debug("dropped an answer to a call that was not made")
            return nil
        case .request(let request):
            guard let id = request.id else {
                if case .error(let error) = await run(request, context) {
                    logger.debug(
                        "a notification failed",
                        metadata: ["method": "\(request.method.prefix(128))", "error": "\(error)"]
                    )
                }
                return nil
            }
            guard context.connection?.claim(id) ?? true else {
                return JSONRPCResponse.error(.invalidRequest("A call with this id is still running.")).frame(for: id)
            }
            defer { context.connection?.release(id) }
            let frame = await run(request, context).frame(for: id)
            return frame.count <= JSONRPCLimits.frameBytes ? frame : Self.tooLarge.frame(for: id)
        }
    }

    private func run(_ request: IncomingRequest, _ context: CallContext) async -> JSONRPCResponse {
        do {
            if request.method == OpenRPCDocument.method { return .result(discovery.bytes) }
            guard let method = methods[request.method] else {
                let name = String(request.method.prefix(JSONRPCLimits.quotedName))
                throw JSONRPCError(.methodNotFound, "Method not found", data: JSONRPCError.Details(method: name))
            }
            var context = context
            let parameters = try ParameterBinding.bind(request.parameters, to: method.parameters, context: &context)
            return .result(try await method.invoke(parameters, context).bytes)
        } catch let error as JSONRPCError {
            return .error(error)
        } catch is CancellationError {
            return .error(.cancelled)
        } catch {
            return .error(internalError(error, method: request.method))
        }
    }

    /// What went wrong inside is for the log: error texts can hold SQL, paths or secrets.
    private func internalError(_ error: any Error, method: String) -> JSONRPCError {
        let correlation = String(UInt64.random(in: .min ... .max), radix: 36)
        logger.error(
            "a call failed inside",
            metadata: ["method": "\(method)", "correlation": "\(correlation)", "error": "\(error)"]
        )
        return JSONRPCError(.internalError, "Internal error", data: JSONRPCError.Details(correlation: correlation))
    }
}
