import FoundationEssentials
import RiotModels

/// The files of a directory of recorded bodies.
struct RecordedFiles {
    private static let suffix = ".json.gz"

    let directory: String

    /// The bodies of a folder by match; none when there is no such folder.
    func bodies(in folder: String) throws(SimulatorError) -> [MatchID: [UInt8]] {
        let path = "\(directory)/\(folder)"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        var bodies: [MatchID: [UInt8]] = [:]
        for name in names where name.hasSuffix(Self.suffix) {
            let id: MatchID
            do {
                id = try MatchID(String(name.dropLast(Self.suffix.count)))
            } catch {
                throw SimulatorError(message: "\(path)/\(name): \(error.message)")
            }
            guard let data = FileManager.default.contents(atPath: "\(path)/\(name)") else {
                throw SimulatorError(message: "\(path)/\(name) cannot be read")
            }
            bodies[id] = [UInt8](data)
        }
        return bodies
    }
}
