import Canonical
import Matching
import Mechanisms
import StateStore

/// An account's view of one market, derived from positions, leverages and orders. Plain numbers, because every order
/// reads them.
struct MarketCache: Sendable, Equatable {
  var asset: AssetID
  var isCross: Bool
  var leverage: Int64
  /// The position's lots, and the funding index at which it last settled.
  var size: Lots = 0
  var fundingIndex: Int128 = 0
  /// Lots of resting orders that are not reduce-only.
  var buyLots: Lots = 0
  var sellLots: Lots = 0
  /// Resting orders that are reduce-only.
  var reduceOnlyCount = 0

  init(asset: AssetID, leverage: Int64, isCross: Bool) {
    self.asset = asset
    self.leverage = leverage
    self.isCross = isCross
  }

  /// The most lots that the position can have if one side of its orders is filled. Rule HL-33.
  @inline(__always) var worstLots: Lots {
    Swift.max(Swift.max(size + buyLots, sellLots - size), Swift.abs(size))
  }

  @inline(__always) var isIdle: Bool { size == 0 && buyLots == 0 && sellLots == 0 }
}

/// Resting orders and trigger orders of an account in a market, by ascending oid.
struct MarketLists: Sendable, Equatable {
  var orders: [UInt64] = []
  var triggers: [UInt64] = []
}

/// What is derived for one account.
struct AccountCache: Sendable {
  var kind: AccountRecord.Kind
  var markets: [MarketCache] = []
  /// Parallel to `markets`.
  var lists: [MarketLists] = []
  /// Waiting to be examined at the next liquidation pass.
  var isDirty = false
  /// The day for which the fee rates hold.
  var feeDay: Int64 = -1
  var takerRate: Int64 = 0
  var makerRate: Int64 = 0
  var spotTakerRate: Int64 = 0
  var spotMakerRate: Int64 = 0
  /// Acts only through its authorised users. Rule HL-79.
  var isMultiSig = false
  /// Has a referrer who may earn. Rule HL-55.
  var isReferred = false
  /// Day of the newest volume record.
  var volumeDay: Int64 = -1

  func index(_ asset: AssetID) -> Int? {
    for index in markets.indices where markets[index].asset == asset { return index }
    return nil
  }
}

struct TriggerEntry: Comparable, Sendable {
  /// The trigger price, negated where the order fires below it, so that the next to fire is the least.
  var key: Ticks
  var oid: UInt64

  static func < (left: TriggerEntry, right: TriggerEntry) -> Bool {
    left.key != right.key ? left.key < right.key : left.oid < right.oid
  }
}

struct ScheduleEntry: Comparable, Sendable {
  var time: Int64
  var account: AccountID

  static func < (left: ScheduleEntry, right: ScheduleEntry) -> Bool {
    left.time != right.time ? left.time < right.time : left.account < right.account
  }
}

/// Everything that can be made anew from the tables. Prices and indexes are mirrored in arrays because every order
/// reads them.
struct Derived: Sendable {
  var books: [SharedBook]
  /// Stands in for a book that is taken out to be matched against.
  let noBook = SharedBook()
  var marks: [Ticks]
  var oracles: [Ticks]
  var fundingIndexes: [Int128]
  var addresses = PagedList<Address>()
  var accounts = PagedList<AccountCache>()
  /// Accounts with a position in the market, in no particular order, and where each stands in the list.
  var holders: [PagedList<AccountID>]
  var holderPlaces = Table<Pair<AccountID, AssetID>, Amount>(0, named: "holderPlaces")
  /// Lots of all longs (as many as of all shorts).
  var openInterest: [Int128]
  /// Trigger orders by price: those that fire above, those that fire below.
  var triggersAbove: [PagedHeap<TriggerEntry>]
  var triggersBelow: [PagedHeap<TriggerEntry>]
  var schedule = PagedHeap<ScheduleEntry>()
  /// TWAPs that run or wait, by identity.
  var twaps: [UInt64] = []
  var guards: GuardIndex
  /// Accounts to examine at the next pass.
  var dirty: [AccountID] = []

  init(markets: Int) {
    books = (0..<markets).map { _ in SharedBook() }
    marks = Array(repeating: 0, count: markets)
    oracles = marks
    fundingIndexes = Array(repeating: 0, count: markets)
    holders = Array(repeating: PagedList(), count: markets)
    openInterest = fundingIndexes
    triggersAbove = Array(repeating: PagedHeap(), count: markets)
    triggersBelow = triggersAbove
    guards = GuardIndex(figures: 2 * markets)
  }
}

extension HyperliquidState {
  @inline(__always) func address(_ account: AccountID) -> Address { derived.addresses[Int(account)] }

  @inline(__always) func account(_ address: Address) -> AccountID? { accounts[address]?.number }

  @inline(__always) func mark(_ asset: AssetID) -> Ticks { derived.marks[Int(asset)] }

  /// The account's cache of the market, made with the default leverage where there is none.
  mutating func marketIndex(_ account: AccountID, _ asset: AssetID) -> Int {
    if let index = derived.accounts[Int(account)].index(asset) { return index }
    let market = parameters.markets[Int(asset)]
    let choice = leverages[Pair(account, asset)]
    let cache = MarketCache(
      asset: asset, leverage: choice.map { Int64($0.leverage) } ?? min(20, market.leverageMaximum),
      isCross: derived.accounts[Int(account)].kind.isHouse || (choice?.isCross ?? !market.onlyIsolated))
    derived.accounts[Int(account)].markets.append(cache)
    derived.accounts[Int(account)].lists.append(MarketLists())
    return derived.accounts[Int(account)].markets.count - 1
  }

  /// The account's cache of the market without making one.
  @inline(__always) func marketCache(_ account: AccountID, _ asset: AssetID) -> MarketCache {
    if let index = derived.accounts[Int(account)].index(asset) {
      return derived.accounts[Int(account)].markets[index]
    }
    let market = parameters.markets[Int(asset)]
    let choice = leverages[Pair(account, asset)]
    return MarketCache(
      asset: asset, leverage: choice.map { Int64($0.leverage) } ?? min(20, market.leverageMaximum),
      isCross: derived.accounts[Int(account)].kind.isHouse || (choice?.isCross ?? !market.onlyIsolated))
  }

  /// Has the account examined at the next liquidation pass.
  mutating func touch(_ account: AccountID) {
    if derived.accounts[Int(account)].isDirty { return }
    derived.accounts[Int(account)].isDirty = true
    derived.dirty.append(account)
  }

  @discardableResult
  mutating func makeAccount(
    _ address: Address, kind: AccountRecord.Kind = .user, owner: Address = .zero
  ) -> AccountID {
    if let account = account(address) { return account }
    let number = AccountID(counter(.nextAccount))
    add(1, to: .nextAccount)
    accounts.set(address, AccountRecord(number: number, kind: kind, owner: owner))
    flows.set(number, FlowRecord())
    derived.addresses.append(address)
    derived.accounts.append(AccountCache(kind: kind))
    return number
  }
}
