import SystemPackage

/// Writes small texts.
enum TextFile {
    /// Replaces the file's content; mode 0600.
    static func write(_ text: String, to path: String) throws(SupervisionError) {
        do {
            let file = try FileDescriptor.open(
                FilePath(path),
                .writeOnly,
                options: [.create, .truncate, .closeOnExec],
                permissions: [.ownerReadWrite]
            )
            try file.closeAfter { _ = try file.writeAll(text.utf8) }
        } catch {
            throw SupervisionError(.unavailable, "\(path) cannot be written: \(error).")
        }
    }
}
