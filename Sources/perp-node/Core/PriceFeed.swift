import Foundation
import Hyperliquid
import Quantities
import VenueKit

/// What the node says about prices: steady until a path or a control request moves them.
struct PriceFeed: Sendable {
  /// Steps of a path: milliseconds since the chain's start, wire decimal; ascending.
  struct Path: Sendable {
    var steps: [(time: Int64, price: WireDecimal)]
    var next = 0
  }

  private(set) var prices: [AssetID: WireDecimal] = [:]
  private var paths: [AssetID: Path] = [:]
  private var origin: Int64?
  private var file: PriceFile?

  init(state: HyperliquidState, paths: [AssetID: Path] = [:], file: PriceFile? = nil) {
    self.file = file
    for market in state.parameters.markets where market.isPerpetual {
      if let oracle = state.prices[market.asset]?.oracle, oracle > 0 {
        prices[market.asset] = WireDecimal(clamping: market.wireFigure(price: oracle))
      }
    }
    self.paths = paths
  }

  mutating func set(_ asset: AssetID, _ price: WireDecimal) { prices[asset] = price }

  /// Takes over what a watched file says now; gives what is wrong with it.
  mutating func lookAtFile() -> String? {
    do {
      for (asset, price) in try file?.changes() ?? [] { set(asset, price) }
      return nil
    } catch let failure as NodeFailure {
      return failure.message
    } catch {
      return "\(error)"
    }
  }

  /// The observations at a chain time, by asset. The perpetual of other venues stands at the oracle's price, so a thin
  /// local book does not carry the mark away.
  mutating func observations(at time: Int64) -> [OraclePrice] {
    let start = origin ?? time
    origin = start
    for (asset, path) in paths {
      var path = path
      while path.next < path.steps.count, path.steps[path.next].time <= time - start {
        prices[asset] = path.steps[path.next].price
        path.next += 1
      }
      paths[asset] = path
    }
    return prices.sorted { $0.key < $1.key }.map { OraclePrice(asset: $0.key, oracle: $0.value, external: $0.value) }
  }

  /// A file of `time,price` lines: times in Unix milliseconds, of which the first is the chain's start.
  static func path(file: String) throws -> Path {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw NodeFailure(.wrongRequest, "\(file): cannot be read")
    }
    var steps: [(time: Int64, price: WireDecimal)] = []
    for (index, line) in String(decoding: data, as: UTF8.self).split(separator: "\n").enumerated() {
      let parts = line.split(separator: ",")
      if index == 0 && parts.first.flatMap({ Int64($0) }) == nil { continue }
      guard parts.count == 2, let time = Int64(parts[0]), let price = wire(String(parts[1])) else {
        throw NodeFailure(.wrongRequest, "\(file) line \(index + 1): wanted time,price")
      }
      steps.append((time, price))
    }
    guard let first = steps.first?.time else { throw NodeFailure(.wrongRequest, "\(file): holds no prices") }
    return Path(steps: steps.map { ($0.time - first, $0.price) })
  }

  /// A decimal above zero as a wire decimal; further digits are cut.
  static func wire(_ text: String) -> WireDecimal? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let cut = parts.count == 2 ? "\(parts[0]).\(parts[1].prefix(8))" : text
    guard let figure = try? parseDecimal(cut, scale: 8), figure > 0 else { return nil }
    return WireDecimal(exactly: figure)
  }
}
