import Foundation
import Glibc

/// Three hosts of one test as network namespaces: two that know nothing of each other, and a centre that both reach.
///
/// Nothing of the machine's own network is touched.
struct NetworkNamespaces: Sendable {
    /// One of the two hosts.
    enum Host: String, CaseIterable, Sendable { case a, b }

    /// Where the services of the centre are, as both hosts see them.
    static let centre = "10.91.0.1"
    private let prefix = "rs\(UInt16.random(in: .min ... .max))"

    /// Whether this process may make network namespaces; a container often may not.
    static let areAllowed: Bool = {
        let name = "rs-try-\(getpid())"
        defer { try? run(["netns", "del", name]) }
        do {
            try run(["netns", "add", name])
            try run(["-n", name, "link", "add", "x", "type", "veth", "peer", "name", "y"])
            let routes = ["--net=/run/netns/\(name)", "--", "sh", "-c", allowingLoopbackRoutes]
            try run(routes, program: "/usr/bin/nsenter")
            return true
        } catch {
            print("The test with two hosts is skipped, it needs network namespaces (root, iproute2): \(error)")
            return false
        }
    }()

    /// Makes them; `remove` takes them away again.
    func make() throws {
        try Self.run(["netns", "add", centreName])
        try Self.run(["-n", centreName, "link", "set", "lo", "up"])
        try Self.run(["-n", centreName, "addr", "add", "\(Self.centre)/32", "dev", "lo"])
        try allowLoopbackRoutes(nil)
        for (index, host) in Host.allCases.enumerated() {
            let (own, far) = (Self.address(host), "10.91.\(index + 1).1")
            try Self.run(["netns", "add", name(host)])
            try Self.run(["-n", name(host), "link", "set", "lo", "up"])
            try Self.run([
                "-n", centreName, "link", "add", "to-\(host.rawValue)", "type", "veth", "peer", "name", "out", "netns",
                name(host),
            ])
            try Self.run(["-n", centreName, "addr", "add", "\(far)/30", "dev", "to-\(host.rawValue)"])
            try Self.run(["-n", centreName, "link", "set", "to-\(host.rawValue)", "up"])
            try Self.run(["-n", name(host), "addr", "add", "\(own)/30", "dev", "out"])
            try Self.run(["-n", name(host), "link", "set", "out", "up"])
            try Self.run(["-n", name(host), "route", "add", "default", "via", far])
            // Plain HTTP is for 127.0.0.1 only, and so the simulator of the centre stands behind that address too.
            try allowLoopbackRoutes(host)
            try Self.run(["-n", name(host), "addr", "del", "127.0.0.1/8", "dev", "lo"])
            try Self.run(["-n", name(host), "route", "add", "127.0.0.1/32", "via", far, "src", own])
        }
    }

    /// Ends the network of a host: what it sends, and what is sent to it, is gone without a word.
    func cut(_ host: Host) throws { try Self.run(["-n", centreName, "link", "set", "to-\(host.rawValue)", "down"]) }

    /// Undoes ``cut(_:)``.
    func heal(_ host: Host) throws { try Self.run(["-n", centreName, "link", "set", "to-\(host.rawValue)", "up"]) }

    func remove() {
        for name in Host.allCases.map(name) + [centreName] { try? Self.run(["netns", "del", name]) }
    }

    /// The address of a host, as it sees itself.
    static func address(_ host: Host) -> String { "10.91.\(host == .a ? 1 : 2).2" }

    private func allowLoopbackRoutes(_ host: Host?) throws {
        try Self.run(entering(host) + ["sh", "-c", Self.allowingLoopbackRoutes], program: "/usr/bin/nsenter")
    }

    private static let allowingLoopbackRoutes = "echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet"

    /// What makes `nsenter` run a command inside a host, or inside the centre.
    func entering(_ host: Host?) -> [String] { ["--net=/run/netns/\(host.map(name) ?? centreName)", "--"] }

    private var centreName: String { "\(prefix)-c" }
    private func name(_ host: Host) -> String { "\(prefix)-\(host.rawValue)" }

    private static func run(_ arguments: [String], program: String = "/usr/sbin/ip") throws {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw TestFailure("\(program) \(arguments.joined(separator: " ")) failed (\(process.terminationStatus))")
        }
    }
}
