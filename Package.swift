// swift-tools-version:6.2
import PackageDescription

// Layers of the house, bottom to top; a target may depend only on lower layers and, in its own layer, on what stands
// above it in this file. Tests/ArchitectureTests keeps these arrows true.

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
]

let collections = Target.Dependency.product(name: "BasicContainers", package: "swift-collections")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let nio = ["NIOCore", "NIOPosix", "NIOHTTP1", "NIOWebSocket"].map {
  Target.Dependency.product(name: $0, package: "swift-nio")
}
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let sqlite = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqliteInterface = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let bigInt = Target.Dependency.product(name: "BigInt", package: "BigInt")

func module(_ name: String, path: String? = nil, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, path: path, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
  name: "PerpEmulator",
  products: [.executable(name: "perp", targets: ["perp"]), .executable(name: "perp-node", targets: ["perp-node"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    // 0 ground
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "Csecp256k1", pkgConfig: "libsecp256k1", providers: [.apt(["libsecp256k1-dev"])]),
    // The C library's settings of its allocator, which its Swift module leaves out.
    .systemLibrary(name: "CMalloc"),
    module("Quantities"),
    module("Canonical", ["Quantities"]),
    module("Cryptography", ["Quantities", "Canonical", "COpenSSL", "Csecp256k1"]),
    // 1 state
    module("StateStore", ["Canonical", "Cryptography", collections]),
    module("Ledger", ["Quantities", "Canonical", "StateStore"]),
    module("Storage", ["Canonical", "Cryptography", system]),
    // 2 kernel
    module("VenueKit", ["Quantities", "Canonical", "Cryptography", "StateStore", "Ledger"]),
    module("Matching", ["Quantities", "Canonical", "StateStore", collections]),
    module("Mechanisms", ["Quantities", "Canonical", "StateStore", "Ledger", collections]),
    // 3 rooms
    module(
      "Hyperliquid", path: "Sources/Protocols/Hyperliquid",
      ["Quantities", "Canonical", "Cryptography", "StateStore", "Ledger", "VenueKit", "Matching", "Mechanisms"]),
    module(
      "GMX", path: "Sources/Protocols/GMX",
      ["Quantities", "Canonical", "Cryptography", "StateStore", "Ledger", "VenueKit", "Mechanisms"]),
    module(
      "DYDX", path: "Sources/Protocols/DYDX",
      ["Quantities", "Canonical", "Cryptography", "StateStore", "Ledger", "VenueKit", "Matching", "Mechanisms"]),
    // 4 lab
    module("Chain", ["Quantities", "Canonical", "Cryptography", "StateStore", "Ledger", "Storage", "VenueKit"]),
    module("Agents", ["Quantities", "Canonical", "Cryptography", "VenueKit"]),
    module(
      "Laboratory",
      [
        "Quantities", "Canonical", "Cryptography", "StateStore", "Ledger", "Storage", "VenueKit", "Chain", "Agents",
        system, yams,
      ]),
    module(
      "Fuzzing",
      ["Quantities", "Canonical", "Cryptography", "StateStore", "Ledger", "VenueKit", "Chain", yams]),
    module("ConformanceKit", path: "Sources/Conformance/Kit", ["Quantities", "Canonical", "Cryptography"]),
    module(
      "ConformanceChain", path: "Sources/Conformance/Chain",
      ["Quantities", "Canonical", "Cryptography", "StateStore", "VenueKit", "Chain", "ConformanceKit"]),
    module(
      "ConformanceHyperliquid", path: "Sources/Conformance/Hyperliquid",
      ["Quantities", "Canonical", "Cryptography", "VenueKit", "Hyperliquid", "ConformanceKit"]),
    module(
      "ConformanceGMX", path: "Sources/Conformance/GMX",
      ["Quantities", "Canonical", "Cryptography", "StateStore", "VenueKit", "GMX", "ConformanceKit"]),
    module(
      "ConformanceDYDX", path: "Sources/Conformance/DYDX",
      ["Quantities", "Canonical", "Cryptography", "StateStore", "Ledger", "VenueKit", "DYDX", "ConformanceKit"]),
    module(
      "Catalog",
      [
        "VenueKit", "Chain", "Fuzzing", "Laboratory", "ConformanceKit", "ConformanceChain", "ConformanceHyperliquid",
        "ConformanceGMX", "ConformanceDYDX", "Hyperliquid", "GMX",
      ]),
    // 5 world
    module(
      "HyperliquidGateway", path: "Sources/Gateways/Hyperliquid",
      ["Quantities", "Canonical", "Cryptography", "StateStore", "VenueKit", "Chain", "Hyperliquid"]),
    .executableTarget(
      name: "perp-node",
      dependencies: [
        "Quantities", "Canonical", "Cryptography", "StateStore", "Storage", "VenueKit", "Chain", "Hyperliquid",
        "HyperliquidGateway", "Agents", "Laboratory", arguments, yams, logging, sqlite,
        sqliteInterface, "CMalloc",
      ] + nio,
      swiftSettings: settings),
    .target(name: "LadderTwin", cxxSettings: [.unsafeFlags(["-O3"], .when(configuration: .release))]),
    .executableTarget(
      name: "perp",
      dependencies: [
        "Quantities", "Canonical", "Cryptography", "StateStore", "Ledger", "Storage", "VenueKit", "Matching",
        "Mechanisms",
        "Chain", "Agents", "Laboratory", "Fuzzing", "ConformanceKit", "Catalog", "Hyperliquid", "GMX", "DYDX",
        "HyperliquidGateway", "LadderTwin",
        arguments, system, collections,
      ],
      swiftSettings: settings),
    // tests
    module(
      "TestVenues", path: "Tests/TestVenues",
      ["Quantities", "Canonical", "Cryptography", "StateStore", "Ledger", "VenueKit", "Matching"]),
    tests("QuantitiesTests", ["Quantities", bigInt]),
    tests("CanonicalTests", ["Quantities", "Canonical"]),
    tests("CryptographyTests", ["Quantities", "Canonical", "Cryptography"]),
    tests("StateStoreTests", ["Canonical", "Cryptography", "StateStore"]),
    tests("LedgerTests", ["Quantities", "Canonical", "StateStore", "Ledger"]),
    tests("StorageTests", ["Canonical", "Cryptography", "Storage", system]),
    tests("MatchingTests", ["Quantities", "Canonical", "Matching", collections]),
    tests("MechanismsTests", ["Quantities", "Canonical", "StateStore", "Ledger", "Mechanisms"]),
    tests(
      "HyperliquidTests",
      [
        "Quantities", "Canonical", "Cryptography", "StateStore", "Ledger", "VenueKit", "Matching", "Mechanisms",
        "Hyperliquid", "Chain",
      ]),
    tests(
      "DYDXTests",
      [
        "Quantities", "Canonical", "Cryptography", "StateStore", "Ledger", "VenueKit", "DYDX", "ConformanceKit",
        "ConformanceDYDX", "Chain", "Fuzzing", bigInt,
      ]),
    tests(
      "GMXTests",
      [
        "Quantities", "Canonical", "Cryptography", "StateStore", "VenueKit", "GMX", "Chain", "ConformanceGMX",
        "ConformanceKit", bigInt,
      ]),
    tests(
      "ChainTests",
      [
        "Quantities", "Canonical", "Cryptography", "StateStore", "Ledger", "Storage", "VenueKit", "Chain", "TestVenues",
        system,
      ]),
    tests(
      "LaboratoryTests",
      [
        "Quantities", "Canonical", "Cryptography", "VenueKit", "Chain", "Agents", "Laboratory", "Fuzzing", "Catalog",
        "TestVenues", system,
      ]),
    tests(
      "GatewayTests",
      ["Canonical", "Cryptography", "StateStore", "VenueKit", "Chain", "Hyperliquid", "HyperliquidGateway"]),
    tests(
      "NodeTests",
      ["perp-node", "Canonical", "Cryptography", "VenueKit", "Chain", "Hyperliquid", "HyperliquidGateway"] + nio),
    tests("ConformanceTests", ["Canonical", "ConformanceKit", "Catalog"]),
    tests("ArchitectureTests", []),
    tests("CommandTests", ["perp", "Canonical"]),
  ]
)
