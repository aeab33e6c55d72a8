import Quantities

/// What is kept beside the tables because it is asked for often; a function of the tables alone.
struct Derived: Sendable {
  /// By token number; zero where there is none.
  var prices: [Price] = []
  var timestamps: [UInt64] = []

  mutating func set(_ token: TokenID, _ record: TokenPriceRecord) {
    while prices.count <= Int(token) {
      prices.append(Price(min: .zero, max: .zero))
      timestamps.append(0)
    }
    prices[Int(token)] = record.price
    timestamps[Int(token)] = record.timestamp
  }

  /// The first part that differs.
  func difference(_ other: Derived) -> String? {
    prices != other.prices || timestamps != other.timestamps ? "prices" : nil
  }
}

extension GMXState {
  public mutating func rebuildDerived() {
    derived = Derived()
    prices.forEachSorted { token, record in derived.set(token, record) }
  }
}
