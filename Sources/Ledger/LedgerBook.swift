public import StateStore

/// Double entry over (owner, asset, purpose). Money enters by `deposit`, leaves by `withdraw`, and in between only
/// moves, so that for every asset the balances add up to what was issued. All amounts are in the asset's smallest unit.
/// Every operation checks first and then writes, and refuses without a trace.
@frozen public struct LedgerBook: Sendable {
  public var balances: Table<LedgerKey, Balance>
  public var supply: Table<AssetKey, IssuedAmount>

  /// An empty book in two tables with these ids in the room.
  @inlinable public init(balancesTable: UInt16, supplyTable: UInt16) {
    balances = Table(balancesTable, named: "balances")
    supply = Table(supplyTable, named: "supply")
  }

  /// For the room's own `visitTables`.
  @inlinable public mutating func visitTables(_ visitor: inout some TableVisitor) {
    visitor.visit(&balances)
    visitor.visit(&supply)
  }

  /// Zero when there is no record.
  @inlinable public func balance(of account: LedgerAccount, asset: UInt32) -> Int128 {
    balances[LedgerKey(account, asset: asset)]?.amount ?? 0
  }

  /// Deposits less withdrawals of an asset.
  @inlinable public func issued(_ asset: UInt32) -> Int128 { supply[asset]?.amount ?? 0 }

  /// Brings `amount` from outside into `account`.
  @inlinable public mutating func deposit(
    _ amount: Int128, asset: UInt32, to account: LedgerAccount
  ) throws(LedgerRefusal) {
    if amount < 0 { throw .negativeAmount(amount) }
    let after = try raised(account, asset, by: amount)
    let before = issued(asset)
    let (total, overflow) = before.addingReportingOverflow(amount)
    if overflow { throw .issuedOverflow(asset: asset, issued: before, amount: amount) }
    if amount == 0 { return }
    write(LedgerKey(account, asset: asset), after)
    writeSupply(asset, total)
  }

  /// Takes `amount` out of `account` to the outside.
  @inlinable public mutating func withdraw(
    _ amount: Int128, asset: UInt32, from account: LedgerAccount
  ) throws(LedgerRefusal) {
    if amount < 0 { throw .negativeAmount(amount) }
    let after = try lowered(account, asset, by: amount)
    let before = issued(asset)
    let (total, overflow) = before.subtractingReportingOverflow(amount)
    if overflow { throw .issuedOverflow(asset: asset, issued: before, amount: amount) }
    if amount == 0 { return }
    write(LedgerKey(account, asset: asset), after)
    writeSupply(asset, total)
  }

  /// Moves `amount` between two accounts. A move from an account to itself needs the balance and writes nothing.
  @inlinable public mutating func move(
    _ amount: Int128, asset: UInt32, from payer: LedgerAccount, to receiver: LedgerAccount
  ) throws(LedgerRefusal) {
    if amount < 0 { throw .negativeAmount(amount) }
    let payerAfter = try lowered(payer, asset, by: amount)
    let payerKey = LedgerKey(payer, asset: asset)
    let receiverKey = LedgerKey(receiver, asset: asset)
    if payerKey == receiverKey { return }
    let receiverAfter = try raised(receiver, asset, by: amount)
    if amount == 0 { return }
    write(payerKey, payerAfter)
    write(receiverKey, receiverAfter)
  }

  /// Assets whose balances do not add up to what was issued, in ascending order. Reads every record: for tests and
  /// invariants.
  public func conservation() -> [ConservationViolation] {
    var held: [UInt32: HeldSum] = [:]  // lookup only
    balances.forEachSorted { key, record in held[key.asset, default: HeldSum()].add(record.amount) }
    var assets = supply.sortedKeys()
    balances.forEachSorted { key, _ in if !supply.contains(key.asset) { assets.append(key.asset) } }
    assets.sort()
    var violations: [ConservationViolation] = []
    for (place, asset) in assets.enumerated() where place == 0 || assets[place - 1] != asset {
      let sum = held[asset, default: HeldSum()].exact
      if sum != issued(asset) {
        violations.append(ConservationViolation(asset: asset, issued: issued(asset), held: sum))
      }
    }
    return violations
  }

  @inlinable func raised(
    _ account: LedgerAccount, _ asset: UInt32, by amount: Int128
  ) throws(LedgerRefusal) -> Int128 {
    let before = balance(of: account, asset: asset)
    let (after, overflow) = before.addingReportingOverflow(amount)
    if overflow { throw .balanceOverflow(account: account, asset: asset, balance: before, amount: amount) }
    return after
  }

  /// The door: an account falls below zero only where its purpose says that it may.
  @inlinable func lowered(
    _ account: LedgerAccount, _ asset: UInt32, by amount: Int128
  ) throws(LedgerRefusal) -> Int128 {
    let before = balance(of: account, asset: asset)
    let (after, overflow) = before.subtractingReportingOverflow(amount)
    if overflow { throw .balanceOverflow(account: account, asset: asset, balance: before, amount: amount) }
    if after < 0 && amount > 0 && !account.purpose.mayBeNegative {
      throw .insufficientBalance(
        account: account, asset: asset, available: Swift.max(before, 0), requested: amount)
    }
    return after
  }

  @inlinable mutating func write(_ key: LedgerKey, _ amount: Int128) {
    if amount == 0 {
      balances.remove(key)
    } else {
      balances.set(key, Balance(amount: amount))
    }
  }

  @inlinable mutating func writeSupply(_ asset: UInt32, _ amount: Int128) {
    if amount == 0 {
      supply.remove(asset)
    } else {
      supply.set(asset, IssuedAmount(amount: amount))
    }
  }
}

/// A sum of 128-bit numbers that may pass the range on its way and come back.
private struct HeldSum {
  private var low: Int128 = 0
  /// How often the sum wrapped upwards less how often downwards.
  private var wraps = 0

  mutating func add(_ amount: Int128) {
    let (sum, overflow) = low.addingReportingOverflow(amount)
    low = sum
    if overflow { wraps += amount > 0 ? 1 : -1 }
  }

  /// Nil when the sum lies outside 128 bits.
  var exact: Int128? { wraps == 0 ? low : nil }
}
