public import Canonical
import Cryptography
import Ledger
public import Quantities

/// An order that takes: a person's, or that of a liquidation.
public enum Taker: Sendable, Hashable {
  case order(ClobOrder)
  case liquidation(LiquidationOrder)

  public var subaccount: Subaccount {
    switch self {
    case .order(let order): order.key.subaccount
    case .liquidation(let order): order.subaccount
    }
  }
  public var pair: UInt32 {
    switch self {
    case .order(let order): order.key.pair
    case .liquidation(let order): order.pair
    }
  }
  public var isBuy: Bool {
    switch self {
    case .order(let order): order.isBuy
    case .liquidation(let order): order.isBuy
    }
  }
  public var subticks: UInt64 {
    switch self {
    case .order(let order): order.subticks
    case .liquidation(let order): order.subticks
    }
  }
  public var quantums: UInt64 {
    switch self {
    case .order(let order): order.quantums
    case .liquidation(let order): order.quantums
    }
  }
  public var isLiquidation: Bool { if case .liquidation = self { true } else { false } }
  public var isReduceOnly: Bool { if case .order(let order) = self { order.isReduceOnly } else { false } }
}

/// The chain's own order on behalf of an account that cannot carry its positions. It takes and never rests.
public struct LiquidationOrder: Sendable, Hashable {
  public var subaccount: Subaccount
  public var pair: UInt32
  public var perpetual: UInt32
  public var isBuy: Bool
  public var quantums: UInt64
  public var subticks: UInt64

  public init(
    subaccount: Subaccount, pair: UInt32, perpetual: UInt32, isBuy: Bool, quantums: UInt64, subticks: UInt64
  ) {
    self.subaccount = subaccount
    self.pair = pair
    self.perpetual = perpetual
    self.isBuy = isBuy
    self.quantums = quantums
    self.subticks = subticks
  }
}

extension LiquidationOrder {
  /// SHA-256 of the account and the perpetual as a message; breaks ties between orders.
  public var hash: Hash32 {
    var writer = ProtobufWriter()
    let id = SubaccountID(owner: Bech32Owner.text(subaccount.owner), number: subaccount.number)
    writer.append(1) { id.write(&$0) }
    if perpetual != 0 { writer.append(2, varint: UInt64(perpetual)) }
    return SHA256.hash(writer.bytes)
  }
}

/// The block that a match belongs to.
public struct MatchTime: Sendable, Equatable {
  public var height: UInt64
  /// Unix milliseconds.
  public var time: Int64

  public init(height: UInt64, time: Int64) {
    self.height = height
    self.time = time
  }
}

/// What one fill did, or why the accounts did not allow it.
public struct SingleMatch: Sendable, Equatable {
  public var taker: UpdateResult = .success
  public var maker: UpdateResult = .success
  public var subticks: UInt64 = 0
  public var quote: Int256 = 0
  public var takerFee: Int256 = 0
  public var makerFee: Int256 = 0
  public var takerBuilderFee: Int256 = 0
  public var makerBuilderFee: Int256 = 0
  public var insuranceDelta: Int256 = 0
  /// What a liquidated account lost from its entry to this fill; statistics alone.
  public var liquidationLoss: Int256 = 0
  /// Filled of each order in all, in base quantums; zero for a liquidation.
  public var takerFilled: UInt64 = 0
  public var makerFilled: UInt64 = 0

  public var isSuccess: Bool { taker == .success && maker == .success }
}

// Rules DYDX-30 to DYDX-36: the only place where a trade moves money. A failed match leaves writes behind; the caller's
// layer undoes them.
extension DYDXState {
  public mutating func processMatch(
    taker: Taker, maker: ClobOrder, fill: UInt64, at time: MatchTime
  ) throws(MathematicsError) -> SingleMatch {
    guard let pair = pairs[maker.key.pair] else { throw .refused(.invalidClob) }
    guard fill % pair.step == 0 else { throw .refused(.fillAmountNotDivisibleByStepSize) }
    var match = try prices(taker: taker, maker: maker, fill: fill, pair: pair, at: time)
    try countFills(taker: taker, maker: maker, fill: fill, &match)
    let pool = pool(ofPerpetual: pair.perpetual)
    if case .liquidation(let order) = taker {
      match.insuranceDelta = try insuranceDelta(order, fill: fill, subticks: maker.subticks, pair: pair)
      try checkBlockLimits(order, fill: fill, insuranceDelta: match.insuranceDelta, pair: pair)
      try payInsurance(match.insuranceDelta, pool: pool)
    }
    let updates = try computing { () throws(ArithmeticError) in
      try matchUpdates(taker: taker, maker: maker, fill: fill, perpetual: pair.perpetual, match)
    }
    let closed = noteCosts(updates, perpetual: pair.perpetual, quote: match.quote)
    let outcome = try applyUpdates(updates, type: .match, height: time.height)
    guard outcome.isSuccess else {
      match.taker = outcome.results[0]
      match.maker = outcome.results[1]
      return match
    }
    try payBuilders(taker: taker, maker: maker, match, pool: pool)
    try shareFees(taker: taker, maker: maker, match, perpetual: pair.perpetual, pool: pool, at: time)
    if case .liquidation(let order) = taker {
      match.liquidationLoss = Self.loss(closedCost: closed[0], quote: match.quote, isBuy: order.isBuy, match)
      try noteLiquidation(order, maker: maker.key.subaccount.owner, fill: fill, match: match, pair: pair)
    }
    noteVolume(taker: taker, maker: maker, match)
    writeFills(taker: taker, maker: maker, match)
    return match
  }

