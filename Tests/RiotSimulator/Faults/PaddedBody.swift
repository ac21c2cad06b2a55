import Compression
import Hummingbird
import NIOCore

/// A JSON object of any size, `{"padding":"   …"}`.
enum PaddedBody {
    private static let head = [UInt8](#"{"padding":""#.utf8)
    private static let tail = [UInt8](#""}"#.utf8)
    /// Bytes that are written at a time.
    private static let piece = 65_536
    /// Bytes of the smallest such object.
    static let smallest = 14

    /// All of it in a gzip body.
    static func gzip(inflatingTo bytes: Int) -> [UInt8] {
        let padding = [UInt8](repeating: UInt8(ascii: " "), count: max(0, bytes - smallest))
        return Gzip.deflate(head + padding + tail, level: BodyCache.level)
    }

    /// A body that is made while it is sent.
    static func stream(of bytes: Int) -> ResponseBody {
        ResponseBody(contentLength: nil) { writer in
            try await writer.write(ByteBuffer(bytes: head))
            let spaces = ByteBuffer(repeating: UInt8(ascii: " "), count: piece)
            var left = max(0, bytes - smallest)
            while left > 0 {
                let count = min(left, piece)
                try await writer.write(count == piece ? spaces : ByteBuffer(repeating: UInt8(ascii: " "), count: count))
                left -= count
            }
            try await writer.write(ByteBuffer(bytes: tail))
            try await writer.finish(nil)
        }
    }
}
