public import Canonical

/// What only a block's proposer adds.
public enum DYDXProposerAction: Sendable, Hashable {
  /// Matches and removals of the proposer's own book; always the first of a block.
  case operations([Operation])
  /// Parts per million of eight hours, by perpetual.
  case premiumVotes([PremiumVote])
  /// New prices by market.
  case prices([PriceUpdate])
  /// Quote quantums from outside into the first account of a person.
  case bridge(to: Address, amount: UInt64)
  case setPairStatus(UInt32, PairStatus)
  /// The vault's operator moves quote quantums from the megavault's main account to the vault of a pair.
  case allocate(toVaultOf: UInt32, amount: UInt64)
}

public struct PremiumVote: Sendable, Hashable, CanonicalCodable {
  public var perpetual: UInt32
  public var ppm: Int32

  public init(perpetual: UInt32, ppm: Int32) {
    self.perpetual = perpetual
    self.ppm = ppm
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(perpetual)
    encoder.encode(ppm)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    perpetual = try decoder.decodeInteger()
    ppm = try decoder.decodeInteger()
  }
}

public struct PriceUpdate: Sendable, Hashable, CanonicalCodable {
  public var market: UInt32
  public var price: UInt64

  public init(market: UInt32, price: UInt64) {
    self.market = market
    self.price = price
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(market)
    encoder.encode(price)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    market = try decoder.decodeInteger()
    price = try decoder.decodeInteger()
  }
}

extension DYDXProposerAction {
  /// A placement travels as its owner's transaction alone; `open` reads the order out of it.
  func encode(into encoder: inout CanonicalEncoder) {
    switch self {
    case .operations(let operations):
      encoder.encode(tag: 1)
      encoder.encode(UInt32(operations.count))
      for operation in operations { operation.encode(into: &encoder) }
    case .premiumVotes(let votes):
      encoder.encode(tag: 2)
      encoder.encode(list: votes)
    case .prices(let prices):
      encoder.encode(tag: 3)
      encoder.encode(list: prices)
    case .bridge(let person, let amount):
      encoder.encode(tag: 4)
      encoder.encode(person)
      encoder.encode(amount)
    case .setPairStatus(let pair, let status):
      encoder.encode(tag: 5)
      encoder.encode(pair)
      encoder.encode(tag: status.rawValue)
    case .allocate(let pair, let amount):
      encoder.encode(tag: 6)
      encoder.encode(pair)
      encoder.encode(amount)
    }
  }

  init(
    from decoder: inout CanonicalDecoder, open: ([UInt8]) throws(CanonicalError) -> ClobOrder
  ) throws(CanonicalError) {
    let tag = try decoder.decodeTag()
    switch tag {
    case 1:
      var operations: [Operation] = []
      for _ in 0..<(try decoder.decodeCount()) { operations.append(try Operation(from: &decoder, open: open)) }
      self = .operations(operations)
    case 2: self = .premiumVotes(try decoder.decodeList())
    case 3: self = .prices(try decoder.decodeList())
    case 4: self = .bridge(to: try decoder.decodeAddress(), amount: try decoder.decodeInteger())
    case 5: self = .setPairStatus(try decoder.decodeInteger(), try decoder.decodeCase())
    case 6: self = .allocate(toVaultOf: try decoder.decodeInteger(), amount: try decoder.decodeInteger())
    default: throw .unknownTag(tag)
    }
  }
}

extension Operation {
  func encode(into encoder: inout CanonicalEncoder) {
    switch self {
    case .placement(_, let sealed):
      encoder.encode(tag: 1)
      encoder.encode(list: sealed)
    case .match(let taker, let fills):
      encoder.encode(tag: 2)
      encoder.encode(taker)
      encoder.encode(list: fills)
    case .liquidation(let match):
      encoder.encode(tag: 3)
      encoder.encode(match.liquidated)
      encoder.encode(match.pair)
      encoder.encode(match.perpetual)
      encoder.encode(match.totalSize)
      encoder.encode(match.isBuy)
      encoder.encode(list: match.fills)
    case .deleveraging(let match):
      encoder.encode(tag: 4)
      encoder.encode(match.liquidated)
      encoder.encode(match.perpetual)
      encoder.encode(list: match.fills)
      encoder.encode(match.isFinalSettlement)
    case .removal(let key, let reason):
      encoder.encode(tag: 5)
      encoder.encode(key)
      encoder.encode(tag: reason.rawValue)
    }
  }

  init(
    from decoder: inout CanonicalDecoder, open: ([UInt8]) throws(CanonicalError) -> ClobOrder
  ) throws(CanonicalError) {
    let tag = try decoder.decodeTag()
    switch tag {
    case 1:
      let sealed = try decoder.decodeBytes()
      self = .placement(try open(sealed), sealed: sealed)
    case 2: self = .match(taker: try decoder.decode(), fills: try decoder.decodeList())
    case 3:
      self = .liquidation(
        LiquidationMatch(
          liquidated: try decoder.decode(), pair: try decoder.decodeInteger(),
          perpetual: try decoder.decodeInteger(), totalSize: try decoder.decodeInteger(),
          isBuy: try decoder.decodeFlag(), fills: try decoder.decodeList()))
    case 4:
      self = .deleveraging(
        DeleveragingMatch(
          liquidated: try decoder.decode(), perpetual: try decoder.decodeInteger(), fills: try decoder.decodeList(),
          isFinalSettlement: try decoder.decodeFlag()))
    case 5: self = .removal(try decoder.decode(), try decoder.decodeCase())
    default: throw .unknownTag(tag)
    }
  }
}
