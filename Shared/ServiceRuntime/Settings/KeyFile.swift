/// The file that `RIOT_API_KEY_FILE` names: the key, white space around it, and nothing else.
enum KeyFile {
    /// Longest file that is read; a key has 42 characters.
    static let maximumBytes = 4_096

    /// Reads the key; the problem never repeats what the file holds.
    ///
    /// Blocks for as long as the file system does.
    static func read(_ path: String) throws(SettingProblem) -> Secret {
        let bytes: [UInt8]
        do {
            bytes = try SmallFile.read(path, maximumBytes: maximumBytes)
        } catch {
            throw SettingProblem(error.reason)
        }
        let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard let key = words.first else {
            throw SettingProblem("is empty; it must hold the key and nothing else")
        }
        guard words.count == 1 else { throw SettingProblem("must hold the key and nothing else") }
        return try SettingParsers.riotKey(String(key))
    }
}
