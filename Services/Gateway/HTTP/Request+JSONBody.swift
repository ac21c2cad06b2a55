import HTTPTypes
import Hummingbird
import NIOCore

extension Request {
    /// The whole body, bounded in size and time, and only when it is JSON.
    ///
    /// - Throws: ``Problem`` with 413, 408 or 415.
    func jsonBody() async throws -> [UInt8] {
        let tooLarge = Problem(
            status: .contentTooLarge,
            detail: "The body is longer than \(GatewayLimits.maximumBodyBytes) bytes, which no request here needs."
        )
        if let text = headers[.contentLength], (Int(text) ?? .max) > GatewayLimits.maximumBodyBytes { throw tooLarge }
        let bytes: [UInt8]
        do {
            bytes = try await collectBody()
        } catch is NIOTooManyBytesError {
            throw tooLarge
        }
        guard bytes.isEmpty || hasJSONContent else {
            throw Problem(
                status: .unsupportedMediaType,
                detail: "The body must be JSON, with the header Content-Type: application/json."
            )
        }
        return bytes
    }

    /// Reads the body beside a timer.
    ///
    /// Cancelled, the reading ends at once, so the group never waits for a slow client.
    private func collectBody() async throws -> [UInt8] {
        let body = self.body
        return try await withThrowingTaskGroup(of: [UInt8].self) { group in
            group.addTask {
                let buffer = try await body.collect(upTo: GatewayLimits.maximumBodyBytes)
                return Array(buffer.readableBytesView)
            }
            group.addTask {
                try await Task.sleep(for: GatewayLimits.bodyTimeout)
                throw Problem(
                    status: .requestTimeout,
                    detail: "The body did not arrive within \(GatewayLimits.bodyTimeout.components.seconds) seconds."
                )
            }
            defer { group.cancelAll() }
            return try await group.next() ?? []
        }
    }

    private var hasJSONContent: Bool {
        guard let type = headers[.contentType] else { return false }
        let media = type.prefix { $0 != ";" }.lowercased().filter { $0 != " " && $0 != "\t" }
        return media == "application/json" || (media.hasPrefix("application/") && media.hasSuffix("+json"))
    }
}
