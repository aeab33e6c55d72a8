import Canonical
import Quantities
import StateStore
import VenueKit

/// Who holds tokens: a market's bank, the vault of waiting orders, the holding address, or an account.
public enum Holder {
  public static func market(_ market: MarketID) -> Address { Address(word0: 1, word1: 0, word2: UInt32(market)) }
  public static let orderVault = Address(word0: 2, word1: 0, word2: 0)
  public static let holding = Address(word0: 3, word1: 0, word2: 0)
  /// Tokens of waiting deposits.
  public static let depositVault = Address(word0: 2, word1: 0, word2: 1)
  /// Market tokens of waiting withdrawals.
  public static let withdrawalVault = Address(word0: 2, word1: 0, word2: 2)
  /// Market tokens of waiting shifts.
  public static let shiftVault = Address(word0: 2, word1: 0, word2: 3)
  /// Tokens of requests to vaults over markets.
  public static let glvVault = Address(word0: 2, word1: 0, word2: 4)
  /// A vault over markets, which holds their tokens.
  public static func glv(_ glv: GLVID) -> Address { Address(word0: 3, word1: 0, word2: 1 + UInt32(glv)) }

  /// One of the venue's own holders, not somebody's account.
  static func isOwn(_ address: Address) -> Bool {
    (1..<16).contains(address.word0) && address.word1 == 0
  }
}

/// Committed tables. Rule GMX-1.
public struct GMXState: VenueState {
  /// Market tokens stand in the balances under the market's number plus this.
  public static let marketTokenBase: TokenID = 0x8000
  /// Tokens of vaults over markets stand under the vault's number plus this.
  public static let glvTokenBase: TokenID = 0xc000

  private let inPlace = InPlace()

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
  // Liquidity that waits, and vaults over markets.
  public var glvs = Table<GLVID, GLVRecord>(60, named: "glvs")
  public var glvSupplies = Table<GLVID, UInt256>(61, named: "glvSupplies")
  public var deposits = Table<UInt64, Waiting<DepositRequest>>(62, named: "deposits")
  public var withdrawals = Table<UInt64, Waiting<WithdrawalRequest>>(63, named: "withdrawals")
  public var shifts = Table<UInt64, Waiting<ShiftRequest>>(64, named: "shifts")
  public var glvDeposits = Table<UInt64, Waiting<GLVDepositRequest>>(65, named: "glvDeposits")
  public var glvWithdrawals = Table<UInt64, Waiting<GLVWithdrawalRequest>>(66, named: "glvWithdrawals")
  public var glvShifts = Table<UInt64, Waiting<GLVShiftRequest>>(67, named: "glvShifts")

  // The venue around the contracts.
  public var prices = Table<TokenID, TokenPriceRecord>(40, named: "prices")
  public var nonces = Table<Address, NonceRecord>(41, named: "nonces")
  public var tokenFlows = Table<TokenID, FlowRecord>(42, named: "tokenFlows")
  public var accountFlows = Table<Address, FlowRecord>(43, named: "accountFlows")
  public var roles = Table<Pair<Address, UInt8>, Mark>(44, named: "roles")
  public var counters = Table<UInt16, Int256>(45, named: "counters")
  public var seeds = Table<MarketID, SeedRecord>(46, named: "seeds")
  public var executionFees = Table<UInt64, ExecutionFeeRecord>(47, named: "executionFees")
  /// Dollars brought to and taken from each market's pool.
  public var poolFlows = Table<MarketID, FlowRecord>(48, named: "poolFlows")

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

  public let roster: GMXRoster
  var derived = Derived()

  /// Banks may pay what they do not have: only for states that were never reached by actions.
  public var hasUnlimitedBanks = false
  /// Accounts may spend only what they brought in; off where balances are counted from the start of a vector file.
  public var holdsAccountsToDeposits = false

  public init(roster: GMXRoster = GMXRoster()) { self.roster = roster }

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
    visitor.visit(&glvs)
    visitor.visit(&glvSupplies)
    visitor.visit(&deposits)
    visitor.visit(&withdrawals)
    visitor.visit(&shifts)
    visitor.visit(&glvDeposits)
    visitor.visit(&glvWithdrawals)
    visitor.visit(&glvShifts)
    visitor.visit(&prices)
    visitor.visit(&nonces)
    visitor.visit(&tokenFlows)
    visitor.visit(&accountFlows)
    visitor.visit(&roles)
    visitor.visit(&counters)
    visitor.visit(&seeds)
    visitor.visit(&executionFees)
    visitor.visit(&poolFlows)
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
    if let known = derived.setting(kind, market, token: token, flag: flag, number: number) { return known }
    return settings[StoreKey(kind, market, token: token, flag: flag, number: number, account: account)] ?? .zero
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
    if left.isNegative, mayNotOwe(payer, token) {
      throw .message("ERC20: transfer amount exceeds balance")
    }
    setBalance(of: payer, token, to: left)
    setBalance(of: payee, token, to: try balance(of: payee, token) + delta)
  }

  /// Traders' accounts are open toward the outside when the venue does not hold them to what they brought in.
  private func mayNotOwe(_ holder: Address, _ token: TokenID) -> Bool {
    if token >= Self.marketTokenBase { return true }
    return !hasUnlimitedBanks && (holdsAccountsToDeposits || holder.word1 == 0 && holder.word0 < 4)
  }

  mutating func setBalance(of holder: Address, _ token: TokenID, to value: Int256) {
    if value.isZero { balances.remove(Pair(holder, token)) } else { balances.set(Pair(holder, token), value) }
  }

  /// One attempt: either all writes stay, or none.
  mutating func attempt<Result>(
    _ context: inout ExecutionContext, _ body: (inout GMXState, inout ExecutionContext) throws(Revert) -> Result
  ) throws(Revert) -> Result {
    let events = context.events.count
    let changes = context.changes.count
    let provisions = context.provisions.count
    openSavepoint()
    do throws(Revert) {
      let result = try body(&self, &context)
      keepSavepoint()
      return result
    } catch {
      undoSavepoint()
      context.events.removeLast(context.events.count - events)
      context.changes.removeLast(context.changes.count - changes)
      context.provisions.removeLast(context.provisions.count - provisions)
      throw error
    }
  }
}
