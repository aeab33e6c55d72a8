import Canonical
import Ledger
import Quantities
import StateStore
import VenueKit

extension TestVenue {
  static var toCommon: Int128 { 1_000_000 }

  public func market(_ symbol: String, state: TestState, block: BlockContext) -> MarketView? {
    guard symbol == "BASE" else { return nil }
    let low = state.setting(TestState.lowPriceSetting) * Self.toCommon
    let high = state.setting(TestState.highPriceSetting) * Self.toCommon
    // Halved and rounded down.
    let middle = (low + high) / 2
    return MarketView(
      symbol: symbol, mark: middle, index: middle,
      bestBid: state.bids.first.flatMap { state.orders[$0] }.map { $0.order.price * Self.toCommon },
      bestAsk: state.asks.first.flatMap { state.orders[$0] }.map { $0.order.price * Self.toCommon },
      openInterestLong: 0, openInterestShort: 0, fundingRateHourly: 0, depth: [], tick: Self.toCommon,
      lot: Self.toCommon, leverageMaximum: 1)
  }

  /// Nobody holds positions here, so none can be opened at any cost.
  public func tradeCost(
    _ symbol: String, isLong: Bool, value: Int128, state: TestState, block: BlockContext
  ) -> TradeCost? { nil }

  public func summary(state: TestState, block: BlockContext) -> VenueSummary {
    let issued = state.ledger.issued(TestState.cash) * Self.toCommon
    return VenueSummary(
      markets: market("BASE", state: state, block: block).map { [$0] } ?? [], pools: [], losses: [],
      balances: [BalanceLine("all", issued)], deposits: issued, withdrawals: 0, insurance: 0,
      fees: state.ledger.balance(of: TestState.fees, asset: TestState.cash) * Self.toCommon,
      accounts: accounts(state: state).count, openOrders: state.orders.count, liquidations: 0, deleveragings: 0)
  }

  public func account(_ address: Address, state: TestState, block: BlockContext) -> AccountView {
    let free = state.ledger.balance(of: LedgerAccount(address, TestState.free), asset: TestState.cash)
    let locked = state.ledger.balance(of: LedgerAccount(address, TestState.locked), asset: TestState.cash)
    return AccountView(
      address: address, deposits: 0, withdrawals: 0, equity: (free + locked) * Self.toCommon, provided: 0,
      initialMargin: 0, maintenanceMargin: 0, withdrawable: free * Self.toCommon, positions: [], openOrders: 0)
  }

  public func accounts(state: TestState) -> [Address] {
    var addresses: [Address] = []
    for key in state.ledger.balances.sortedKeys() where key.owner != .zero && key.owner != addresses.last {
      addresses.append(key.owner)
    }
    return addresses
  }

  public func stateKey(kind: String, argument: String, state: TestState) -> [UInt8]? {
    guard kind == "nonce", let address = Address(hex: argument) else { return nil }
    return [Self.description.keyPrefix, 0, 3] + address.bytes
  }

  public func translate(
    _ intent: Intent, for person: Address, nonces: inout NonceSource, state: TestState, block: BlockContext
  ) throws(TestRefusal) -> [TestContent] {
    switch intent {
    case .open(_, let isLong, let size, _, let worstPrice):
      // Lots and ticks of a millionth, rounded down.
      let order = TestOrder(
        isBid: isLong, price: max(1, worstPrice / Self.toCommon), quantity: max(1, size / Self.toCommon))
      return [TestContent(.place(order), nonce: nonces.next(at: block.time))]
    case .withdraw(let amount):
      let action = TestAction.withdraw(asset: TestState.cash, amount: amount / Self.toCommon)
      return [TestContent(action, nonce: nonces.next(at: block.time))]
    case .keep:
      return state.orders.sortedKeys().map { TestContent(.keep(order: $0), nonce: nonces.next(at: block.time)) }
    default: throw .unsupported("this intent")
    }
  }

  public func observe(_ observations: [Observation], state: TestState, block: BlockContext) -> [TestContent] {
    observations.map { seen in
      let price = max(1, seen.price / Self.toCommon)
      return TestContent(.price(low: price, high: price), nonce: 0)
    }
  }

  public func deposit(
    _ amount: Int128, to person: Address, state: TestState, block: BlockContext
  ) -> [TestContent] {
    [TestContent(.deposit(asset: TestState.cash, amount: amount / Self.toCommon, to: person), nonce: 0)]
  }

  public static var grammar: [GrammarRule] {
    [
      GrammarRule("transfer", weight: 3), GrammarRule("place", weight: 5), GrammarRule("cancel", weight: 1),
      GrammarRule("overdraw", weight: 1, isInvalid: true),
    ]
  }

  public func generate(
    _ rule: GrammarRule, random: inout RandomStream, cast: [Address], nonces: inout NonceSource, state: TestState,
    block: BlockContext
  ) -> GeneratedTransaction<TestContent>? {
    guard !cast.isEmpty else { return nil }
    let signer = cast[Int(random.uniform(below: UInt64(cast.count)))]
    let other = cast[Int(random.uniform(below: UInt64(cast.count)))]
    let action: TestAction
    switch rule.name {
    case "transfer": action = .transfer(asset: 0, amount: Int128(random.uniform(below: 1000)), to: other)
    case "place":
      action = .place(
        TestOrder(
          isBid: random.chance(ppm: 500_000), price: 1_000_000 + Int128(random.uniform(below: 1000)),
          quantity: 1 + Int128(random.uniform(below: 1_000_000))))
    case "cancel": action = .cancel(order: random.uniform(below: 100))
    default: action = .transfer(asset: 0, amount: .max, to: other)
    }
    return GeneratedTransaction(content: TestContent(action, nonce: nonces.next(at: block.time)), signer: signer)
  }

  public static var invariants: [Invariant<TestState>] {
    [
      Invariant("conservation", "Balances add up to deposits less withdrawals.", cost: .full) { state, _ in
        state.ledger.conservation().first.map {
          Violation(invariant: "conservation", site: "asset \($0.asset)", detail: "\($0)")
        }
      }
    ]
  }
}
