import VenueKit

/// Small sums that all traders do. Everything is in the common scale and rounds toward zero.
extension MarketView {
  /// Size in base units that `value` USD buys at the mark.
  func size(ofValue value: Int128) -> Int128 {
    mark > 0 ? scaled(value, CommonScale.one, mark) : 0
  }

  /// USD value of a size at the mark.
  func value(ofSize size: Int128) -> Int128 { scaled(size, mark, CommonScale.one) }

  /// The worst price accepted by a buyer or seller who tolerates `slippage` from the mark.
  func worstPrice(isBuy: Bool, slippage: Int128) -> Int128 {
    let distance = scaled(mark, slippage, CommonScale.one)
    return isBuy ? mark + distance : max(tick, mark - distance)
  }

  /// A market order for `margin` at `leverage` (10^-12), cut to what the market allows; nil below one lot.
  func opening(isLong: Bool, margin: Int128, leverage: Int128, slippage: Int128) -> Intent? {
    let most = min(leverage, Int128(max(1, leverageMaximum)) * CommonScale.one)
    let size = size(ofValue: scaled(margin, most, CommonScale.one))
    guard size >= max(lot, 1) else { return nil }
    let whole = Int((most + CommonScale.one - 1) / CommonScale.one)
    return .open(
      symbol: symbol, isLong: isLong, size: size, leverage: max(1, whole),
      worstPrice: worstPrice(isBuy: isLong, slippage: slippage))
  }

  func closing(_ position: PositionView, slippage: Int128, partsPerMillion: Int = 1_000_000) -> Intent {
    .close(
      symbol: symbol, partsPerMillion: partsPerMillion,
      worstPrice: worstPrice(isBuy: position.size < 0, slippage: slippage))
  }
}

/// The change from `old` to `new` as a fraction in 10^-12.
func relativeMove(from old: Int128, to new: Int128) -> Int128 {
  old > 0 ? scaled(new - old, CommonScale.one, old) : 0
}

/// The prices of the last while, oldest first.
struct PriceMemory: Sendable {
  private var entries: [(time: Int64, price: Int128)] = []
  let span: Int64

  init(span: Int64) { self.span = span }

  mutating func note(_ price: Int128, at time: Int64) {
    entries.append((time, price))
    if let keep = entries.firstIndex(where: { $0.time >= time - span }), keep > 0 { entries.removeFirst(keep) }
  }

  /// From the oldest remembered price to the newest, 10^-12.
  var move: Int128 {
    guard let first = entries.first, let last = entries.last else { return 0 }
    return relativeMove(from: first.price, to: last.price)
  }

  /// Largest distance between two remembered prices, 10^-12 of the newest.
  var range: Int128 {
    guard let last = entries.last else { return 0 }
    var low = last.price
    var high = last.price
    for entry in entries {
      low = min(low, entry.price)
      high = max(high, entry.price)
    }
    return last.price > 0 ? scaled(high - low, CommonScale.one, last.price) : 0
  }
}
