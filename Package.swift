// swift-tools-version: 6.2

import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let collections = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let coreMetrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

/// A module of `Shared/`.
func module(
    _ name: String,
    _ dependencies: [Target.Dependency] = [],
    resources: [Resource] = []
) -> Target {
    .target(
        name: name,
        dependencies: dependencies,
        path: "Shared/\(name)",
        resources: resources,
        swiftSettings: strict
    )
}

/// The tests of a module, in `Tests/<name>Tests`.
func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: dependencies,
        path: "Tests/\(name)Tests",
        resources: resources,
        swiftSettings: strict
    )
}

/// One of the programs, in `Services/`.
func program(_ name: String, at folder: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name,
        dependencies: dependencies,
        path: "Services/\(folder)",
        swiftSettings: strict
    )
}

let package = Package(
    name: "riftsync",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", exact: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2", traits: []),
    ],
    targets: [
        // C libraries. hiredis has no pkgConfig: its file carries a flag that SwiftPM refuses with a warning.
        .systemLibrary(
            name: "CCurl",
            path: "Shared/CCurl",
            pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"])]
        ),
        .systemLibrary(name: "CDeflate", path: "Shared/CDeflate", providers: [.apt(["libdeflate-dev"])]),
        .systemLibrary(name: "CHiredis", path: "Shared/CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .systemLibrary(
            name: "CPostgres",
            path: "Shared/CPostgres",
            pkgConfig: "libpq",
            providers: [.apt(["libpq-dev"])]
        ),
        .target(
            name: "CSimdjson",
            path: "Shared/CSimdjson",
            cxxSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))],
            linkerSettings: [.linkedLibrary("simdjson")]
        ),
        .target(name: "CSystemShims", path: "Shared/CSystemShims"),

        // Shared modules; a dependency points downwards only.
        module("Reactor", ["CSystemShims", collections]),
        module("Compression", ["CDeflate"]),
        module("JSON", ["CSimdjson"]),
        module("Redis", ["CHiredis", "Reactor", collections, logging, metrics]),
        module("Postgres", ["CPostgres", "Reactor", collections, logging, metrics]),
        module("RiotModels"),
        module("JSONRPC", ["CSystemShims", "JSON", "Reactor", lifecycle, logging, nioCore, nioPosix]),
        module("WorkQueue", ["Reactor", "Redis", logging], resources: [.embedInCode("Scripts")]),
        module(
            "RiotClient",
            ["CCurl", "CSystemShims", "Compression", "Reactor", "Redis", "RiotModels", collections, logging, metrics],
            resources: [.embedInCode("Scripts")]
        ),
        module(
            "Storage",
            ["Compression", "JSON", "Postgres", "Reactor", "RiotModels", logging, metrics],
            resources: [.embedInCode("Migrations"), .embedInCode("Questions")]
        ),
        module(
            "ServiceRuntime",
            [
                "CSystemShims", "JSONRPC", "Postgres", "Reactor", "Redis", "RiotModels", argumentParser, configuration,
                coreMetrics, lifecycle, logging, metrics, unixSignals,
            ]
        ),
        module(
            "SyncJobs",
            [
                "JSONRPC", "Postgres", "Reactor", "Redis", "RiotClient", "RiotModels", "ServiceRuntime", "Storage",
                "WorkQueue", lifecycle, logging, metrics,
            ]
        ),
        module("Supervision", ["CSystemShims", "Reactor", logging, subprocess, systemPackage]),

        // Programs.
        program(
            "gateway",
            at: "Gateway",
            [
                "JSONRPC", "Postgres", "Reactor", "Redis", "RiotModels", "ServiceRuntime", "Storage", argumentParser,
                httpTypes, hummingbird, lifecycle, logging, metrics, nioCore, nioHTTPTypes, nioPosix,
            ]
        ),
        program(
            "orchestrator",
            at: "Orchestrator",
            [
                "JSONRPC", "Postgres", "Redis", "RiotClient", "RiotModels", "ServiceRuntime", "Storage", "SyncJobs",
                "WorkQueue", argumentParser, lifecycle, logging,
            ]
        ),
        program("match-worker", at: "MatchWorker", ["ServiceRuntime", "Storage", "SyncJobs", argumentParser]),
        program("timeline-worker", at: "TimelineWorker", ["ServiceRuntime", "Storage", "SyncJobs", argumentParser]),
        program(
            "beat",
            at: "Beat",
            ["JSONRPC", "Postgres", "ServiceRuntime", "Storage", argumentParser, lifecycle, logging, metrics]
        ),
        program(
            "riftctl",
            at: "Riftctl",
            [
                "JSONRPC", "Postgres", "Reactor", "Redis", "RiotClient", "RiotModels", "ServiceRuntime", "Storage",
                "Supervision", argumentParser, logging, subprocess, systemPackage,
            ]
        ),

        // The stand-in for Riot's API, as a library for tests and as a program.
        .target(
            name: "RiotSimulator",
            dependencies: ["Compression", "RiotModels", hummingbird, lifecycle, logging],
            path: "Tests/RiotSimulator",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "riot-simulator",
            dependencies: ["RiotSimulator", argumentParser, lifecycle, logging],
            path: "Tests/RiotSimulatorCommand",
            swiftSettings: strict
        ),

        // Breaks the whole system: compose/faults.
        .executableTarget(
            name: "fault-program",
            dependencies: [
                "Postgres", "Reactor", "Redis", "RiotSimulator", "Supervision", "TestSupport", "WorkQueue",
                argumentParser, logging, unixSignals,
            ],
            path: "Tests/FaultProgram",
            swiftSettings: strict
        ),

        // Benchmarks of one part alone.
        .target(
            name: "CDecodingFloor",
            path: "Tests/Benchmarks/Decoding/Floor",
            linkerSettings: [.linkedLibrary("simdjson"), .linkedLibrary("deflate")]
        ),
        .executableTarget(
            name: "decoding-benchmark",
            dependencies: ["CDecodingFloor", "Compression", "RiotModels", "RiotSimulator", "Storage"],
            path: "Tests/Benchmarks/Decoding",
            exclude: ["Floor"],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "limiter-benchmark",
            dependencies: ["Reactor", "Redis", "RiotClient", "RiotModels", "ServiceRuntime", coreMetrics, logging],
            path: "Tests/Benchmarks/Limiter",
            exclude: ["figures.py", "rounds.py"],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "queue-benchmark",
            dependencies: ["Redis", "RiotModels", "Storage", "SyncJobs", "WorkQueue", argumentParser, logging],
            path: "Tests/Benchmarks/Queue",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "storage-benchmark",
            dependencies: ["Compression", "Postgres", "RiotModels", "RiotSimulator", "Storage", logging],
            path: "Tests/Benchmarks/Storage",
            exclude: ["bodies.py", "equality.py", "measuring.py", "plain", "rounds.py", "size.py"],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "reads-benchmark",
            dependencies: [
                "Compression", "Postgres", "RiotModels", "RiotSimulator", "Storage", argumentParser, logging,
            ],
            path: "Tests/Benchmarks/Reads",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "transport-benchmark",
            dependencies: ["RiotClient"],
            path: "Tests/Benchmarks/Transport",
            exclude: ["flood.c", "loop.c", "rounds.py", "server.c"],
            swiftSettings: strict
        ),

        // Tests.
        .target(
            name: "TestSupport",
            dependencies: ["Compression", "Postgres", "Reactor", "Redis", "Supervision", logging],
            path: "Tests/TestSupport",
            swiftSettings: strict
        ),
        tests("Reactor", ["Reactor"]),
        tests("Redis", ["Redis", "Reactor", "TestSupport", logging]),
        tests("Postgres", ["Postgres", "Reactor", "Supervision", "TestSupport", logging]),
        tests("JSON", ["JSON", "Compression"]),
        tests("JSONRPC", ["JSONRPC", lifecycle, logging]),
        tests("WorkQueue", ["WorkQueue", "Redis", "TestSupport", logging]),
        tests("RiotModels", ["RiotModels"]),
        tests(
            "RiotClient",
            [
                "Compression", "Reactor", "Redis", "RiotClient", "RiotModels", "RiotSimulator", "TestSupport", logging,
            ]
        ),
        tests(
            "Storage",
            [
                "Compression", "JSON", "Postgres", "Reactor", "RiotModels", "RiotSimulator", "Storage", "Supervision",
                "TestSupport", logging,
            ]
        ),
        tests(
            "ServiceRuntime",
            [
                "ServiceRuntime", "JSONRPC", "Reactor", "Redis", "TestSupport", argumentParser, lifecycle, logging,
                metrics,
            ]
        ),
        tests(
            "SyncJobs",
            [
                "SyncJobs", "JSONRPC", "Redis", "RiotClient", "RiotModels", "RiotSimulator", "ServiceRuntime",
                "Storage", "WorkQueue", "TestSupport", logging, metrics,
            ]
        ),
        tests(
            "Riftctl",
            [
                "riftctl", "Postgres", "RiotClient", "RiotModels", "ServiceRuntime", "Storage", "Supervision",
                "TestSupport", argumentParser, logging,
            ]
        ),
        tests("Supervision", ["Supervision", logging]),
        tests("RiotSimulator", ["RiotSimulator", "Compression", "RiotModels", logging]),
        tests(
            "Gateway",
            [
                "gateway", "JSONRPC", "Postgres", "Reactor", "RiotModels", "ServiceRuntime", "Storage", "Supervision",
                "TestSupport", httpTypes, hummingbird, lifecycle, logging, nioCore,
            ]
        ),
        tests("Beat", ["beat", "JSONRPC", "Postgres", "Reactor", "ServiceRuntime", "Storage", "TestSupport", logging]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "JSONRPC", "Postgres", "Reactor", "Redis", "RiotModels", "RiotSimulator", "Supervision", "TestSupport",
                logging,
                lifecycle, subprocess, systemPackage,
            ],
            path: "Tests/EndToEndTests",
            swiftSettings: strict
        ),
    ],
    cxxLanguageStandard: .cxx17
)
