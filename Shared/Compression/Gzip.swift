import CDeflate

/// Gzip (RFC 1952) of whole buffers, with libdeflate.
///
/// Everything is in memory at once: right for API bodies of at most some megabytes, wrong for files.
public enum Gzip {
    /// Whether the bytes begin like a gzip member (RFC 1952, section 2.3.1).
    public static func isGzip(_ bytes: [UInt8]) -> Bool {
        bytes.count >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B
    }

    /// Inflates all members of `bytes`; the result holds at most `limit` bytes.
    ///
    /// The sender's word about the inflated size (the footer of RFC 1952) decides only the size of the first buffer,
    /// so a small body that claims or turns out to be huge costs at most `limit` bytes of memory.
    ///
    /// - Throws: `.notGzip`, `.damaged` (checksum, truncation, bytes after the last member), `.tooLarge`, `.outOfMemory`.
    public static func inflate(_ bytes: [UInt8], limit: Int) throws(GzipError) -> [UInt8] {
        guard isGzip(bytes) else { throw GzipError(.notGzip) }
        guard let decompressor = libdeflate_alloc_decompressor() else { throw GzipError(.outOfMemory) }
        defer { libdeflate_free_decompressor(decompressor) }
        var output: [UInt8] = []
        var offset = 0
        repeat {
            guard isMember(bytes, at: offset) else { throw GzipError(.damaged) }
            let member = try inflateMember(
                bytes,
                from: offset,
                limit: limit - output.count,
                decompressor: decompressor
            )
            offset += member.consumed
            if output.isEmpty { output = member.output } else { output += member.output }
        } while offset < bytes.count
        return output
    }

    /// Inflates `bytes` straight into memory of the caller, and returns how many bytes that made.
    ///
    /// - Parameter room: gives memory of as many bytes as it is asked for, nil when there is none; what it gave before is
    ///   not used again. It is asked once, but for a body of several members or with a wrong footer.
    /// - Throws: as `inflate(_:limit:)`.
    public static func inflate(
        _ bytes: [UInt8],
        limit: Int,
        into room: (_ count: Int) -> UnsafeMutableRawBufferPointer?
    ) throws(GzipError) -> Int {
        guard isGzip(bytes) else { throw GzipError(.notGzip) }
        guard let decompressor = libdeflate_alloc_decompressor() else { throw GzipError(.outOfMemory) }
        defer { libdeflate_free_decompressor(decompressor) }
        let capacity = min(limit, firstCapacity(bytes, from: 0))
        guard let memory = room(capacity) else { throw GzipError(.outOfMemory) }
        precondition(memory.count >= capacity, "less room for an inflated body than was asked for")
        var (consumed, count) = (0, 0)
        let result = bytes.withUnsafeBytes { input in
            libdeflate_gzip_decompress_ex(
                decompressor,
                input.baseAddress,
                input.count,
                memory.baseAddress,
                capacity,
                &consumed,
                &count
            )
        }
        switch result {
        case LIBDEFLATE_SUCCESS where consumed == bytes.count: return count
        case LIBDEFLATE_SUCCESS, LIBDEFLATE_INSUFFICIENT_SPACE: break
        default: throw GzipError(.damaged)
        }
        let output = try inflate(bytes, limit: limit)
        guard let memory = room(output.count) else { throw GzipError(.outOfMemory) }
        output.withUnsafeBytes { memory.copyMemory(from: $0) }
        return output.count
    }

    /// Compresses `bytes` into one member without name or time, so that equal input gives equal output.
    ///
    /// - Parameter level: 0 (stored) to 12 (smallest and slowest); values outside are brought inside.
    public static func deflate(_ bytes: [UInt8], level: Int = 6) -> [UInt8] {
        guard let compressor = libdeflate_alloc_compressor(Int32(min(max(level, 0), 12))) else {
            preconditionFailure("out of memory: no libdeflate compressor")
        }
        defer { libdeflate_free_compressor(compressor) }
        let bound = libdeflate_gzip_compress_bound(compressor, bytes.count)
        return [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            count = bytes.withUnsafeBytes {
                libdeflate_gzip_compress(compressor, $0.baseAddress, $0.count, buffer.baseAddress, bound)
            }
            precondition(count > 0, "libdeflate refused a buffer of the size it asked for")
        }
    }

    private static func isMember(_ bytes: [UInt8], at offset: Int) -> Bool {
        bytes.count - offset >= 2 && bytes[offset] == 0x1F && bytes[offset + 1] == 0x8B
    }

    /// Inflates one member, with a larger buffer each time libdeflate says that it was too small.
    private static func inflateMember(
        _ bytes: [UInt8],
        from offset: Int,
        limit: Int,
        decompressor: OpaquePointer
    ) throws(GzipError) -> (output: [UInt8], consumed: Int) {
        var capacity = min(limit, firstCapacity(bytes, from: offset))
        while true {
            var consumed = 0
            var result = LIBDEFLATE_BAD_DATA
            let output = [UInt8](unsafeUninitializedCapacity: max(capacity, 1)) { buffer, count in
                result = bytes.withUnsafeBytes { input in
                    libdeflate_gzip_decompress_ex(
                        decompressor,
                        input.baseAddress.map { $0 + offset },
                        input.count - offset,
                        buffer.baseAddress,
                        capacity,
                        &consumed,
                        &count
                    )
                }
                if result != LIBDEFLATE_SUCCESS { count = 0 }
            }
            switch result {
            case LIBDEFLATE_SUCCESS: return (output, consumed)
            case LIBDEFLATE_INSUFFICIENT_SPACE where capacity < limit: capacity = min(limit, max(capacity * 2, 4096))
            case LIBDEFLATE_INSUFFICIENT_SPACE: throw GzipError(.tooLarge)
            default: throw GzipError(.damaged)
            }
        }
    }

    /// What the footer says, if deflate could reach it: 258 bytes out of 2 bits are its limit, a factor of 1032.
    private static func firstCapacity(_ bytes: [UInt8], from offset: Int) -> Int {
        let compressed = bytes.count - offset
        let claimed = bytes.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        return claimed <= compressed * 1032 ? claimed : compressed * 4
    }
}