  private func prices(
    taker: Taker, maker: ClobOrder, fill: UInt64, pair: ClobPairRecord, at time: MatchTime
  ) throws(MathematicsError) -> SingleMatch {
    try computing { () throws(ArithmeticError) in
      var match = SingleMatch()
      match.subticks = maker.subticks
      match.quote = try Units.fillQuote(
        subticks: Int256(maker.subticks), quantums: Int256(fill), conversionExponent: Int(pair.conversionExponent))
      var makerPpm = try feePpm(
        of: maker.key.subaccount.owner, isTaker: false, pair: maker.key.pair, time: time.time)
      if taker.isLiquidation {
        makerPpm = max(makerPpm, 0)
      } else {
        let ppm = try feePpm(of: taker.subaccount.owner, isTaker: true, pair: maker.key.pair, time: time.time)
        match.takerFee = try Fees.amount(fillQuote: match.quote, ppm: ppm)
      }
      match.makerFee = try Fees.amount(fillQuote: match.quote, ppm: makerPpm)
      if case .order(let order) = taker, let builder = order.builder {
        match.takerBuilderFee = try Fees.amount(fillQuote: match.quote, ppm: Int256(builder.feePpm))
      }
      if let builder = maker.builder {
        match.makerBuilderFee = try Fees.amount(fillQuote: match.quote, ppm: Int256(builder.feePpm))
      }
      return match
    }
  }

  /// No order is filled beyond its size.
  private func countFills(
    taker: Taker, maker: ClobOrder, fill: UInt64, _ match: inout SingleMatch
  ) throws(MathematicsError) {
    func total(_ order: ClobOrder) throws(MathematicsError) -> UInt64 {
      let filled = fills[order.key]?.filled ?? 0
      guard filled <= order.quantums, order.quantums - filled >= fill else {
        throw .refused(.invalidMsgProposedOperations)
      }
      return filled + fill
    }
    match.makerFilled = try total(maker)
    if case .order(let order) = taker { match.takerFilled = try total(order) }
  }

  private func matchUpdates(
    taker: Taker, maker: ClobOrder, fill: UInt64, perpetual: UInt32, _ match: SingleMatch
  ) throws(ArithmeticError) -> [SubaccountUpdate] {
    let base = Int256(fill)
    let takerQuote = try taker.isBuy ? match.quote.negated() : match.quote
    let takerBase = try taker.isBuy ? base : base.negated()
    return [
      SubaccountUpdate(
        taker.subaccount,
        quoteDelta: try takerQuote - match.takerFee - match.takerBuilderFee - match.insuranceDelta,
        positionDeltas: [(perpetual, takerBase)]),
      SubaccountUpdate(
        maker.key.subaccount, quoteDelta: try takerQuote.negated() - match.makerFee - match.makerBuilderFee,
        positionDeltas: [(perpetual, try takerBase.negated())]),
    ]
  }

  /// The fund pays or receives before the accounts change, so that a pool that closes is never short.
  private mutating func payInsurance(_ delta: Int256, pool: CollateralPool) throws(MathematicsError) {
    if delta > 0 {
      try move(delta, from: Purse.pool(pool), to: Purse.insurance(pool))
    } else if delta.isNegative {
      let paid = try computing { () throws(ArithmeticError) in try delta.negated() }
      try move(paid, from: Purse.insurance(pool), to: Purse.pool(pool))
    } else {
      return
    }
    add((try? delta.negated()) ?? 0, to: .insurancePaid)
  }

  /// The cost of what was closed, less what was received for it, and what the fund took.
  private static func loss(closedCost: Int256, quote: Int256, isBuy: Bool, _ match: SingleMatch) -> Int256 {
    guard let received = try? isBuy ? quote.negated() : quote else { return 0 }
    return (try? closedCost - received + match.insuranceDelta) ?? 0
  }

  private mutating func payBuilders(
    taker: Taker, maker: ClobOrder, _ match: SingleMatch, pool: CollateralPool
  ) throws(MathematicsError) {
    if case .order(let order) = taker, let builder = order.builder, !match.takerBuilderFee.isZero {
      try move(match.takerBuilderFee, from: Purse.pool(pool), to: Purse.bank(builder.address))
    }
    if let builder = maker.builder, !match.makerBuilderFee.isZero {
      try move(match.makerBuilderFee, from: Purse.pool(pool), to: Purse.bank(builder.address))
    }
  }
}
