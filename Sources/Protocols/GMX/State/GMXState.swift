import Canonical
import Quantities
import StateStore
import VenueKit

/// Who holds tokens: a market's bank, the vault of waiting orders, the holding address, or an account.
public enum Holder {
  public static func market(_ market: MarketID) -> Address { Address(word0: 1, word1: 0, word2: UInt32(market)) }
  public static let orderVault = Address(word0: 2, word1: 0, word2: 0)
  public static let holding = Address(word0: 3, word1: 0, word2: 0)
}

/// Committed tables. Rule GMX-1.
public struct GMXState: VenueState {
  /// Market tokens stand in the balances under the market's number plus this.
  public static let marketTokenBase: TokenID = 0x8000

  public var markets = Table<MarketID, MarketRecord>(1, named: "markets")
  public var settings = Table<StoreKey, UInt256>(2, named: "settings")
  /// Numbers that actions change; signed ones as their two's complement. A zero is no record.
  public var amounts = Table<StoreKey, UInt256>(3, named: "amounts")
  public var positions = Table<PositionKey, PositionRecord>(4, named: "positions")
  public var orders = Table<UInt64, OrderRecord>(5, named: "orders")
  public var balances = Table<Pair<Address, TokenID>, Int256>(6, named: "balances")
  public var supplies = Table<MarketID, UInt256>(7, named: "supplies")
  public var referrals = Table<Address, ReferralRecord>(8, named: "referrals")
  public var autoCancels = Table<PositionKey, OrderListRecord>(9, named: "autoCancels")
  /// Relayed calls that were executed, by digest. Rule GMX-206.
  public var usedDigests = Table<Hash32, UsedDigest>(20, named: "usedDigests")
  /// An account and who may trade for it. Rule GMX-207.
  public var subaccounts = Table<Pair<Address, Address>, SubaccountRecord>(21, named: "subaccounts")
  /// Account, subaccount, kind of action.
  public var subaccountAllowances = Table<Triple<Address, Address, Hash32>, SubaccountAllowance>(
    22, named: "subaccountAllowances")
  /// How many approvals an account has given.
  public var approvalNonces = Table<Address, UInt256>(23, named: "approvalNonces")

  /// The first generation: one record of settings, whitelisted tokens, their accounts, totals. Rule GMX-150.
  public var v1SettingsTable = Table<UInt8, V1Settings>(24, named: "v1Settings")
  public var v1Tokens = Table<TokenID, V1Token>(25, named: "v1Tokens")
  public var v1Pools = Table<TokenID, V1Pool>(26, named: "v1Pools")
  public var v1TotalsTable = Table<UInt8, V1Totals>(27, named: "v1Totals")
  public var v1Positions = Table<V1PositionKey, V1Position>(28, named: "v1Positions")
  public var v1Requests = Table<UInt64, V1RequestRecord>(29, named: "v1Requests")
  public var v1LastAdded = Table<Address, V1Purchase>(30, named: "v1LastAdded")

  /// Banks may pay what they do not have: only for states that were never reached by actions.
  public var hasUnlimitedBanks = false
  /// Accounts may spend only what they brought in; off where balances are counted from the start of a vector file.
  public var holdsAccountsToDeposits = false

  public init() {}

  public mutating func visitTables(_ visitor: inout some TableVisitor) {
    visitor.visit(&markets)
    visitor.visit(&settings)
    visitor.visit(&amounts)
    visitor.visit(&positions)
    visitor.visit(&orders)
    visitor.visit(&balances)
    visitor.visit(&supplies)
    visitor.visit(&referrals)
    visitor.visit(&autoCancels)
    visitor.visit(&usedDigests)
    visitor.visit(&subaccounts)
    visitor.visit(&subaccountAllowances)
    visitor.visit(&approvalNonces)
    visitor.visit(&v1SettingsTable)
    visitor.visit(&v1Tokens)
    visitor.visit(&v1Pools)
    visitor.visit(&v1TotalsTable)
    visitor.visit(&v1Positions)
    visitor.visit(&v1Requests)
    visitor.visit(&v1LastAdded)
  }

  public mutating func rebuildDerived() {}
}

/// Waiting orders that close with a position, in the order of their creation.
public struct OrderListRecord: CanonicalCodable, Equatable {
  public var orders: [UInt64]

