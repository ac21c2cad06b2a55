import Foundation
import Glibc
import Testing

@testable import Supervision

@Suite("Directories and ports", .timeLimit(.minutes(1)))
struct MachineTests {
    @Test func aNamedDirectoryIsAdoptedAsItIs() async throws {
        try await withScratch { directory in
            try PrivateDirectory.adopt(directory + "/new/deep", mode: 0o700)
            #expect(mode(of: directory + "/new/deep") == 0o700)
            #expect(mode(of: directory + "/new") == (geteuid() == 0 ? 0o711 : 0o700), "PostgreSQL may live beside it")
            chmod(directory + "/new/deep", 0o755)
            try PrivateDirectory.adopt(directory + "/new/deep", mode: 0o711)
            #expect(mode(of: directory + "/new/deep") == 0o755, "its mode is not ours to change")
            let open = #expect(throws: SupervisionError.self) {
                try PrivateDirectory.adopt(directory + "/new/deep", mode: 0o700)
            }
            #expect(open?.message.contains("chmod 700") == true)
            #expect(throws: SupervisionError.self) { try PrivateDirectory.adopt("relative", mode: 0o700) }
        }
    }

    @Test func aFileIsNoDirectory() async throws {
        try await withScratch { directory in
            try TextFile.write("x", to: directory + "/file")
            #expect(throws: SupervisionError.self) { try PrivateDirectory.adopt(directory + "/file", mode: 0o700) }
            #expect(throws: SupervisionError.self) { try PrivateDirectory.make(directory + "/file") }
        }
    }

    @Test func aPortThatIsListenedOnIsNotFree() throws {
        let port = try TCPPort.free(preferring: 0)
        #expect(TCPPort.isFree(host: "127.0.0.1", port: port))
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        let address = try SocketAddress(.tcp(host: "127.0.0.1", port: port))
        try #require(address.withPointer { bind(listener, $0, $1) } == 0)
        try #require(listen(listener, 1) == 0)
        #expect(!TCPPort.isFree(host: "localhost", port: port))
        #expect(try TCPPort.free(preferring: port) != port)
        #expect(!TCPPort.isFree(host: "not an address", port: port))
    }

    @Test func anotherUserGetsNothingOfOurs() throws {
        guard let account = ServiceAccount(named: "root") else { return }
        let command = try account.command("/bin/prog", ["-x"], directories: ProgramPath.usual)
        #expect(command.program.hasSuffix("/setpriv"))
        #expect(command.arguments.suffix(3) == ["--", "/bin/prog", "-x"])
        #expect(command.arguments.contains("--clear-groups"))
        #expect(ServiceAccount(named: "no such user") == nil)
    }

    private func mode(of path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
    }
}
