import FoundationEssentials
import Glibc

/// The JSON file of settings: one flat object with the names of the environment.
struct SettingsFile: Sendable, Equatable {
    /// Longest file that is read: settings are a page, not a document.
    static let maximumBytes = 64 * 1024

    let path: String
    /// Texts by setting; numbers are kept in their JSON spelling.
    let values: [SettingName: String]

    /// Reads and checks the file; every problem is a sentence that names the path.
    init(path: String) throws(SettingsError) {
        let bytes: [UInt8]
        do {
            bytes = try SmallFile.read(path, maximumBytes: SettingsFile.maximumBytes)
        } catch {
            throw SettingsError(["RIFTSYNC_CONFIG names \(path), which \(error.reason)"])
        }
        try self.init(path: path, bytes: bytes)
    }

    init(path: String, bytes: [UInt8]) throws(SettingsError) {
        let members: [String: Scalar]
        do {
            members = try JSONDecoder().decode([String: Scalar].self, from: Data(bytes))
        } catch {
            throw SettingsError([
                "\(path) is not a flat JSON object of settings; write it like {\"GATEWAY_PORT\": 8000, "
                    + "\"LOG_LEVEL\": \"info\"}, with texts and whole numbers only"
            ])
        }
        var values: [SettingName: String] = [:]
        var unknown: [String] = []
        for (name, scalar) in members {
            guard let setting = SettingName(rawValue: name), setting != .configurationFile else {
                unknown.append(name)
                continue
            }
            values[setting] = scalar.text
        }
        guard unknown.isEmpty else {
            let known = SettingName.allCases.filter { $0 != .configurationFile }.map(\.rawValue)
            throw SettingsError(
                unknown.sorted().map {
                    "\(path) sets \($0), which is no setting; known are \(known.joined(separator: ", "))"
                }
            )
        }
        self.path = path
        self.values = values
    }

    /// A JSON text or whole number.
    private struct Scalar: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self.text = text
            } else {
                self.text = String(try container.decode(Int64.self))
            }
        }
    }
}
