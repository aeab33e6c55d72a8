public import Canonical
public import Quantities
import StateStore

// Rules DYDX-160 to DYDX-165: what the megavault is worth, and how its owners come and go.
extension DYDXState {
  public var totalShares: Int256 { counter(.vaultShares) }

  public func quoting(of vault: VaultRecord) -> QuotingParameters { vault.quoting ?? standardQuoting }

  public var standardQuoting: QuotingParameters { defaultQuoting[0] ?? .standard }

  /// Net collateral of an account, funding settled.
  public func equity(of subaccount: Subaccount) throws(MathematicsError) -> Int256 {
    try risk(of: settled(subaccount)).netCollateral
  }

  /// The main account's equity and that of every vault that counts, where positive. A vault whose equity cannot be
  /// told counts nothing.
  public func megavaultEquity() throws(MathematicsError) -> Int256 {
    var equities: [Int256] = []
    for pair in vaults.sortedKeys() where vaults[pair]?.status != .deactivated {
      if let equity = try? equity(of: VaultAddress.vault(pair)) { equities.append(equity) }
    }
    let main = try equity(of: VaultAddress.main)
    let counted = equities
    return try computing { () throws(ArithmeticError) in try VaultShares.equity(main: main, vaults: counted) }
  }

  /// Shares that the owner may not withdraw yet.
  public func lockedShares(of owner: Address) throws(MathematicsError) -> Int256 {
    var sum: Int256 = 0
    for lock in shareLocks[owner]?.locks ?? [] {
      let before = sum
      sum = try computing { () throws(ArithmeticError) in try before + lock.shares }
    }
    return sum
  }

  /// Mints shares for a deposit of an account and moves the dollars. Returns the shares.
  @discardableResult
  public mutating func depositToMegavault(
    _ quantums: UInt64, from subaccount: Subaccount, height: UInt64
  ) throws(MathematicsError) -> Int256 {
    let shares = try mintShares(for: subaccount.owner, deposit: Int256(quantums), equity: try megavaultEquity())
    try transferDollars(quantums, from: subaccount, to: VaultAddress.main, height: height)
    add(Int256(quantums), to: .vaultDeposits)
    return shares
  }

  /// Adds the shares of a deposit into a vault of that equity to its owner's.
  @discardableResult
  public mutating func mintShares(
    for owner: Address, deposit: Int256, equity: Int256
  ) throws(MathematicsError) -> Int256 {
    let shares = try VaultShares.minted(deposit: deposit, equity: equity, totalShares: totalShares)
    let (total, owned) = (totalShares, vaultShares[owner]?.value ?? 0)
    let sums = try computing { () throws(ArithmeticError) in (try total + shares, try owned + shares) }
    set(.vaultShares, to: sums.0)
    vaultShares.set(owner, Amount(sums.1))
    return shares
  }

  /// Burns shares of an account's owner and pays out what they are worth, less the slippage of each vault's part, which
  /// stays with the remaining owners. Returns quote quantums.
  @discardableResult
  public mutating func withdrawFromMegavault(
    _ shares: Int256, least: Int256, to subaccount: Subaccount, height: UInt64
  ) throws(MathematicsError) -> Int256 {
    guard shares > 0 else { throw .refused(.nonPositiveShares) }
    let owner = subaccount.owner
    guard let owned = vaultShares[owner]?.value else { throw .refused(.vaultOwnerNotFound) }
    let locked = try lockedShares(of: owner)
    let free = try computing { () throws(ArithmeticError) in try owned - locked }
    guard shares <= free else { throw .refused(.insufficientWithdrawableShares) }
    let (total, main) = (totalShares, try equity(of: VaultAddress.main))
    var sum = try computing { () throws(ArithmeticError) in
      try VaultShares.redeemedFromMain(netCollateral: main, shares: shares, totalShares: total)
    }
    for pair in vaults.sortedKeys() {
      guard let vault = vaults[pair], vault.status != .deactivated,
        let part = try? redeemable(shares, of: vault, pair: pair), part > 0, let whole = UInt64(exactly: part),
        (try? transferDollars(whole, from: VaultAddress.vault(pair), to: VaultAddress.main, height: height)) != nil
      else { continue }
      let before = sum
      sum = try computing { () throws(ArithmeticError) in try before + part }
    }
    guard sum > 0, sum >= least, let whole = UInt64(exactly: sum) else { throw .refused(.insufficientRedeemed) }
    try transferDollars(whole, from: VaultAddress.main, to: subaccount, height: height)
    let rest = try computing { () throws(ArithmeticError) in (try total - shares, try owned - shares) }
    set(.vaultShares, to: rest.0)
    if rest.1.isZero { vaultShares.remove(owner) } else { vaultShares.set(owner, Amount(rest.1)) }
    add((try? sum.negated()) ?? 0, to: .vaultDeposits)
    return sum
  }

