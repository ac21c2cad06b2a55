import FoundationEssentials

/// The system's time zone database.
struct ZoneDirectory: Sendable {
    static let system = ZoneDirectory(path: "/usr/share/zoneinfo")

    /// The largest file that is read; zones have some thousand bytes.
    private static let largestFile = 1 << 20

    let path: String

    /// The rules of a zone such as `Europe/Berlin`; `UTC` needs no file.
    ///
    /// Reads a small file: for start-up only.
    /// - Throws: ``ZoneError`` with what is wrong and what would be right.
    func rules(named name: String) throws(ZoneError) -> TimeZoneRules {
        if name == "UTC" || name == "Etc/UTC" { return .utc }
        guard Self.isName(name) else {
            throw ZoneError("\"\(name.prefix(64))\" is no name of a time zone; they are like Europe/Berlin, or UTC")
        }
        var isDirectory = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory else {
            throw ZoneError(
                "\"\(name)\" needs the system's time zones in \(path), which are not there (package tzdata); without "
                    + "them only UTC can be used"
            )
        }
        let file = "\(path)/\(name)"
        guard FileManager.default.fileExists(atPath: file, isDirectory: &isDirectory), !isDirectory else {
            throw ZoneError("there is no zone \"\(name)\" in \(path); zones are called like Europe/Berlin, or UTC")
        }
        guard let size = try? FileManager.default.attributesOfItem(atPath: file)[.size] as? UInt64 ?? 0,
            size <= Self.largestFile, let data = FileManager.default.contents(atPath: file)
        else { throw ZoneError("\(file) cannot be read") }
        do {
            return try ZoneFile.rules(name: name, Array(data))
        } catch {
            throw ZoneError("\(file) \(error.description)")
        }
    }

    /// Letters, digits, `_`, `+` and `-` in up to three parts: nothing that leads out of the directory.
    private static func isName(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return name.utf8.count <= 64 && (1...3).contains(parts.count)
            && parts.allSatisfy { part in
                !part.isEmpty
                    && part.utf8.allSatisfy { byte in
                        switch byte {
                        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "+"),
                            UInt8(ascii: "-"):
                            true
                        default: false
                        }
                    }
            }
    }
}
