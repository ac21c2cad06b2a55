import CDecodingFloor
import Compression
import Glibc
import RiotModels
import Storage

/// CPU time of each step from a body's wire bytes to the bytes that COPY sends, on one thread, without a database.
///
///     decoding-benchmark ROUNDS [FOLDER]
///
/// `FOLDER` holds `matches/ID.json.gz` and `timelines/ID.json.gz`; without it, the simulator's bodies are read.
@main struct DecodingBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard (2...3).contains(arguments.count), let rounds = Int(arguments[1]), rounds > 0 else {
            throw BenchmarkFailed(message: "usage: decoding-benchmark ROUNDS [FOLDER]")
        }
        for kind in FetchKind.allCases {
            let bodies = try arguments.count == 3 ? Bodies.recorded(kind, in: arguments[2]) : Bodies.simulated(kind)
            guard !bodies.isEmpty else { throw BenchmarkFailed(message: "no bodies of kind \(kind.rawValue)") }
            try measure(kind, bodies, rounds: rounds)
        }
    }

    static func measure(_ kind: FetchKind, _ bodies: [Bodies.Body], rounds: Int) throws {
        let bytes = bodies.reduce(0) { $0 + $1.text.count } / bodies.count
        let wire = bodies.reduce(0) { $0 + $1.gzip.count } / bodies.count
        print("\(kind.rawValue): \(bodies.count) bodies of \(bytes) bytes, \(wire) on the wire")
        let scratch = Scratch(bodies)
        let ready = bodies.map { DecodingSteps(kind, $0.id, bytes: $0.gzip, isGzip: true, text: $0.text) }
        let whole = bodies.map { DecodingSteps(kind, $0.id, bytes: $0.gzip, isGzip: true, text: nil) }
        let steps: [(name: String, run: (Int) throws -> Int)] = [
            ("floor: inflate", { scratch.inflate(bodies[$0]) }),
            ("floor: On-Demand reads every value", { scratch.read($0) }),
            ("parse", { try ready[$0].parse() }),
            ("parse, decode", { try ready[$0].decode() }),
            ("parse, decode, write", { try ready[$0].write() }),
            ("inflate, parse, decode, write", { try whole[$0].write() }),
        ]
        var times = [[Double]](repeating: [], count: steps.count)
        for _ in 0..<rounds {
            for (place, step) in steps.enumerated() {
                let start = threadMicroseconds()
                for body in bodies.indices where try step.run(body) == 0 && !bodies[body].isEmptyGame {
                    throw BenchmarkFailed(message: "\(step.name): nothing came of \(bodies[body].id)")
                }
                times[place].append((threadMicroseconds() - start) / Double(bodies.count))
            }
        }
        for (step, times) in zip(steps, times) { report(step.name, times.sorted(), bytes: bytes) }
    }

    static func report(_ name: String, _ times: [Double], bytes: Int) {
        let (best, median) = (times[0], times[times.count / 2])
        let padding = String(repeating: " ", count: max(1, 36 - name.count))
        print("  \(name)\(padding)best \(Int(best)) us, median \(Int(median)) us, \(Int(Double(bytes) / best)) MB/s")
    }

    static func threadMicroseconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
    }
}

/// Memory of the floor: a padded copy of each text, and room for the largest.
final class Scratch {
    private static let padding = 64
    private let texts: [[UInt8]]
    private var room: [UInt8]

    init(_ bodies: [Bodies.Body]) {
        texts = bodies.map { $0.text + [UInt8](repeating: 0, count: Self.padding) }
        room = [UInt8](repeating: 0, count: (texts.map(\.count).max() ?? 0) + Self.padding)
    }

    func inflate(_ body: Bodies.Body) -> Int {
        room.withUnsafeMutableBufferPointer { room in
            decoding_floor_inflate(body.gzip, body.gzip.count, room.baseAddress, room.count)
        }
    }

    func read(_ place: Int) -> Int {
        let text = texts[place]
        return Int(truncatingIfNeeded: decoding_floor_read(text, text.count - Self.padding, text.count))
    }
}

/// Why there is no figure.
struct BenchmarkFailed: Error, CustomStringConvertible {
    var message: String
    var description: String { message }
}
