import CHiredis
import Glibc

/// Owner of one `redisContext`: hiredis as an engine for the protocol, never blocking.
///
/// Used on one thread only, that of the actor that owns the connection. After any error the context is dead and is
/// only freed (`redisReconnect` would lose settings).
struct ConnectionHandle: ~Copyable {
    private let context: UnsafeMutablePointer<redisContext>

    /// Begins to connect to a numeric address.
    init(address: String, port: UInt16) throws(RedisError) {
        context = try Self.checked(redisConnectNonBlock(address, Int32(port)))
        _ = redisEnableKeepAlive(context)
    }

    /// Begins to connect to a Unix socket.
    init(path: String) throws(RedisError) {
        context = try Self.checked(redisConnectUnixNonBlock(path))
    }

    private static func checked(
        _ context: UnsafeMutablePointer<redisContext>?
    ) throws(RedisError) -> UnsafeMutablePointer<redisContext> {
        guard let context else {
            throw RedisError(.unavailable, "there is no memory for a connection to Redis")
        }
        guard context.pointee.err == 0 else {
            defer { redisFree(context) }
            throw RedisError(.unavailable, failure(of: context))
        }
        // A child process must not keep the connection open.
        _ = fcntl(context.pointee.fd, F_SETFD, FD_CLOEXEC)
        return context
    }

    deinit { redisFree(context) }

    /// The socket, to wait for.
    var descriptor: Int32 { context.pointee.fd }

    /// Why the connect failed, once the socket is writable; nil when it succeeded.
    var connectFailure: String? {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        let result = getsockopt(context.pointee.fd, SOL_SOCKET, SO_ERROR, &code, &length)
        let failure = result == 0 ? code : errno
        return failure == 0 ? nil : Self.text(ofErrno: failure)
    }

    /// Bytes of commands that the socket has not taken yet.
    var outgoingBytes: Int { context.pointee.obuf == nil ? 0 : Int(sdslen(context.pointee.obuf)) }

    /// Bytes that have come and make no whole reply yet.
    var incomingBytes: Int {
        Int(context.pointee.reader.pointee.len) - Int(context.pointee.reader.pointee.pos)
    }

    /// Puts a command into the output buffer.
    func append(_ command: RedisCommand) throws(RedisError) {
        let code = command.withWords { words, lengths in
            redisAppendCommandArgv(context, Int32(words.count), &words, lengths)
        }
        if code != REDIS_OK { throw RedisError(.connectionLost, Self.failure(of: context)) }
    }

    /// Writes what the socket takes; true when the output buffer is empty.
    func write() throws(RedisError) -> Bool {
        var isDone: Int32 = 0
        guard redisBufferWrite(context, &isDone) == REDIS_OK else {
            throw RedisError(.connectionLost, Self.failure(of: context))
        }
        return isDone != 0
    }

    /// Reads what has come, at most 16 KiB; returns the number of bytes.
    func read() throws(RedisError) -> Int {
        let before = Int(context.pointee.reader.pointee.len)
        guard redisBufferRead(context) == REDIS_OK else {
            throw RedisError(.connectionLost, Self.failure(of: context))
        }
        // The reader may have dropped an empty buffer first, then all that is there is new.
        let after = Int(context.pointee.reader.pointee.len)
        return after >= before ? after - before : after
    }

    /// The next whole reply that has been read; nil when there is none.
    func nextReply() throws(RedisError) -> RedisValue? {
        var raw: UnsafeMutableRawPointer?
        guard redisGetReplyFromReader(context, &raw) == REDIS_OK else {
            throw RedisError(.connectionLost, Self.failure(of: context))
        }
        guard let raw else { return nil }
        defer { freeReplyObject(raw) }
        return try ReplyConversion.value(of: raw.assumingMemoryBound(to: redisReply.self))
    }

    /// Ends both directions, which ends every wait for the socket; the descriptor stays open until the owner is gone.
    func shutDown() { _ = shutdown(context.pointee.fd, Int32(SHUT_RDWR)) }

    private static func failure(of context: UnsafeMutablePointer<redisContext>) -> String {
        let text = withUnsafeBytes(of: context.pointee.errstr) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        switch context.pointee.err {
        case REDIS_ERR_EOF: return "the server closed the connection"
        default: return text.isEmpty ? "error \(context.pointee.err)" : text
        }
    }

    private static func text(ofErrno code: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
