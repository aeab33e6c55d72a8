import Canonical
import Ledger
import Quantities
import StateStore
import VenueKit

/// Vaults that users lead. Rules HL-85 to HL-88.
extension HyperliquidState {
  /// Deposits and withdrawals of user vaults, sub-accounts and dex accounts stay below this many shares.
  static let sharesMaximum: Int128 = 1_000_000 * HyperliquidParameters.depositsMaximum

  mutating func createVault(
    _ proposal: VaultProposal, nonce: UInt64, _ leader: Address, _ account: AccountID, _ journal: inout Journal
  ) throws(HyperliquidRefusal) -> Address {
    guard (3...50).contains(proposal.name.utf8.count), (10...250).contains(proposal.description.utf8.count) else {
      throw .account(.vaultText)
    }
    guard proposal.nonce == nonce else { throw .timeMismatch(proposal.nonce, nonce: nonce) }
    let terms = parameters.userVaults
    let initial = Money(proposal.initial)
    guard initial >= terms.initialMinimum else { throw .account(.vaultInitial(terms.initialMinimum)) }
    let free = withdrawable(account)
    guard initial + terms.creationFee <= free else { throw .transferBalance(free: max(0, free - terms.creationFee)) }
    let address = Self.madeAddress("vault", leader, nonce)
    guard accounts[address] == nil else { throw .destinationInvalid }
    move(terms.creationFee, from: crossPurse(account), to: housePurse(Purpose.bridgeFees))
    let vault = openVault(address, leader, proposal.name, proposal.description, initial, at: journal.block.time)
    move(initial, from: crossPurse(account), to: crossPurse(vault))
    touch(account)
    journal.events.emit(.vaultDeposit(vault: address, account: leader, amount: initial, shares: initial))
    return address
  }

  /// The vault's records and its leader's shares; the money is moved by the caller.
  mutating func openVault(
    _ address: Address, _ leader: Address, _ name: String, _ description: String, _ initial: Money, at time: Int64
  ) -> AccountID {
    let vault = makeAccount(address, kind: .userVault, owner: leader)
    var record = VaultRecord(leader: leader, name: name, description: description, created: time)
    record.shares = initial
    record.netDeposits = initial
    registry.value.vaults.set(address, record)
    shares.set(
      Pair(address, leader),
      ShareRecord(shares: initial, basis: initial, lockedUntil: time + parameters.userVaults.lockMilliseconds))
    return vault
  }

  // MARK: Deposits and withdrawals

  /// Rule HL-86: shares at the vault's value, rounded down; the leader keeps its part.
  mutating func userVaultDeposit(
    _ address: Address, _ amount: Money, _ account: AccountID, _ journal: inout Journal
  ) throws(HyperliquidRefusal) {
    guard let record = vaults[address], let vault = self.account(address) else { throw .vaultUnknown(address) }
    let depositor = self.address(account)
    let isLeader = depositor == record.leader
    guard !record.isClosed, record.allowsDeposits || isLeader else { throw .account(.vaultClosed) }
    guard amount >= parameters.userVaults.depositMinimum else {
      throw .vaultDepositMinimum(parameters.userVaults.depositMinimum)
    }
    let free = withdrawable(account)
    guard amount <= free else { throw .transferBalance(free: free) }
    let equity = accountValue(vault)
    if equity < 0 || record.shares > 0 && equity == 0 { throw .vaultBroken(isDeposit: true) }
    if record.shares > 0 && amount / equity >= Self.sharesMaximum / record.shares {
      throw .vaultBroken(isDeposit: true)
    }
    let minted = record.shares == 0 ? amount : scale(amount, record.shares, by: equity, .floor)
    let total = record.shares + minted
    guard minted > 0, total <= Self.sharesMaximum else { throw .vaultBroken(isDeposit: true) }
    if !isLeader { try checkLeaderShare(address, record.leader, shares: 0, of: total) }
    move(amount, from: crossPurse(account), to: crossPurse(vault))
    let lockedUntil = journal.block.time + parameters.userVaults.lockMilliseconds
    shares.upsert(Pair(address, depositor), default: ShareRecord(shares: 0, basis: 0, lockedUntil: 0)) { held in
      held.shares += minted
      held.basis += amount
      held.lockedUntil = lockedUntil
    }
    registry.value.vaults.update(address) { vault in
      vault.shares = total
      vault.netDeposits += amount
    }
    touch(account)
    touch(vault)
    journal.events.emit(.vaultDeposit(vault: address, account: depositor, amount: amount, shares: minted))
  }

