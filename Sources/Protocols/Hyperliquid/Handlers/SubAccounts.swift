import Canonical
import Cryptography
import Ledger
import StateStore
import VenueKit

/// Accounts that belong to a user. Rule HL-84.
extension HyperliquidState {
  /// From this place on a master's list holds its accounts in builders' dexs.
  static let dexPlace: UInt16 = 0x8000

  /// Sub-accounts of the master, in the order of their making.
  func subAccountList(_ master: Address) -> [SubAccountRecord] {
    var list: [SubAccountRecord] = []
    while let record = subAccounts[Pair(master, UInt16(list.count))] { list.append(record) }
    return list
  }

  /// An address that nobody has a key to: the last 20 bytes of the Keccak hash of a word, an address and a number.
  static func madeAddress(_ word: String, _ owner: Address, _ number: UInt64) -> Address {
    var encoder = CanonicalEncoder()
    encoder.encode(word)
    encoder.encode(owner)
    encoder.encode(number)
    let hash = Keccak256.hash(encoder.bytes)
    return Address(
      word0: hash.word1 << 32 | hash.word2 >> 32, word1: hash.word2 << 32 | hash.word3 >> 32,
      word2: UInt32(truncatingIfNeeded: hash.word3))
  }

  /// A sub-account, a vault or a dex account whose owner the actor is.
  func owned(_ address: Address, by actor: Address, _ kind: AccountRecord.Kind) -> AccountID? {
    guard let record = accounts[address], record.kind == kind, record.owner == actor else { return nil }
    return record.number
  }

  mutating func createSubAccount(
    _ name: String, _ master: Address, _ account: AccountID
  ) throws(HyperliquidRefusal) -> Address {
    guard (1...16).contains(name.utf8.count) else { throw .account(.subAccountName) }
    let existing = subAccountList(master)
    guard existing.count < parameters.limits.subAccounts else {
      throw .account(.subAccountLimit(parameters.limits.subAccounts))
    }
    guard !existing.contains(where: { $0.name == name }) else { throw .account(.subAccountName) }
    let traded = tradedVolume(account)
    guard traded >= parameters.limits.subAccountVolume else {
      throw .account(.subAccountVolume(required: parameters.limits.subAccountVolume, traded: traded))
    }
    let address = Self.madeAddress("subAccount", master, UInt64(existing.count))
    guard accounts[address] == nil else { throw .account(.subAccountName) }
    makeAccount(address, kind: .subAccount, owner: master)
    subAccounts.set(Pair(master, UInt16(existing.count)), SubAccountRecord(address: address, name: name))
    return address
  }

  mutating func renameSubAccount(
    _ sub: Address, _ name: String, _ master: Address
  ) throws(HyperliquidRefusal) {
    guard (1...16).contains(name.utf8.count) else { throw .account(.subAccountName) }
    let existing = subAccountList(master)
    guard let place = existing.firstIndex(where: { $0.address == sub }) else { throw .vaultUnknown(sub) }
    subAccounts.set(Pair(master, UInt16(place)), SubAccountRecord(address: sub, name: name))
  }

  /// Perp USDC between master and sub-account.
  mutating func subAccountTransfer(
    _ sub: Address, isDeposit: Bool, _ amount: UInt64, _ master: Address, _ account: AccountID,
    _ journal: inout Journal
  ) throws(HyperliquidRefusal) {
    guard let other = owned(sub, by: master, .subAccount) else {
      throw .account(.subAccountTransfer(from: isDeposit ? master : sub, to: isDeposit ? sub : master))
    }
    guard amount > 0 else { throw .amountInvalid }
    try movePerp(Money(amount), from: isDeposit ? account : other, to: isDeposit ? other : account, &journal)
  }

  mutating func subAccountSpotTransfer(
    _ sub: Address, isDeposit: Bool, _ tokenText: String, _ amountText: String, _ master: Address,
    _ journal: inout Journal
  ) throws(HyperliquidRefusal) {
    guard owned(sub, by: master, .subAccount) != nil else {
      throw .account(.subAccountTransfer(from: isDeposit ? master : sub, to: isDeposit ? sub : master))
    }
    let token = try token(tokenText)
    let amount = try Self.amount(amountText, token)
    try moveSpot(amount, token, from: isDeposit ? master : sub, to: isDeposit ? sub : master, &journal)
  }

  /// Free perp USDC from one account to another, both of which exist.
  mutating func movePerp(
    _ amount: Money, from payer: AccountID, to receiver: AccountID, _ journal: inout Journal
  ) throws(HyperliquidRefusal) {
    let free = withdrawable(payer)
    guard amount <= free else { throw .transferBalance(free: free) }
    move(amount, from: crossPurse(payer), to: crossPurse(receiver))
    touch(payer)
    journal.events.emit(.transfer(from: address(payer), to: address(receiver), amount: amount))
  }

  // MARK: Accounts in builders' dexs

  /// The account under which somebody trades a market: its own, or for a builder's market the one in that dex; nil
  /// while it has none there. Rule HL-57.
  @inline(__always) func tradingAccount(_ account: AccountID, _ asset: AssetID) -> AccountID? {
    if asset < parameters.perpetuals { return account }
    return otherTradingAccount(account, asset)
  }

  private func otherTradingAccount(_ account: AccountID, _ asset: AssetID) -> AccountID? {
    let dex = parameters.markets[Int(asset)].dex
    return dex == 0 ? account : dexAccount(account, dex)
  }

  func dexAccount(_ account: AccountID, _ dex: UInt32) -> AccountID? {
    if derived.accounts[Int(account)].kind == .dex { return account }
    guard let record = subAccounts[Pair(address(account), Self.dexPlace + UInt16(dex))] else { return nil }
    return self.account(record.address)
  }

  mutating func makeDexAccount(_ account: AccountID, _ dex: DexParameters) -> AccountID {
    if let known = dexAccount(account, dex.index) { return known }
    let owner = address(account)
    let address = Self.madeAddress("dex", owner, UInt64(dex.index))
    subAccounts.set(
      Pair(owner, Self.dexPlace + UInt16(dex.index)), SubAccountRecord(address: address, name: dex.name))
    return makeAccount(address, kind: .dex, owner: owner)
  }
}