  /// What shares take out of one vault, zero without equity.
  public func redeemable(_ shares: Int256, of vault: VaultRecord, pair: UInt32) throws(MathematicsError) -> Int256 {
    let equity = try equity(of: VaultAddress.vault(pair))
    guard equity > 0 else { return 0 }
    let slippage = try withdrawalSlippage(shares, of: vault, pair: pair, equity: equity)
    let total = totalShares
    return try computing { () throws(ArithmeticError) in
      try VaultShares.redeemed(equity: equity, shares: shares, totalShares: total, slippage: slippage)
    }
  }

  private func withdrawalSlippage(
    _ shares: Int256, of vault: VaultRecord, pair: UInt32, equity: Int256
  ) throws(MathematicsError) -> Rational {
    guard let clob = pairs[pair] else { throw .refused(.vaultClobPairNotFound) }
    guard let market = perpetuals[clob.perpetual].flatMap({ markets[$0.market] }) else {
      throw .refused(.vaultMarketNotFound)
    }
    let terms = try terms(clob.perpetual)
    let quoting = quoting(of: vault).terms
    let inventory = holdings(VaultAddress.vault(pair)).quantums(of: clob.perpetual)
    let figures = try computing { () throws(ArithmeticError) in
      (
        try Rational(try terms.notional(inventory), over: equity),
        try terms.tier.initialMarginPpm(openInterestNotional: try terms.notional(terms.openInterest)),
        try quoting.spreadPpm(minimumPriceChangePpm: Int256(UInt64(market.minimumChangePpm)))
      )
    }
    return try VaultSlippage.slippage(
      leverage: figures.0, initialMarginPpm: figures.1, spreadPpm: figures.2, skewFactorPpm: quoting.skewFactorPpm,
      shares: shares, totalShares: totalShares)
  }

  /// Locks shares of an owner until a height (rule DYDX-166).
  public mutating func lockShares(_ shares: Int256, of owner: Address, until height: UInt32) throws(MathematicsError) {
    guard shares > 0 else { throw .refused(.nonPositiveShares) }
    let (owned, locked) = (vaultShares[owner]?.value ?? 0, try lockedShares(of: owner))
    let sum = try computing { () throws(ArithmeticError) in try locked + shares }
    guard sum <= owned else { throw .refused(.lockedSharesExceedOwned) }
    var record = shareLocks[owner] ?? ShareLocks()
    record.locks.append(ShareLock(shares: shares, height: height))
    shareLocks.set(owner, record)
  }

  /// Frees the shares whose height has come; returns how many.
  @discardableResult
  public mutating func unlockShares(of owner: Address, height: UInt64) throws(MathematicsError) -> Int256 {
    guard let record = shareLocks[owner] else { throw .refused(.vaultOwnerNotFound) }
    var freed: Int256 = 0
    for lock in record.locks where UInt64(lock.height) <= height {
      let before = freed
      freed = try computing { () throws(ArithmeticError) in try before + lock.shares }
    }
    let left = record.locks.filter { UInt64($0.height) > height }
    if left.isEmpty { shareLocks.remove(owner) } else { shareLocks.set(owner, ShareLocks(left)) }
    return freed
  }

  /// Dollars from one account to another under the rules of transfers: not while withdrawals are closed, and neither
  /// below its initial margin.
  mutating func transferDollars(
    _ quantums: UInt64, from sender: Subaccount, to recipient: Subaccount, height: UInt64
  ) throws(MathematicsError) {
    if quantums == 0 { return }
    let amount = Int256(quantums)
    let negative = try computing { () throws(ArithmeticError) in try amount.negated() }
    let (payer, receiver) = (pool(of: holdings(sender)), pool(of: holdings(recipient)))
    let outcome = try applyUpdates(
      [SubaccountUpdate(sender, quoteDelta: negative), SubaccountUpdate(recipient, quoteDelta: amount)],
      type: .transfer, height: height)
    guard outcome.isSuccess else { throw .refused(.failedToUpdateSubaccounts) }
    if payer != receiver { try move(amount, from: Purse.pool(payer), to: Purse.pool(receiver)) }
  }
}