  /// The leader's shares, less those that leave, must be its part of all.
  private func checkLeaderShare(
    _ vault: Address, _ leader: Address, shares leaving: Int128, of total: Int128
  ) throws(HyperliquidRefusal) {
    let held = (shares[Pair(vault, leader)]?.shares ?? 0) - leaving
    let needed = scale(total, Int128(parameters.userVaults.leaderShare), by: 1_000_000, .floor)
    guard held >= needed else { throw .account(.vaultLeaderShare) }
  }

  /// Rule HL-87. When free margin does not suffice, orders go, those with the least margin first, then a part of all
  /// positions is sold again and again; what then is free is paid, at most what was asked for.
  mutating func userVaultWithdraw(
    _ address: Address, _ amount: Money, _ account: AccountID, _ journal: inout Journal
  ) throws(HyperliquidRefusal) {
    guard let record = vaults[address], let vault = self.account(address) else { throw .vaultUnknown(address) }
    let holder = self.address(account)
    guard let held = shares[Pair(address, holder)] else { throw .vaultShares(equity: 0) }
    guard journal.block.time >= held.lockedUntil else { throw .vaultLocked(until: held.lockedUntil) }
    let equity = accountValue(vault)
    guard equity > 0, !isUnderwater(vault) else { throw .vaultBroken(isDeposit: false) }
    let own = scale(held.shares, equity, by: record.shares, .floor)
    guard amount <= own else { throw .vaultShares(equity: own) }
    if holder == record.leader && !record.isClosed {
      let leaving = min(held.shares, scale(amount, record.shares, by: equity, .ceiling))
      let others = record.shares - held.shares
      if others > 0 { try checkLeaderShare(address, holder, shares: leaving, of: record.shares - leaving) }
    }
    if record.closesOnWithdrawal {
      let part = scale(amount, 1_000_000, by: equity, .ceiling)
      closePart(of: vault, Int64(clamping: part), &journal)
    }
    freeMargin(of: vault, atLeast: amount, &journal)
    pay(address, vault, holder, account, min(amount, withdrawable(vault)), &journal)
  }

  /// Burns the shares that `amount` stands for and pays it, less the leader's commission on the profit in it.
  private mutating func pay(
    _ address: Address, _ vault: AccountID, _ holder: Address, _ account: AccountID, _ amount: Money,
    _ journal: inout Journal
  ) {
    guard amount > 0, let record = vaults[address], let held = shares[Pair(address, holder)] else { return }
    let equity = max(1, accountValue(vault))
    let burned = min(held.shares, scale(amount, record.shares, by: equity, .ceiling))
    let basis = burned == held.shares ? held.basis : scale(held.basis, burned, by: held.shares, .floor)
    let profit = max(0, amount - basis)
    var commission: Money = 0
    if holder != record.leader, let leader = self.account(record.leader) {
      commission = divide(profit * Money(parameters.userVaults.commission), by: 1_000_000, .floor)
      move(commission, from: crossPurse(vault), to: crossPurse(leader))
      if commission > 0 {
        journal.events.emit(
          .vaultCommission(vault: address, account: holder, leader: record.leader, amount: commission))
      }
    }
    move(amount - commission, from: crossPurse(vault), to: crossPurse(account))
    if burned == held.shares {
      shares.remove(Pair(address, holder))
    } else {
      shares.update(Pair(address, holder)) { share in
        share.shares -= burned
        share.basis -= basis
      }
    }
    registry.value.vaults.update(address) { vault in
      vault.shares -= burned
      vault.netDeposits -= amount
    }
    touch(vault)
    journal.events.emit(
      .vaultWithdrawal(vault: address, account: holder, amount: amount - commission, shares: burned))
  }

  private mutating func freeMargin(of vault: AccountID, atLeast amount: Money, _ journal: inout Journal) {
    if withdrawable(vault) >= amount { return }
    for (oid, _) in ordersByMargin(vault) {
      if withdrawable(vault) >= amount { return }
      cancelOrder(oid, .vaultWithdrawalCanceled, &journal)
    }
    var rounds = 0
    while withdrawable(vault) < amount && rounds < 30 {
      if !closePart(of: vault, parameters.userVaults.closingShare, &journal) { return }
      rounds += 1
    }
  }

  private func ordersByMargin(_ account: AccountID) -> [(UInt64, Money)] {
    var list: [(oid: UInt64, margin: Money)] = []
    let cache = derived.accounts[Int(account)]
    for index in cache.markets.indices {
      for oid in cache.lists[index].orders {
        guard let order = orders[oid] else { continue }
        let margin = money(order.size, at: order.price) / Money(cache.markets[index].leverage)
        list.append((oid, margin))
      }
    }
    list.sort { $0.margin != $1.margin ? $0.margin < $1.margin : $0.oid < $1.oid }
    return list
  }

