import Chain
import ConformanceChain
import ConformanceDYDX
import ConformanceGMX
import ConformanceHyperliquid
import ConformanceKit
import DYDX
import Fuzzing
import GMX
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
    CatalogRoom(HyperliquidVenue.self, presets: ["mainnet", "testnet", "harsh", "local"]),
    CatalogRoom(GMXVenue.self, presets: ["bitcoin", "ether", "dogecoin", "arbitrum", "arbitrum-v1", "harsh"]),
  ]

  /// Every adapter of vector files.
  public static let adapters: [ConformanceAdapter] =
    ChainConformance.adapters + HyperliquidConformance.adapters + GMXConformance.adapters + DYDXConformance.adapters
  public static let suite = ConformanceSuite(adapters: adapters)

  public static var factories: [VenueFactory] { rooms.map(\.factory) }

  public static func room(_ name: String) -> CatalogRoom? { rooms.first { $0.description.room == name } }
}
