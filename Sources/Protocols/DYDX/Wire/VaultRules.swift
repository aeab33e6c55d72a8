public import Quantities

/// Amounts of vault messages.
enum VaultAmount {
  /// A serializable integer of 1 to 2^64 - 1 quote quantums.
  static func positive(_ bytes: [UInt8]) throws(DYDXRefusal) -> UInt64 {
    guard let value = SerializableInteger.value(bytes), value > 0, let amount = UInt64(exactly: value) else {
      throw .chain(.invalidQuoteQuantums, "not in 1 to 2^64 - 1")
    }
    return amount
  }
}

/// How a vault quotes, with its rules kept: terms of the orders, their life, and the least equity that quotes.
public struct QuotingParameters: Sendable, Hashable {
  public var terms: QuotingTerms
  public var expirationSeconds: UInt32
  /// Quote quantums.
  public var activationThreshold: Int256

  public init(terms: QuotingTerms, expirationSeconds: UInt32, activationThreshold: Int256) {
    self.terms = terms
    self.expirationSeconds = expirationSeconds
    self.activationThreshold = activationThreshold
  }

  /// The chain's own default: two layers of a tenth of the equity, a spread of 1%, a skew factor of 2.
  public static let standard = QuotingParameters(
    terms: QuotingTerms(
      layers: 2, leastSpreadPpm: 10_000, spreadBufferPpm: 1_500, skewFactorPpm: 2_000_000, orderSizePpm: 100_000),
    expirationSeconds: 60, activationThreshold: 1_000_000_000)

  private static let greatestLayers: UInt32 = 255
  /// Skew factor times order size stays below 2, both in parts per million.
  static let skewLimit: Int256 = 2_000_000_000_000

  init(_ wire: WireQuoting) throws(DYDXRefusal) {
    guard wire.orderSizePpm > 0 else { throw .chain(.invalidOrderSizePct, "0") }
    guard wire.expirationSeconds > 0 else { throw .chain(.invalidOrderExpiration, "0") }
    guard wire.leastSpreadPpm > 0 else { throw .chain(.invalidSpreadMin, "0") }
    guard wire.layers <= Self.greatestLayers else {
      throw .chain(.invalidLayers, "\(wire.layers) exceeds \(Self.greatestLayers)")
    }
    let threshold = wire.activationThreshold.isEmpty ? 0 : SerializableInteger.value(wire.activationThreshold)
    guard let threshold, threshold >= 0 else { throw .chain(.invalidActivationThreshold, "") }
    let product = Int256(UInt64(wire.skewFactorPpm)) &* Int256(UInt64(wire.orderSizePpm))
    guard product < Self.skewLimit else {
      throw .chain(.invalidSkewFactor, "\(product) is not below \(Self.skewLimit)")
    }
    self.init(
      terms: QuotingTerms(
        layers: Int(wire.layers), leastSpreadPpm: Int256(UInt64(wire.leastSpreadPpm)),
        spreadBufferPpm: Int256(UInt64(wire.spreadBufferPpm)), skewFactorPpm: Int256(UInt64(wire.skewFactorPpm)),
        orderSizePpm: Int256(UInt64(wire.orderSizePpm))),
      expirationSeconds: wire.expirationSeconds, activationThreshold: threshold)
  }
}

extension MegavaultDeposit {
  func validate() throws(DYDXRefusal) {
    try subaccount.validate()
    _ = try VaultAmount.positive(quoteQuantums)
  }
}

extension MegavaultWithdrawal {
  func validate() throws(DYDXRefusal) {
    try subaccount.validate()
    guard let shares = SerializableInteger.value(shares), shares > 0 else { throw .chain(.nonPositiveShares, "") }
    let least = leastQuoteQuantums.isEmpty ? 0 : SerializableInteger.value(leastQuoteQuantums)
    guard let least, least >= 0 else { throw .chain(.invalidQuoteQuantums, "the least amount is negative") }
  }
}

extension SetVaultParameters {
  func validate() throws(DYDXRefusal) {
    guard VaultStatus(wire: parameters.status) != nil else { throw .chain(.unspecifiedVaultStatus, "") }
    if let quoting = parameters.quoting { _ = try QuotingParameters(quoting) }
  }
}

/// What a vault does. The numbers are the chain's.
public enum VaultStatus: UInt8, Sendable, Hashable, CaseIterable {
  /// Does not quote, and its equity is nobody's.
  case deactivated = 1
  /// Does not quote.
  case standBy = 2
  case quoting = 3
  /// Quotes only what reduces its position.
  case closeOnly = 4

  init?(wire: UInt32) {
    guard let value = UInt8(exactly: wire) else { return nil }
    self.init(rawValue: value)
  }
}
