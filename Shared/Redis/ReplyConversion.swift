import CHiredis

/// Copies hiredis's reply objects into Swift values.
enum ReplyConversion {
    /// Copies one reply with all that is in it.
    ///
    /// - Throws: ``RedisError/Code/unexpectedReply`` when arrays are nested too deeply or a type is unknown.
    static func value(
        of reply: UnsafePointer<redisReply>,
        depth: Int = RedisLimits.replyDepth
    ) throws(RedisError) -> RedisValue {
        switch reply.pointee.type {
        case REDIS_REPLY_STRING: return .string(bytes(of: reply))
        case REDIS_REPLY_STATUS: return .status(String(decoding: bytes(of: reply), as: UTF8.self))
        case REDIS_REPLY_ERROR: return .error(String(decoding: bytes(of: reply), as: UTF8.self))
        case REDIS_REPLY_INTEGER: return .integer(reply.pointee.integer)
        case REDIS_REPLY_NIL: return .null
        case REDIS_REPLY_ARRAY: return .array(try elements(of: reply, depth: depth))
        default:
            throw RedisError(.unexpectedReply, "Redis sent a reply of unknown type \(reply.pointee.type)")
        }
    }

    private static func elements(
        of reply: UnsafePointer<redisReply>,
        depth: Int
    ) throws(RedisError) -> [RedisValue] {
        guard depth > 0 else {
            throw RedisError(
                .unexpectedReply,
                "Redis sent arrays within arrays beyond \(RedisLimits.replyDepth) levels"
            )
        }
        var elements: [RedisValue] = []
        elements.reserveCapacity(reply.pointee.elements)
        for index in 0..<reply.pointee.elements {
            guard let element = reply.pointee.element[index] else {
                throw RedisError(.unexpectedReply, "Redis sent an array with a hole")
            }
            elements.append(try value(of: element, depth: depth - 1))
        }
        return elements
    }

    private static func bytes(of reply: UnsafePointer<redisReply>) -> [UInt8] {
        Array(UnsafeRawBufferPointer(start: reply.pointee.str, count: reply.pointee.len))
    }
}