  public init(orders: [UInt64]) { self.orders = orders }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(UInt32(truncatingIfNeeded: orders.count))
    for order in orders { encoder.encode(order) }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    orders = []
    let count = try decoder.decodeInteger(UInt32.self)
    for _ in 0..<count { orders.append(try decoder.decodeInteger()) }
  }
}

extension GMXState {
  func setting(
    _ kind: StoreKind, _ market: MarketID = 0, token: TokenID = 0, flag: Bool = false, number: UInt64 = 0,
    account: Address = .zero
  ) -> UInt256 {
    settings[StoreKey(kind, market, token: token, flag: flag, number: number, account: account)] ?? .zero
  }

  func amount(_ key: StoreKey) -> UInt256 { amounts[key] ?? .zero }

  func amount(
    _ kind: StoreKind, _ market: MarketID, token: TokenID = 0, flag: Bool = false
  ) -> UInt256 {
    amounts[StoreKey(kind, market, token: token, flag: flag)] ?? .zero
  }

  func signedAmount(_ key: StoreKey) -> Int256 { Int256(bitPattern: amount(key)) }

  mutating func set(_ key: StoreKey, to value: UInt256) {
    if value.isZero { amounts.remove(key) } else { amounts.set(key, value) }
  }

  mutating func set(_ key: StoreKey, to value: Int256) { set(key, to: value.bitPattern) }

  /// Adds a signed delta; refuses a result below zero with the contracts' message.
  @discardableResult
  mutating func add(_ delta: Int256, to key: StoreKey, refusal: String) throws(Revert) -> UInt256 {
    let current = amount(key)
    if delta.isNegative, delta.magnitude > current { throw .message(refusal) }
    let next = try Exact.sum(current, delta)
    set(key, to: next)
    return next
  }

  @discardableResult
  mutating func add(_ delta: UInt256, to key: StoreKey) throws(Revert) -> UInt256 {
    let next = try amount(key) + delta
    set(key, to: next)
    return next
  }

  /// Adds a signed delta and stops at zero.
  @discardableResult
  mutating func addBounded(_ delta: Int256, to key: StoreKey) throws(Revert) -> UInt256 {
    let current = amount(key)
    let next: UInt256 = delta.isNegative && delta.magnitude > current ? .zero : try Exact.sum(current, delta)
    set(key, to: next)
    return next
  }

  @discardableResult
  mutating func addSigned(_ delta: Int256, to key: StoreKey) throws(Revert) -> Int256 {
    let next = try signedAmount(key) + delta
    set(key, to: next)
    return next
  }

  public func balance(of holder: Address, _ token: TokenID) -> Int256 { balances[Pair(holder, token)] ?? .zero }

  /// Moves tokens: what one loses another gains. Markets and the vault never go below zero.
  mutating func move(_ amount: UInt256, of token: TokenID, from payer: Address, to payee: Address) throws(Revert) {
    if amount.isZero || payer == payee { return }
    let delta = try amount.signed()
    let left = try balance(of: payer, token) - delta
    if left.isNegative, !hasUnlimitedBanks, mayNotOwe(payer, token) {
      throw .message("ERC20: transfer amount exceeds balance")
    }
    setBalance(of: payer, token, to: left)
    setBalance(of: payee, token, to: try balance(of: payee, token) + delta)
  }

  /// Traders' accounts are open toward the outside when the venue does not hold them to what they brought in.
  private func mayNotOwe(_ holder: Address, _ token: TokenID) -> Bool {
    holdsAccountsToDeposits || token >= Self.marketTokenBase || holder.word1 == 0 && holder.word0 < 4
  }

  mutating func setBalance(of holder: Address, _ token: TokenID, to value: Int256) {
    if value.isZero { balances.remove(Pair(holder, token)) } else { balances.set(Pair(holder, token), value) }
  }

  /// One attempt: either all writes stay, or none.
  mutating func attempt<Result>(
    _ context: inout ExecutionContext, _ body: (inout GMXState, inout ExecutionContext) throws(Revert) -> Result
  ) throws(Revert) -> Result {
    let events = context.events.count
    openSavepoint()
    do throws(Revert) {
      let result = try body(&self, &context)
      keepSavepoint()
      return result
    } catch {
      undoSavepoint()
      context.events.removeLast(context.events.count - events)
      throw error
    }
  }
}
