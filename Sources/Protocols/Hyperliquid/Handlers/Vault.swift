import Canonical
import Quantities
import StateStore
import VenueKit

extension HyperliquidState {
  /// HLP's value: the parent's and its liquidator's. Rule HL-90.
  var vaultEquity: Money {
    guard let vault = account(parameters.vault.address), let liquidator = account(parameters.vault.liquidator) else {
      return 0
    }
    return accountValue(vault) + accountValue(liquidator)
  }

  var totalShares: Int128 { counter(.totalShares) }

  mutating func vaultTransfer(
    _ vault: Address, isDeposit: Bool, _ amount: UInt64, _ account: AccountID, _ journal: inout Journal
  ) throws(HyperliquidRefusal) {
    let kind = derived.accounts[Int(account)].kind
    guard kind == .user || kind == .subAccount else { throw .vaultUnknown(vault) }
    if vault != parameters.vault.address {
      guard vaults[vault] != nil else { throw .vaultUnknown(vault) }
      guard amount > 0 else { throw .amountInvalid }
      if isDeposit {
        try userVaultDeposit(vault, Money(amount), account, &journal)
      } else {
        try userVaultWithdraw(vault, Money(amount), account, &journal)
      }
      return
    }
    guard let pool = self.account(vault) else { throw .vaultUnknown(vault) }
    guard amount > 0, pool != account else { throw .amountInvalid }
    if isDeposit {
      try vaultDeposit(Money(amount), account, pool, &journal)
    } else {
      try vaultWithdraw(Money(amount), account, pool, &journal)
    }
  }

  /// Rule HL-91: shares at the pool's value, rounded down; the first deposit makes a share a unit of money.
  private mutating func vaultDeposit(
    _ amount: Money, _ account: AccountID, _ pool: AccountID, _ journal: inout Journal
  ) throws(HyperliquidRefusal) {
    guard amount >= parameters.vault.depositMinimum else {
      throw .vaultDepositMinimum(parameters.vault.depositMinimum)
    }
    let free = withdrawable(account)
    guard amount <= free else { throw .transferBalance(free: free) }
    let equity = vaultEquity
    let total = totalShares
    if equity < 0 || total > 0 && equity == 0 { throw .vaultBroken(isDeposit: true) }
    let most = HyperliquidParameters.depositsMaximum * 1_000_000
    // Where next to nothing is left of the pool, the product of shares would be too wide.
    if total > 0 && amount / equity >= most / total { throw .vaultBroken(isDeposit: true) }
    let minted = total == 0 ? amount : scale(amount, total, by: equity, .floor)
    guard minted > 0, total + minted <= most else {
      throw .vaultBroken(isDeposit: true)
    }
    move(amount, from: crossPurse(account), to: crossPurse(pool))
    let lockedUntil = journal.block.time + parameters.vault.lockMilliseconds
    shares.upsert(
      Pair(parameters.vault.address, address(account)), default: ShareRecord(shares: 0, basis: 0, lockedUntil: 0)
    ) { record in
      record.shares += minted
      record.basis += amount
      record.lockedUntil = lockedUntil
    }
    add(minted, to: .totalShares)
    add(amount, to: .netProvided)
    touch(account)
    rebalanceLiquidator()
    journal.events.emit(
      .vaultDeposit(vault: parameters.vault.address, account: address(account), amount: amount, shares: minted))
  }

  /// Rule HL-92: the shares for an amount, rounded up, after the lock; paid from the parent's free margin, then from
  /// what the liquidator can spare.
  private mutating func vaultWithdraw(
    _ amount: Money, _ account: AccountID, _ pool: AccountID, _ journal: inout Journal
  ) throws(HyperliquidRefusal) {
    let key = Pair(parameters.vault.address, address(account))
    guard let held = shares[key] else { throw .vaultShares(equity: 0) }
    guard journal.block.time >= held.lockedUntil else { throw .vaultLocked(until: held.lockedUntil) }
    let equity = vaultEquity
    let total = totalShares
    guard equity > 0 else { throw .vaultBroken(isDeposit: false) }
    let own = scale(held.shares, equity, by: total, .floor)
    guard amount <= own else { throw .vaultShares(equity: own) }
    guard let liquidator = self.account(parameters.vault.liquidator) else { throw .vaultBroken(isDeposit: false) }
    let free = withdrawable(pool)
    let spare = withdrawable(liquidator)
    guard amount <= free + spare else { throw .vaultLiquidity(free: free + spare) }
    let burned = min(held.shares, scale(amount, total, by: equity, .ceiling))
    if amount > free { fundLiquidator(-(amount - free), pool, liquidator) }
    move(amount, from: crossPurse(pool), to: crossPurse(account))
    if burned == held.shares {
      shares.remove(key)
    } else {
      let basis = scale(held.basis, burned, by: held.shares, .floor)
      shares.update(key) { record in
        record.shares -= burned
        record.basis -= basis
      }
    }
    add(-burned, to: .totalShares)
    add(-amount, to: .netProvided)
    rebalanceLiquidator()
    journal.events.emit(
      .vaultWithdrawal(vault: parameters.vault.address, account: address(account), amount: amount, shares: burned))
  }

  private mutating func fundLiquidator(_ amount: Money, _ pool: AccountID, _ liquidator: AccountID) {
    move(amount, from: crossPurse(pool), to: crossPurse(liquidator))
    add(amount, to: .liquidatorFunding)
    touch(liquidator)
    touch(pool)
  }

  /// Brings the liquidator's value to its slice of HLP: its share of the pool's value, at most the loss limit. Done at
  /// each midnight (UTC) and after each transfer; not while losses fall, so that they stop at the slice. Rule HL-93.
  mutating func rebalanceLiquidator() {
    guard let pool = account(parameters.vault.address), let liquidator = account(parameters.vault.liquidator) else {
      return
    }
    let equity = max(0, vaultEquity)
    let share = divide(equity * Money(parameters.liquidation.liquidatorShare), by: 1_000_000, .floor)
    let target = min(share, parameters.liquidation.liquidatorLossLimit)
    let value = accountValue(liquidator)
    if value < 0 { return }
    let amount =
      value < target
      ? min(target - value, withdrawable(pool)) : -min(value - target, withdrawable(liquidator))
    if amount != 0 { fundLiquidator(amount, pool, liquidator) }
  }

  /// The liquidator sells a part of each position into the book at each price update, not far from mark. Rule HL-94.
  mutating func unwind(_ journal: inout Journal) {
    let terms = parameters.liquidation
    guard terms.unwindShare > 0, let liquidator = account(parameters.vault.liquidator) else { return }
    let target = LiquidationTarget(account: liquidator, isolated: nil)
    for position in positions(of: target) {
      let size = abs(position.size)
      let lots = max(1, Lots(clamping: Int128(size) * Int128(terms.unwindShare) / 1_000_000))
      let mark = mark(position.asset)
      let reach = Ticks(clamping: Int128(mark) * Int128(terms.unwindSlippage) / 1_000_000)
      let isBuy = position.size < 0
      let order = IncomingOrder(
        account: liquidator, asset: position.asset, isBuy: isBuy, reduceOnly: true, timeInForce: .immediateOrCancel,
        price: isBuy ? mark + reach : max(1, mark - reach), size: lots, cloid: nil)
      _ = submit(order, oid: nil, &journal)
    }
  }
}
