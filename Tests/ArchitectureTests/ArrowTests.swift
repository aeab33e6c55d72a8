import Foundation
import Testing

/// The arrows of the design point down only: a module imports lower layers, or earlier modules of its own layer; rooms
/// import neither each other nor the chain.
@Suite struct ArrowTests {
  /// Bottom to top, as in Package.swift.
  static let layers: [[String]] = [
    ["COpenSSL", "Csecp256k1", "CMalloc", "Quantities", "Canonical", "Cryptography"],
    ["StateStore", "Ledger", "Storage"],
    ["VenueKit", "Matching", "Mechanisms"],
    ["Hyperliquid", "GMX", "DYDX"],
    [
      "Chain", "Agents", "Laboratory", "Fuzzing", "ConformanceKit", "ConformanceChain", "ConformanceHyperliquid",
      "ConformanceGMX", "ConformanceDYDX",
      "Catalog",
    ],
    ["HyperliquidGateway", "perp-node", "perp"],
  ]
  static let rooms = ["Hyperliquid", "GMX", "DYDX"]
  /// Modules from outside and who may import them.
  static let outside: [String: [String]] = [
    "BasicContainers": ["StateStore", "Matching", "Mechanisms", "perp"],
    "LadderTwin": ["perp"],
    "SystemPackage": ["Storage", "Laboratory", "perp"],
    "Synchronization": ["Chain", "HyperliquidGateway", "perp-node"],
    "Glibc": ["Storage", "Chain", "perp", "Laboratory"],
    "Dispatch": ["StateStore", "Chain", "Fuzzing", "perp", "perp-node"],
    "Yams": ["Laboratory", "Fuzzing", "perp-node"],
    "ArgumentParser": ["perp", "perp-node"],
    "NIOCore": ["perp-node"],
    "NIOPosix": ["perp-node"],
    "NIOHTTP1": ["perp-node"],
    "NIOWebSocket": ["perp-node"],
    "Logging": ["perp-node"],
    "GRDB": ["perp-node"],
    "GRDBSQLite": ["perp-node"],
    "Foundation": [
      "Laboratory", "Fuzzing", "ConformanceKit", "ConformanceChain", "ConformanceHyperliquid", "ConformanceDYDX",
      "Catalog", "perp", "perp-node",
    ],
  ]

  static func position(_ module: String) -> (layer: Int, place: Int)? {
    for (layer, modules) in layers.enumerated() {
      if let place = modules.firstIndex(of: module) { return (layer, place) }
    }
    return nil
  }

  /// The sentence that an import breaks, or nil.
  static func objection(module: String, imports imported: String) -> String? {
    guard let own = position(module) else { return "\(module) stands in no layer" }
    if let allowed = outside[imported] {
      return allowed.contains(module) ? nil : "\(module) may not import \(imported)"
    }
    guard let other = position(imported) else { return "\(module) imports \(imported), which the design does not name" }
    if rooms.contains(imported), own.layer < 4 { return "\(module) imports the room \(imported)" }
    if rooms.contains(imported),
      !["Catalog", "perp", "perp-node", "Conformance" + imported, imported + "Gateway"].contains(module)
    {
      return "only Catalog, perp, perp-node and its own companions import the room \(imported), not \(module)"
    }
    if imported == "Catalog", module != "perp" { return "only perp and tests see Catalog, not \(module)" }
    let isDown = other.layer < own.layer || (other.layer == own.layer && other.place < own.place)
    return isDown ? nil : "\(module) imports \(imported), which stands above it"
  }

  @Test func arrowsPointDown() {
    let files = SourceTree.files()
    #expect(files.count > 50)
    for file in files {
      for imported in file.imports {
        if let objection = Self.objection(module: file.module, imports: imported) {
          Issue.record("\(file.path): \(objection)")
        }
      }
    }
  }

  /// A check that cannot fail is a defect: each kind of wrong arrow is objected to.
  @Test(arguments: [
    ("Quantities", "Canonical"), ("Hyperliquid", "Chain"), ("VenueKit", "Hyperliquid"), ("Laboratory", "Catalog"),
    ("Matching", "Foundation"), ("Chain", "Yams"), ("Laboratory", "Hyperliquid"), ("Chain", "NIOCore"),
  ])
  func wrongArrowsAreSeen(module: String, imported: String) {
    #expect(Self.objection(module: module, imports: imported) != nil)
  }
}
