import Compression
import Foundation
import RiotModels
import RiotSimulator
import Storage

/// The bodies that are measured.
enum Bodies {
    struct Body {
        let id: MatchID
        let gzip: [UInt8]
        let text: [UInt8]

        /// An aborted game has nobody and nothing in it.
        var isEmptyGame: Bool { text.count < 8_192 }

        /// Deflates `text` as all bodies here are, whoever sent it.
        init(id: MatchID, text: [UInt8]) {
            self.id = id
            self.text = text
            gzip = Gzip.deflate(text)
        }
    }

    /// Recorded bodies, `matches/ID.json.gz` and `timelines/ID.json.gz`.
    static func recorded(_ kind: FetchKind, in folder: String) throws -> [Body] {
        let path = "\(folder)/\(kind == .match ? "matches" : "timelines")"
        return try FileManager.default.contentsOfDirectory(atPath: path).sorted().map { name in
            let bytes = Array(try Data(contentsOf: URL(filePath: "\(path)/\(name)")))
            let text = try Gzip.inflate(bytes, limit: 16 * 1024 * 1024)
            return Body(id: try MatchID(String(name.prefix { $0 != "." })), text: text)
        }
    }

    /// Forty games of the simulator's world.
    static func simulated(_ kind: FetchKind) throws -> [Body] {
        let world = try SimulatorWorld()
        let ids = world.players().lazy.flatMap { player in
            world.games(puuid: player.puuid, route: player.platform.matchRoute).map(\.id)
        }
        return ids.prefix(40).compactMap { id in
            guard case .plain(let text) = kind == .match ? world.match(id) : world.timeline(id) else { return nil }
            return Body(id: id, text: text)
        }
    }
}
