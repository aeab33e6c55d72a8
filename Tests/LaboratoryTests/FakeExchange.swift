import Agents
import Canonical
import Cryptography
import VenueKit

@testable import Laboratory

/// The least venue on which a run has something to tell: everybody trades against one pool at the index, whoever has less
/// than a hundredth of his position's value left is taken over by the pool. Money adds up to the last unit.
final class FakeExchange: LaboratoryChain {
  struct Holding {
    var deposits: Int128 = 0
    var withdrawals: Int128 = 0
    var cash: Int128 = 0
    var shares: Int128 = 0
    var size: Int128 = 0
    var entry: Int128 = 0
  }

  static let one = CommonScale.one
  let room = "fake"
  let transitionVersion: UInt32 = 1
  let takesQuotes = false
  var height: UInt64 = 0
  var signaturesVerified: UInt64 = 0
  var root = Hash32.zero
  var index: Int128 = 0
  var holdings: [(address: Address, holding: Holding)] = []
  var places: [Address: Int] = [:]
  var poolCash: Int128 = 0
  var shares: Int128 = 0
  var fees: Int128 = 0
  var lostByTraders: Int128 = 0
  var lostByPool: Int128 = 0
  var liquidations = 0
  var queue: [(Intent, Address)] = []
  var log: [UInt8] = []
  var events: [RecordedEvent] = []
  /// Break the rule from this block on.
  var breaksAt: UInt64?
  var spread: Int128 = 100_000_000
  /// Accounts tell this much more than there is.
  var leak: Int128 = 0

  func place(_ address: Address) -> Int {
    if let found = places[address] { return found }
    places[address] = holdings.count
    holdings.append((address, Holding()))
    return holdings.count - 1
  }

  func profit(_ holding: Holding) -> Int128 { Money.product(holding.size, index - holding.entry) }

  var poolValue: Int128 { poolCash - holdings.reduce(0) { $0 + profit($1.holding) } }

  func market(_ symbol: String) -> MarketView? {
    guard symbol == "BTC" else { return nil }
    let long = holdings.reduce(Int128(0)) { $0 + max(0, $1.holding.size) }
    return MarketView(
      symbol: "BTC", mark: index, index: index, openInterestLong: long,
      openInterestShort: holdings.reduce(0) { $0 + max(0, -$1.holding.size) }, fundingRateHourly: long / 1_000_000,
      depth: [DepthView(basisPoints: 50, bidValue: poolCash, askValue: poolCash)], tick: Self.one / 10,
      lot: Self.one / 100_000,
      leverageMaximum: 50)
  }

  /// A basis point of impact for each unit that is open already, and the fee.
  func tradeCost(_ symbol: String, isLong: Bool, value: Int128) -> TradeCost? {
    guard symbol == "BTC", index > 0 else { return nil }
    let open = holdings.reduce(Int128(0)) { $0 + $1.holding.size }
    let impact = Money.product(value, (isLong ? open : -open) / 10_000)
    return TradeCost(value: value, impact: impact, fee: value * 45 / 100_000)
  }

  func account(_ address: Address) -> AccountView {
    let holding = holdings[place(address)].holding
    let equity = holding.cash + profit(holding) + (holding.deposits > 0 ? leak : 0)
    let position = PositionView(
      symbol: "BTC", size: holding.size, entryPrice: holding.entry, unrealizedProfit: profit(holding),
      liquidationPrice: nil)
    return AccountView(
      address: address, deposits: holding.deposits, withdrawals: holding.withdrawals, equity: equity,
      provided: shares == 0 ? 0 : Money.product(poolValue, Money.ratio(holding.shares, shares)), initialMargin: 0,
      maintenanceMargin: 0, withdrawable: max(0, equity), positions: holding.size == 0 ? [] : [position], openOrders: 0)
  }

  func summary() -> VenueSummary {
    let traders = holdings.reduce(Int128(0)) { $0 + $1.holding.cash + profit($1.holding) }
    return VenueSummary(
      markets: [],
      pools: [
        PoolView(
          name: "pool", value: poolValue, shares: shares,
          sharePrice: shares == 0 ? Self.one : Money.ratio(poolValue, shares),
          netDeposits: shares)
      ],
      losses: [LossLine(.liquidatedTraders, lostByTraders), LossLine(.liquidityProviders, lostByPool)],
      balances: [
        BalanceLine("traders", traders, of: .people), BalanceLine("pool", poolValue, of: .pools),
        BalanceLine("fees", fees),
      ],
      deposits: holdings.reduce(0) { $0 + $1.holding.deposits },
      withdrawals: holdings.reduce(0) { $0 + $1.holding.withdrawals }, insurance: 0, fees: fees,
      accounts: holdings.count, openOrders: 0, liquidations: liquidations, deleveragings: 0)
  }

