import Canonical
import Chain
import Hyperliquid
import VenueKit

/// What the state does not keep: fills, closed orders, funding payments, movements of money, candles. A function of the
/// blocks alone, so it can be made again from the log.
public struct HistoryIndex: Sendable {
  public let limits: HistoryLimits
  public internal(set) var users: [Address: UserHistory] = [:]
  public internal(set) var coins: [Coin: CoinHistory] = [:]
  var orders: [UInt64: OrderRow] = [:]
  private var closed: [UInt64] = []
  private var forgotten = 0
  var positions: [PositionKey: FollowedPosition] = [:]
  /// The newest TWAP of which a slice was told.
  var lastTwap: UInt64 = 0

  public init(limits: HistoryLimits = HistoryLimits()) { self.limits = limits }

  public func order(_ oid: UInt64) -> OrderRow? { orders[oid] }

  /// Funding that the user's position in the market paid: all time, since it was opened, since it changed.
  func cumulativeFunding(_ user: Address, _ asset: AssetID) -> (allTime: Money, sinceOpen: Money, sinceChange: Money) {
    guard let position = positions[PositionKey(user: user, asset: asset)] else { return (0, 0, 0) }
    return (position.fundingAllTime, position.fundingSinceOpen, position.fundingSinceChange)
  }

  /// Reads a block; returns what it changed.
  public mutating func apply(_ observed: ObservedBlock<HyperliquidVenue>) -> BlockUpdate {
    var pass = BlockPass(observed)
    let events = observed.execution.events
    let ends = observed.execution.eventEnds
    let first = ends.first ?? events.count
    for event in events[..<first] { apply(event, &pass) }
    for index in observed.transactions.indices where index + 1 < ends.count {
      pass.begin(transaction: index)
      let placed = notePlacements(&pass)
      for event in events[ends[index]..<ends[index + 1]] { apply(event, &pass) }
      settle(placed, &pass)
    }
    pass.endTransactions()
    if let last = ends.last { for event in events[last...] { apply(event, &pass) } }
    settleTriggered(&pass)
    noteBars(&pass)
    markHours(observed)
    sample(pass)
    forgetClosed()
    return pass.update
  }

  /// Closed orders beyond the bound are forgotten, oldest first.
  private mutating func forgetClosed() {
    while closed.count - forgotten > limits.closedOrders {
      orders[closed[forgotten]] = nil
      forgotten += 1
    }
    if forgotten > limits.closedOrders {
      closed.removeFirst(forgotten)
      forgotten = 0
    }
  }

  /// Notes an order's new word and tells it.
  mutating func say(_ word: OrderWord, _ oid: UInt64, _ pass: inout BlockPass) {
    // By its place: the row is large, and looked for once.
    guard let place = orders.index(forKey: oid) else { return }
    let before = orders.values[place].word
    if !before.isOpen && before != .triggered { return }
    orders.values[place].word = word
    orders.values[place].wordTime = pass.time
    let row = orders.values[place]
    pass.update.orders[row.user, default: []].append(row)
    users[row.user, default: UserHistory()].orders.append(oid, limit: 2 * limits.orders)
    if !word.isOpen && word != .triggered { closed.append(oid) }
  }

  private mutating func markHours(_ observed: ObservedBlock<HyperliquidVenue>) {
    let hour = observed.block.time / 3_600_000
    for market in observed.state.parameters.markets {
      if let last = coins[market.symbol]?.hours.rows.last, last.hour >= hour { continue }
      let mark = observed.state.marketReading(market).mark
      coins[market.symbol, default: CoinHistory()].hours.append(
        HourBucket(hour: hour, mark: market.wireFigure(price: mark)), limit: 48)
    }
  }

  /// At most a sample a minute of each user whom the block touched.
  private mutating func sample(_ pass: BlockPass) {
    for user in pass.touched {
      if let last = users[user]?.samples.rows.last, pass.time - last.time < 60_000 { continue }
      let sample = Self.valueSample(user, state: pass.observed.state, time: pass.time)
      users[user, default: UserHistory()].samples.append(sample, limit: limits.samples)
    }
  }

  static func valueSample(_ user: Address, state: HyperliquidState, time: Int64) -> ValueSample {
    let value = state.clearinghouse(user).accountValue
    let flow = state.number(of: user).flatMap { state.flows[$0] }
    return ValueSample(
      time: time, value: value, profit: value - (flow.map { $0.deposits - $0.withdrawals } ?? 0),
      volume: state.volume(user))
  }
}

/// The reading of one block.
struct BlockPass {
  let observed: ObservedBlock<HyperliquidVenue>
  var update: BlockUpdate
  var transaction: Int?
  /// Made when first asked for: most transactions have no rows that tell it.
  private var knownHash: Hash32?
  /// Who acts in the transaction.
  var actor: Address?
  var nonce: UInt64 = 0
  /// What the transaction asks; nil of proposer's data.
  var action: HyperliquidAction?
  var triggered: [UInt64] = []
  var touched: Set<Address> = []
  /// Fills of liquidations wait for the event that says so.
  var unnamed: [(user: Address, index: Int)] = []
  /// What each coin traded in the block: all of it has the block's time.
  var bars: [Coin: BlockBar] = [:]
  /// Told before the fills that they belong to, in their order.
  var builderFees: [UInt64: [Money]] = [:]

  mutating func takeBuilderFee(_ oid: UInt64) -> Money? {
    guard var waiting = builderFees[oid], !waiting.isEmpty else { return nil }
    defer { builderFees[oid] = waiting }
    return waiting.removeFirst()
  }

  var time: Int64 { observed.block.time }
  /// Stored: a computed one would copy it, field by field, at every look.
  let state: HyperliquidState

  init(_ observed: ObservedBlock<HyperliquidVenue>) {
    self.observed = observed
    state = observed.state
    update = BlockUpdate(height: observed.block.height, time: observed.block.time)
  }

  /// The transaction's; zero in the stages before and after the transactions.
  mutating func hash() -> Hash32 {
    if let knownHash { return knownHash }
    let hash = transaction.map { transactionHash(observed.bytes[$0]) } ?? .zero
    knownHash = hash
    return hash
  }

  mutating func begin(transaction index: Int) {
    transaction = index
    knownHash = nil
    actor = nil
    action = nil
    guard case .success(let verified) = observed.transactions[index], !verified.isProposer else { return }
    nonce = verified.content.nonce
    action = verified.content.action
    actor = HyperliquidActor.of(verified, state: observed.state)
  }

  mutating func endTransactions() {
    transaction = nil
    knownHash = nil
  }

  /// By the room's own number.
  func market(_ asset: AssetID) -> MarketParameters? {
    asset < observed.state.parameters.markets.count ? observed.state.parameters.markets[Int(asset)] : nil
  }

  func market(named symbol: String) -> MarketParameters? {
    observed.state.parameters.markets.first { $0.symbol == symbol }
  }
}

/// For whom a signer acted.
enum HyperliquidActor {
  static func of(
    _ transaction: AuthenticatedTransaction<HyperliquidContent>, state: HyperliquidState
  ) -> Address {
    if case .multiSig(let envelope) = transaction.content.action { return envelope.user }
    if let vault = transaction.content.vaultAddress { return vault }
    return state.agents[transaction.signer]?.master ?? transaction.signer
  }
}
