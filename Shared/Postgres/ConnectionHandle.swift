import CPostgres
import Logging

/// Owner of one `PGconn`; dropping it closes the connection.
///
/// A class and not a `~Copyable` struct, because it is handed from the thread that starts a connect to the actor that
/// uses it, or dropped in between.
final class ConnectionHandle: @unchecked Sendable {  // `raw` is used by one owner at a time: see above
    let raw: OpaquePointer
    private let notices: NoticeSink

    /// Takes over `raw` and forwards the server's notices to `logger`.
    init(adopting raw: OpaquePointer, logger: Logger) {
        self.raw = raw
        self.notices = NoticeSink(logger: logger)
        PQsetNoticeReceiver(
            raw,
            { sink, result in
                guard let sink, let result else { return }
                Unmanaged<NoticeSink>.fromOpaque(sink).takeUnretainedValue().receive(result)
            },
            Unmanaged.passUnretained(notices).toOpaque()
        )
    }

    deinit { PQfinish(raw) }

    /// Whether the connection is established and not known to be broken.
    var isUsable: Bool { PQstatus(raw) == CONNECTION_OK }

    /// libpq's words about the last failure on this connection, one line.
    var errorText: String { ServerText.line(from: PQerrorMessage(raw)) }
}

/// Where `NOTICE` and `WARNING` go.
///
/// Lives as long as its connection, which calls it on the reactor's thread.
private final class NoticeSink: Sendable {
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    func receive(_ result: OpaquePointer) {
        let severity = PQresultErrorField(result, Int32(UInt8(ascii: "V"))).map { String(cString: $0) } ?? "NOTICE"
        logger.debug(
            "PostgreSQL \(severity): \(ServerText.line(from: PQresultErrorField(result, Int32(UInt8(ascii: "M")))))"
        )
    }
}

/// Owner of one `PGresult`.
struct ResultHandle: ~Copyable {
    let raw: OpaquePointer

    init(adopting raw: OpaquePointer) { self.raw = raw }

    deinit { PQclear(raw) }
}

/// Owner of one `PGcancel`, which may be used on any thread.
final class CancelHandle: @unchecked Sendable {  // immutable; PQcancel is thread-safe
    private let raw: OpaquePointer

    init?(for connection: ConnectionHandle) {
        guard let raw = PQgetCancel(connection.raw) else { return nil }
        self.raw = raw
    }

    deinit { PQfreeCancel(raw) }

    /// Asks the server to stop what the connection is doing.
    ///
    /// Blocks: it opens a connection of its own.
    func send() {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            _ = PQcancel(raw, buffer.baseAddress, 256)
        }
    }
}
