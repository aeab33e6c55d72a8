import Chain
import ConformanceChain
import ConformanceDYDX
import ConformanceHyperliquid
import ConformanceKit
import DYDX
import Fuzzing
import Hyperliquid
import VenueKit

/// A room as the command line finds it.
public struct CatalogRoom: Sendable {
  public let factory: VenueFactory
  public let fuzz: FuzzTarget

  public var description: VenueDescription { factory.description }

  init<V: Venue>(_ venue: V.Type, presets: [String]) {
    factory = .of(venue, presets: presets)
    fuzz = .of(venue)
  }
}

/// The list of rooms: the only place that names them all. Everything else receives values from here.
public enum RoomCatalog {
  public static let rooms: [CatalogRoom] = [
    CatalogRoom(DYDXVenue.self, presets: ["mainnet", "harsh"]),
    CatalogRoom(HyperliquidVenue.self, presets: ["mainnet", "testnet", "harsh"]),
  ]

  /// Every adapter of vector files.
  public static let adapters: [ConformanceAdapter] =
    ChainConformance.adapters + HyperliquidConformance.adapters + DYDXConformance.adapters
  public static let suite = ConformanceSuite(adapters: adapters)

  public static var factories: [VenueFactory] { rooms.map(\.factory) }

  public static func room(_ name: String) -> CatalogRoom? { rooms.first { $0.description.room == name } }
}