  /// Sells millionths of every position, at least a lot, no farther than a triggered order goes. Whether anything sold.
  @discardableResult
  private mutating func closePart(of account: AccountID, _ part: Int64, _ journal: inout Journal) -> Bool {
    var isSold = false
    for position in positions(of: LiquidationTarget(account: account, isolated: nil)) + isolatedPositions(account) {
      let size = abs(position.size)
      let lots = max(1, Lots(clamping: Int128(size) * Int128(min(part, 1_000_000)) / 1_000_000))
      if case .filled = takeOut(account, position, lots, &journal) { isSold = true }
    }
    return isSold
  }

  private func isolatedPositions(_ account: AccountID) -> [MarketCache] {
    derived.accounts[Int(account)].markets.filter { !$0.isCross && $0.size != 0 }.sorted { $0.asset < $1.asset }
  }

  /// A reduce-only order against the book for a part of a position.
  private mutating func takeOut(
    _ account: AccountID, _ position: MarketCache, _ lots: Lots, _ journal: inout Journal
  ) -> OrderStatus {
    let mark = mark(position.asset)
    let reach = Ticks(clamping: Int128(mark) * Int128(parameters.triggerSlippage) / 1_000_000)
    let isBuy = position.size < 0
    let order = IncomingOrder(
      account: account, asset: position.asset, isBuy: isBuy, reduceOnly: true, timeInForce: .immediateOrCancel,
      price: isBuy ? mark + reach : max(1, mark - reach), size: lots, cloid: nil)
    return submit(order, oid: nil, &journal)
  }

  // MARK: The leader

  private func ledVault(_ address: Address, _ actor: Address) throws(HyperliquidRefusal) -> VaultRecord {
    guard let record = vaults[address] else { throw .vaultUnknown(address) }
    guard record.leader == actor else { throw .account(.vaultLeader(record.leader)) }
    return record
  }

  mutating func modifyVault(
    _ address: Address, allowsDeposits: Bool?, closesOnWithdrawal: Bool?, _ actor: Address
  ) throws(HyperliquidRefusal) {
    var record = try ledVault(address, actor)
    if record.isClosed { throw .account(.vaultClosed) }
    record.allowsDeposits = allowsDeposits ?? record.allowsDeposits
    record.closesOnWithdrawal = closesOnWithdrawal ?? record.closesOnWithdrawal
    registry.value.vaults.set(address, record)
  }

  /// Rule HL-88: everybody takes out the same part; zero takes out everything and closes the vault.
  mutating func distributeVault(
    _ address: Address, _ amount: UInt64, _ actor: Address, _ journal: inout Journal
  ) throws(HyperliquidRefusal) {
    let record = try ledVault(address, actor)
    guard let vault = self.account(address) else { throw .vaultUnknown(address) }
    let equity = accountValue(vault)
    guard equity >= 0 else { throw .vaultBroken(isDeposit: false) }
    let isClosing = amount == 0
    if isClosing && derived.accounts[Int(vault)].markets.contains(where: { $0.size != 0 }) {
      throw .account(.vaultPositions)
    }
    if !isClosing {
      let free = withdrawable(vault)
      guard Money(amount) <= free else { throw .vaultLiquidity(free: free) }
    }
    if isClosing { cancelAll(vault, .vaultWithdrawalCanceled, &journal) }
    var holders: [(address: Address, share: Int128)] = []
    shares.forEachSorted { key, held in if key.first == address { holders.append((key.second, held.shares)) } }
    for holder in holders {
      guard let account = self.account(holder.address) else { continue }
      let part = scale(isClosing ? equity : Money(amount), holder.share, by: record.shares, .floor)
      pay(address, vault, holder.address, account, min(part, withdrawable(vault)), &journal)
    }
    guard isClosing else { return }
    closeVault(address, record.leader, vault)
  }

  /// What rounding left goes to the leader, and the shares are gone.
  private mutating func closeVault(_ address: Address, _ leader: Address, _ vault: AccountID) {
    if let account = self.account(leader) {
      move(balance(crossPurse(vault)), from: crossPurse(vault), to: crossPurse(account))
    }
    var holders: [Address] = []
    shares.forEachSorted { key, _ in if key.first == address { holders.append(key.second) } }
    for holder in holders { shares.remove(Pair(address, holder)) }
    registry.value.vaults.update(address) { vault in
      vault.isClosed = true
      vault.allowsDeposits = false
      vault.shares = 0
    }
  }
}
