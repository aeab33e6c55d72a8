import Foundation
import Hyperliquid
import VenueKit

/// A file of `COIN,PRICE` lines that somebody edits while the node runs. Looked at before each observation.
struct PriceFile: Sendable {
  let path: String
  private let assets: [String: AssetID]
  private var seen: Date?

  /// Throws where the file cannot be read, holds no price or names an unknown coin.
  init(path: String, state: HyperliquidState) throws {
    self.path = path
    assets = Dictionary(
      state.parameters.markets.filter(\.isPerpetual).map { ($0.symbol, $0.asset) },
      uniquingKeysWith: { first, _ in first })
    _ = try prices()
  }

  /// The prices, if the file changed since the last look.
  mutating func changes() throws -> [(AssetID, WireDecimal)]? {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    guard let changed = attributes?[.modificationDate] as? Date, changed != seen else { return nil }
    seen = changed
    return try prices()
  }

  private func prices() throws -> [(AssetID, WireDecimal)] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw NodeFailure(.wrongRequest, "\(path): cannot be read")
    }
    var prices: [(AssetID, WireDecimal)] = []
    for (index, line) in String(decoding: data, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false
    ).enumerated() {
      let text = line.trimmingCharacters(in: .whitespaces)
      if text.isEmpty || text.hasPrefix("#") { continue }
      let parts = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      guard parts.count == 2, let asset = assets[parts[0]], let price = PriceFeed.wire(parts[1]) else {
        throw NodeFailure(.wrongRequest, "\(path) line \(index + 1): wanted COIN,PRICE of a perpetual")
      }
      prices.append((asset, price))
    }
    if prices.isEmpty { throw NodeFailure(.wrongRequest, "\(path): holds no prices") }
    return prices
  }
}
