import Canonical
import Ledger
import Matching
import Mechanisms
import StateStore
import VenueKit

/// Committed tables, and beside them what is derived from them.
public struct HyperliquidState: VenueState {
  private let inPlace = InPlace()
  public let parameters: HyperliquidParameters

  // Accounts and money.
  public var accounts = Table<Address, AccountRecord>(1, named: "accounts")
  public var flows = Table<AccountID, FlowRecord>(2, named: "flows")
  public var ledger = LedgerBook(balancesTable: 3, supplyTable: 9)
  public var nonces = Table<Address, SignerNonces>(4, named: "nonces")
  public var agents = Table<Address, AgentRecord>(5, named: "agents")
  public var agentSlots = Table<Pair<Address, UInt8>, AgentSlotRecord>(6, named: "agentSlots")
  public var volumes = Table<Pair<AccountID, UInt8>, VolumeRecord>(7, named: "volumes")
  public var dailyMakerVolumes = Table<UInt8, VolumeRecord>(8, named: "dailyMakerVolumes")

  // Positions and orders.
  public var positions = Table<Pair<AccountID, AssetID>, PositionRecord>(10, named: "positions")
  public var leverages = Table<Pair<AccountID, AssetID>, LeverageRecord>(11, named: "leverages")
  public var orders = Table<UInt64, OrderRecord>(12, named: "orders")
  public var triggers = Table<UInt64, TriggerRecord>(13, named: "triggers")
  public var cloids = Table<Triple<AccountID, UInt64, UInt64>, Amount>(14, named: "cloids")
  public var scheduledCancels = Table<AccountID, Amount>(15, named: "scheduledCancels")
  public var liquidations = Table<AccountID, LiquidationRecord>(16, named: "liquidations")

  // Markets.
  public var markets = Table<AssetID, MarketRecord>(20, named: "markets")
  public var prices = Table<AssetID, PriceRecord>(21, named: "prices")
  public var smoothings = Table<AssetID, SmoothingRecord>(22, named: "smoothings")
  public var lastTrades = Table<AssetID, Amount>(23, named: "lastTrades")
  public var premiums = Table<AssetID, PremiumRecord>(24, named: "premiums")
  public var fundings = Table<AssetID, FundingRecord>(25, named: "fundings")

  // The pool and the house's counters.
  public var shares = Table<Pair<Address, Address>, ShareRecord>(30, named: "shares")
  public var counters = Table<UInt16, Amount>(31, named: "counters")

  /// What few actions touch.
  @usableFromInline var registry = Shared(Registry())

  var derived: Derived

  init(parameters: HyperliquidParameters) {
    self.parameters = parameters
    derived = Derived(markets: parameters.markets.count)
  }

  @inlinable public mutating func visitTables(_ visitor: inout some TableVisitor) {
    visitor.visit(&accounts)
    visitor.visit(&flows)
    ledger.visitTables(&visitor)
    visitor.visit(&nonces)
    visitor.visit(&agents)
    visitor.visit(&agentSlots)
    visitor.visit(&volumes)
    visitor.visit(&dailyMakerVolumes)
    visitor.visit(&positions)
    visitor.visit(&leverages)
    visitor.visit(&orders)
    visitor.visit(&triggers)
    visitor.visit(&cloids)
    visitor.visit(&scheduledCancels)
    visitor.visit(&liquidations)
    visitor.visit(&markets)
    visitor.visit(&prices)
    visitor.visit(&smoothings)
    visitor.visit(&lastTrades)
    visitor.visit(&premiums)
    visitor.visit(&fundings)
    visitor.visit(&shares)
    visitor.visit(&counters)
    registry.value.visitTables(&visitor)
  }
}

/// Numbers that belong to the venue as a whole.
enum Counter: UInt16, CaseIterable {
  case nextOid = 1
  case nextAccount = 2
  case deposits = 3
  case withdrawals = 4
  case totalShares = 5
  /// Deposits into HLP less withdrawals.
  case netProvided = 6
  /// Money that HLP lent to its liquidator, less what came back.
  case liquidatorFunding = 7
  case lossOfTraders = 8
  case forgone = 9
  case unpaid = 10
  case liquidations = 12
  case deleveragings = 13
  case lastFundingHour = 14
  case lastDay = 15
  /// Funding that payers have paid; what their positions owe but have not settled is not in it.
  case fundingPaid = 16
  case nextTwap = 17
}

extension HyperliquidState {
  func counter(_ counter: Counter) -> Int128 { counters[counter.rawValue]?.value ?? 0 }

  mutating func add(_ amount: Int128, to counter: Counter) {
    if amount == 0 { return }
    counters.upsert(counter.rawValue, default: Amount(0)) { $0.value += amount }
  }

  mutating func set(_ counter: Counter, to value: Int128) { counters.set(counter.rawValue, Amount(value)) }

  mutating func nextOid() -> UInt64 {
    counters.upsert(Counter.nextOid.rawValue, default: Amount(1)) { record in
      defer { record.value += 1 }
      return UInt64(record.value)
    }
  }
}