  func propose(_ observations: [Observation]) {
    for observation in observations { index = observation.price }
  }

  func propose(deposit: Int128, to person: Address) {
    let place = place(person)
    holdings[place].holding.deposits += deposit
    holdings[place].holding.cash += deposit
  }

  func submit(_ intent: Intent, from person: Person) -> [Refusal] {
    if case .quote = intent {
      return [Refusal(code: 100, name: "noQuotes", rule: "FAKE-1", text: "a pool takes no quotes")]
    }
    queue.append((intent, person.address))
    return []
  }

  func step(to time: Int64) throws(RunError) -> CommittedBlock {
    height += 1
    for (intent, address) in queue { carryOut(intent, place(address)) }
    let count = queue.count
    queue = []
    for place in holdings.indices { liquidate(place) }
    var bytes = root.bytes
    for (address, holding) in holdings {
      bytes += address.bytes
      bytes += "\(holding.cash) \(holding.size) \(holding.entry) \(holding.shares)".utf8
    }
    root = SHA256.hash(bytes)
    defer { events = [] }
    return CommittedBlock(
      height: height, time: time, root: root, transactions: count, refusals: [], events: events)
  }

  private func carryOut(_ intent: Intent, _ place: Int) {
    switch intent {
    case .open(_, let isLong, let size, _, _): trade(place, by: isLong ? size : -size)
    case .close: trade(place, by: -holdings[place].holding.size)
    case .provide(_, let amount):
      let value = poolValue
      let made = shares == 0 || value <= 0 ? amount : Money.product(amount, Money.ratio(shares, value))
      holdings[place].holding.cash -= amount
      holdings[place].holding.shares += made
      poolCash += amount
      shares += made
    default: break
    }
  }

  private func trade(_ place: Int, by size: Int128) {
    guard size != 0 else { return }
    var holding = holdings[place].holding
    let settled = profit(holding)
    let fee = Money.product(Money.product(abs(size), index), Self.one * 45 / 100_000)
    holding.cash += settled - fee
    poolCash -= settled
    fees += fee
    holding.size += size
    holding.entry = holding.size == 0 ? 0 : index
    holdings[place].holding = holding
    let common = CommonEvent.trade(
      symbol: "BTC", taker: holdings[place].address, maker: .zero, takerIsBuyer: size > 0, price: index,
      size: abs(size),
      takerFee: fee, makerFee: 0)
    events.append(RecordedEvent(name: "trade", fields: [("size", "\(size)")], common: common))
  }

  private func liquidate(_ place: Int) {
    let holding = holdings[place].holding
    let equity = holding.cash + profit(holding)
    guard holding.size != 0, equity < Money.product(abs(holding.size), index) / 100 else { return }
    poolCash += equity - profit(holding)
    lostByTraders += max(0, equity)
    lostByPool -= equity
    holdings[place].holding.cash = 0
    holdings[place].holding.size = 0
    liquidations += 1
    let common = CommonEvent.liquidation(
      symbol: "BTC", account: holdings[place].address, counterparty: .zero, price: index, size: abs(holding.size),
      method: "pool", loss: equity)
    events.append(RecordedEvent(name: "liquidation", fields: [("loss", "\(equity)")], common: common))
  }

  func violation(_ costs: [InvariantCost]) -> Violation? {
    if let breaksAt, height >= breaksAt {
      return Violation(invariant: "made-to-break", site: "nowhere", detail: "on purpose")
    }
    let gap = Money.ledgerGap(summary())
    return gap == 0 ? nil : Violation(invariant: "conservation", site: "all", detail: "\(gap)")
  }

  func sync() throws(RunError) {}

  static func room(breaksAt: UInt64? = nil, leak: Int128 = 0) -> LaboratoryRoom {
    LaboratoryRoom(name: "fake", transitionVersion: 1) { _ throws(RunError) in
      let exchange = FakeExchange()
      exchange.breaksAt = breaksAt
      exchange.leak = leak
      return exchange
    }
  }
}
