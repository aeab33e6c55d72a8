import Canonical
import Ledger
import Matching
import Quantities
import StateStore
import VenueKit

/// Spot orders: the same books, but what is traded is tokens, and a resting order's part is held. Rule HL-111.
extension HyperliquidState {
  /// What an order of these lots at this price must have: quote units for a buy, base units for a sell.
  static func spotNeed(_ market: MarketParameters, isBuy: Bool, _ lots: Lots, at price: Ticks) -> Int128 {
    isBuy ? money(lots, at: price) : Int128(lots) * Int128(market.lotWei)
  }

  static func spotToken(_ market: MarketParameters, isBuy: Bool) -> UInt32 {
    if case .spot(_, let token) = market.kind, !isBuy { return token }
    return 0
  }

  /// Takes a spot order through its checks into the book.
  mutating func submitSpot(_ order: IncomingOrder, oid given: UInt64?, _ journal: inout Journal) -> OrderStatus {
    if order.reduceOnly { return .failed(.reduceOnly) }
    let market = parameters.markets[Int(order.asset)]
    let owner = address(order.account)
    let crosses = derived.books[Int(order.asset)].wouldCross(side: Side(isBuy: order.isBuy), price: order.price)
    if order.timeInForce == .addLiquidityOnly && crosses { return postOnlyRefusal(order) }
    let need = Self.spotNeed(market, isBuy: order.isBuy, order.size, at: order.price)
    guard need <= spotFree(owner, Self.spotToken(market, isBuy: order.isBuy)) else { return .failed(.spotBalance) }
    if !crosses && (order.timeInForce == .immediateOrCancel || order.timeInForce == .frontendMarket) {
      return .failed(order.timeInForce == .frontendMarket ? .noLiquidity : .noImmediateMatch)
    }
    _ = marketIndex(order.account, order.asset)
    let oid = given ?? nextOid()
    let execution = crosses ? matchSpot(order, oid: oid, &journal) : Execution(remaining: order.size)
    return finish(order, oid: oid, sequence: oid, execution, &journal)
  }

  private mutating func matchSpot(_ order: IncomingOrder, oid: UInt64, _ journal: inout Journal) -> Execution {
    let asset = Int(order.asset)
    var execution = Execution(remaining: order.size)
    var book = derived.noBook
    swap(&book, &derived.books[asset])
    let taker = TakerOrder(
      side: Side(isBuy: order.isBuy), limitPrice: order.price, quantity: UInt64(order.size),
      owner: UInt64(order.account), selfTrade: .cancelResting)
    let firstFill = journal.fills.count
    let rates = spotFeeRates(order.account, at: journal.block.time)
    let result = book.match(taker) { (selfTrade: SelfTrade) in
      dropOrder(selfTrade.maker.id, .selfTradeCanceled, &journal)
    } decide: { (proposed: ProposedFill) in
      fillSpot(proposed, order, oid: oid, takerRate: rates.taker, &execution, &journal)
      return .fill(proposed.quantity)
    }
    swap(&book, &derived.books[asset])
    execution.remaining = Lots(result.remaining)
    if journal.fills.count > firstFill { afterFills(order, from: firstFill, execution, &journal) }
    return execution
  }

  /// Tokens change hands; each side pays its fee in what it receives, cut to the unit.
  private mutating func fillSpot(
    _ proposed: ProposedFill, _ order: IncomingOrder, oid: UInt64, takerRate: Int64, _ execution: inout Execution,
    _ journal: inout Journal
  ) {
    let market = parameters.markets[Int(order.asset)]
    let maker = AccountID(proposed.maker.owner)
    let lots = Lots(proposed.quantity)
    let quote = money(lots, at: proposed.price)
    let base = Int128(lots) * Int128(market.lotWei)
    let baseToken = Self.spotToken(market, isBuy: false)
    let takerRecord = order.builder
    let makerRecord = builderRecord(proposed.maker.id)
    let taker = address(order.account)
    let other = address(maker)
    // The maker's part comes from its hold, at its own price.
    let takerPays = (order.isBuy ? 0 : baseToken, order.isBuy ? quote : base)
    let makerPays = (order.isBuy ? baseToken : 0, order.isBuy ? base : quote)
    move(takerPays.1, token: takerPays.0, from: spotPurse(taker), to: spotPurse(other))
    move(makerPays.1, token: makerPays.0, from: holdPurse(other), to: spotPurse(taker))
    var takerFee = Self.fee(makerPays.1, rate: takerRate)
    var makerFee = Self.fee(takerPays.1, rate: max(0, spotFeeRates(maker, at: journal.block.time).maker))
    move(takerFee, token: makerPays.0, from: spotPurse(taker), to: housePurse(Purpose.fees))
    move(makerFee, token: takerPays.0, from: spotPurse(other), to: housePurse(Purpose.fees))
    if !order.isBuy, let takerRecord { takerFee += payBuilder(takerRecord, quote, from: taker, oid, &journal) }
    if order.isBuy, let makerRecord {
      makerFee += payBuilder(makerRecord, quote, from: other, proposed.maker.id, &journal)
    }
    shrinkOrder(proposed.maker.id, by: lots, &journal)
    // Volume on spot counts twice toward the fee tier.
    let volume = 2 * divide(quote, by: 100, .floor)
    addVolume(order.account, volume, isTaker: true, at: journal.block.time)
    addVolume(maker, volume, isTaker: false, at: journal.block.time)
    execution.filled += lots
    execution.notional += quote
    journal.fills.append(
      FillRecord(
        asset: order.asset, takerOid: oid, makerOid: proposed.maker.id, maker: other, takerIsBuyer: order.isBuy,
        price: proposed.price, size: lots, takerFee: Int64(clamping: takerFee), makerFee: Int64(clamping: makerFee)))
  }

  /// A builder's fee on a sale, in USDC of 10^-8, cut to 10^-6, since it is paid out on the perps' side.
  private mutating func payBuilder(
    _ record: BuilderRecord, _ quote: Int128, from owner: Address, _ oid: UInt64, _ journal: inout Journal
  ) -> Int128 {
    let amount = divide(quote * Int128(record.fee), by: 10_000_000, .truncation)
    if amount <= 0 || spotFree(owner, 0) < amount * 100 { return 0 }
    spotToPerp(amount, from: owner, to: LedgerAccount(record.builder, Purpose.rewards))
    creditBuilder(record.builder, amount)
    journal.events.emit(.builderFee(oid: oid, account: owner, builder: record.builder, amount: amount))
    return amount * 100
  }

  // MARK: Holds

  /// What a resting spot order keeps aside.
  mutating func holdSpot(_ order: OrderRecord) {
    let market = parameters.markets[Int(order.asset)]
    let owner = address(order.account)
    let need = Self.spotNeed(market, isBuy: order.isBuy, order.size, at: order.price)
    move(need, token: Self.spotToken(market, isBuy: order.isBuy), from: spotPurse(owner), to: holdPurse(owner))
  }

  mutating func releaseSpot(_ order: OrderRecord) {
    let market = parameters.markets[Int(order.asset)]
    let owner = address(order.account)
    let need = Self.spotNeed(market, isBuy: order.isBuy, order.size, at: order.price)
    move(need, token: Self.spotToken(market, isBuy: order.isBuy), from: holdPurse(owner), to: spotPurse(owner))
  }
}
