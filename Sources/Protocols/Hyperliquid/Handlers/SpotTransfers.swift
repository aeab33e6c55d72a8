import Canonical
import Ledger
import Quantities
import StateStore
import VenueKit

/// Tokens, and USDC between perps and spot. Rules HL-110 and HL-112.
extension HyperliquidState {
  /// Ledger asset of a token; asset 0 is the perps' USDC.
  static func asset(ofToken token: UInt32) -> UInt32 { 1 + token }

  func spotPurse(_ owner: Address) -> LedgerAccount { LedgerAccount(owner, Purpose.spot) }
  func holdPurse(_ owner: Address) -> LedgerAccount { LedgerAccount(owner, Purpose.spotHold) }

  /// What is free of a token, in 10^-weiDecimals.
  func spotFree(_ owner: Address, _ token: UInt32) -> Int128 {
    ledger.balance(of: spotPurse(owner), asset: Self.asset(ofToken: token))
  }

  /// What resting orders hold.
  func spotHeld(_ owner: Address, _ token: UInt32) -> Int128 {
    ledger.balance(of: holdPurse(owner), asset: Self.asset(ofToken: token))
  }

  mutating func move(_ amount: Int128, token: UInt32, from payer: LedgerAccount, to receiver: LedgerAccount) {
    if amount == 0 { return }
    do {
      try ledger.move(amount, asset: Self.asset(ofToken: token), from: payer, to: receiver)
    } catch {
      preconditionFailure("tokens that move were checked to be there")
    }
  }

  func token(_ text: String) throws(HyperliquidRefusal) -> TokenParameters {
    guard let token = parameters.token(text) else { throw .account(.tokenUnknown(text)) }
    return token
  }

  /// A decimal of the token above zero.
  static func amount(_ text: String, _ token: TokenParameters) throws(HyperliquidRefusal) -> Int128 {
    let parsed: Int128
    do throws(DecimalError) {
      parsed = try parseDecimal(text, scale: token.weiDecimals)
    } catch {
      throw .amountInvalid
    }
    guard parsed > 0, parsed <= HyperliquidParameters.tokenMaximum else { throw .amountInvalid }
    return parsed
  }

  mutating func moveSpot(
    _ amount: Int128, _ token: TokenParameters, from payer: Address, to receiver: Address, _ journal: inout Journal
  ) throws(HyperliquidRefusal) {
    let free = spotFree(payer, token.index)
    guard amount <= free else { throw .account(.tokenBalance(free: free)) }
    move(amount, token: token.index, from: spotPurse(payer), to: spotPurse(receiver))
    journal.events.emit(
      .spotTransfer(
        token: token.name, from: payer, to: receiver, amount: formatDecimal(amount, scale: token.weiDecimals)))
  }

  /// A token brought from outside; USDC comes as perp USDC only. Rule HL-110.
  mutating func tokenDeposit(
    _ amount: UInt64, _ index: UInt32, to address: Address
  ) throws(HyperliquidRefusal) {
    guard index > 0, index < parameters.tokens.count else { throw .account(.tokenUnknown("\(index)")) }
    guard amount > 0 else { throw .amountInvalid }
    guard address != .zero, self.account(address).map({ !isHouse($0) }) ?? true else { throw .destinationInvalid }
    let asset = Self.asset(ofToken: index)
    guard ledger.issued(asset) + Int128(amount) <= HyperliquidParameters.tokenMaximum else { throw .depositsFull }
    makeAccount(address)
    issueToken(Int128(amount), asset, to: spotPurse(address))
  }

  mutating func issueToken(_ amount: Int128, _ asset: UInt32, to purse: LedgerAccount) {
    do {
      try ledger.deposit(amount, asset: asset, to: purse)
    } catch {
      preconditionFailure("issued tokens stay below their bound")
    }
  }

  /// USDC from perps (10^-6) into spot (10^-8) of the same owner's or another account.
  mutating func perpToSpot(_ amount: Money, from payer: LedgerAccount, to owner: Address) {
    retire(amount, from: payer)
    issueToken(amount * 100, Self.asset(ofToken: 0), to: spotPurse(owner))
  }

  mutating func spotToPerp(_ amount: Money, from owner: Address, to receiver: LedgerAccount) {
    do {
      try ledger.withdraw(amount * 100, asset: Self.asset(ofToken: 0), from: spotPurse(owner))
    } catch {
      preconditionFailure("a transfer was checked to be there")
    }
    issue(amount, to: receiver)
  }

  // MARK: Actions

  /// Rule HL-112. The amount may name a sub-account behind it.
  mutating func classTransfer(
    _ text: String, toPerp: Bool, _ actor: Address, _ account: AccountID, _ journal: inout Journal
  ) throws(HyperliquidRefusal) {
    var owner = actor
    var number = account
    let parts = text.split(separator: " ", omittingEmptySubsequences: false)
    if parts.count > 1 {
      let prefix = "subaccount:"
      guard parts.count == 2, parts[1].hasPrefix(prefix),
        let sub = Address(hex: String(parts[1].dropFirst(prefix.count))),
        let found = owned(sub, by: actor, .subAccount)
      else { throw .destinationInvalid }
      owner = sub
      number = found
    }
    let amount = try Self.amount(String(parts[0]))
    if toPerp {
      let free = spotFree(owner, 0)
      guard amount * 100 <= free else { throw .account(.tokenBalance(free: free)) }
      spotToPerp(amount, from: owner, to: crossPurse(number))
    } else {
      let free = withdrawable(number)
      guard amount <= free else { throw .transferBalance(free: free) }
      perpToSpot(amount, from: crossPurse(number), to: owner)
    }
    touch(number)
    journal.events.emit(.classTransfer(account: owner, amount: amount, toPerp: toPerp))
  }

  mutating func spotSend(
    _ destination: String, _ tokenText: String, _ amountText: String, _ actor: Address, _ journal: inout Journal
  ) throws(HyperliquidRefusal) {
    let receiver = try receiver(destination, other: actor)
    let token = try token(tokenText)
    let amount = try Self.amount(amountText, token)
    let fee = account(receiver) == nil ? parameters.activationFee * 100 : 0
    let free = spotFree(actor, token.index)
    let needed = amount + (token.index == 0 ? fee : 0)
    guard needed <= free else { throw .account(.tokenBalance(free: max(0, free - needed + amount))) }
    guard fee == 0 || spotFree(actor, 0) >= fee else { throw .account(.transferGas(fee)) }
    makeAccount(receiver)
    move(fee, token: 0, from: spotPurse(actor), to: housePurse(Purpose.bridgeFees))
    try moveSpot(amount, token, from: actor, to: receiver, &journal)
  }

  /// An address that may receive: not the house, not a dex account, not `other`.
  func receiver(_ text: String, other: Address?) throws(HyperliquidRefusal) -> Address {
    guard let address = Address(hex: text), address != .zero else { throw .destinationInvalid }
    if address == other { throw .transferToSelf }
    if let record = accounts[address], record.kind.isHouse || record.kind == .dex || record.kind == .userVault {
      throw .destinationInvalid
    }
    return address
  }

  /// Rule HL-112: from one dex, or spot, to another; `agent` binds the destination to the same user.
  mutating func sendAsset(
    _ transfer: AssetTransfer, byAgent: Bool, _ actor: Address, _ journal: inout Journal
  ) throws(HyperliquidRefusal) {
    var payer = actor
    if !transfer.fromSubAccount.isEmpty {
      guard let sub = Address(hex: transfer.fromSubAccount), owned(sub, by: actor, .subAccount) != nil else {
        throw .destinationInvalid
      }
      payer = sub
    }
    let receiver = try receiver(transfer.destination, other: nil)
    if byAgent, receiver != actor, owned(receiver, by: actor, .subAccount) == nil {
      throw .account(.agentDestination)
    }
    if payer == receiver && transfer.sourceDex == transfer.destinationDex { throw .transferToSelf }
    let token = try token(transfer.token)
    let source = try dexPlace(transfer.sourceDex)
    let destination = try dexPlace(transfer.destinationDex)
    if source != .spot || destination != .spot {
      guard token.index == 0 else { throw .account(.dexCollateral) }
    }
    guard let number = account(payer) else { throw .mustDeposit(payer) }
    try carry(transfer.amount, token, from: (payer, number, source), to: (receiver, destination), &journal)
  }

  enum DexPlace: Equatable {
    case spot
    case first
    case builder(UInt32)
  }

  private func dexPlace(_ name: String) throws(HyperliquidRefusal) -> DexPlace {
    if name.isEmpty { return .first }
    if name == "spot" { return .spot }
    guard let dex = parameters.dex(named: name) else { throw .account(.dexUnknown(name)) }
    return .builder(dex.index)
  }

  private mutating func carry(
    _ text: String, _ token: TokenParameters, from payer: (address: Address, account: AccountID, place: DexPlace),
    to receiver: (address: Address, place: DexPlace), _ journal: inout Journal
  ) throws(HyperliquidRefusal) {
    let isNew = account(receiver.address) == nil
    let fee = isNew ? parameters.activationFee : 0
    if payer.place == .spot && receiver.place == .spot {
      return try spotSend(receiver.address.description, token.name, text, payer.address, &journal)
    }
    let amount = try Self.amount(text)
    var source = payer.account
    if case .builder(let dex) = payer.place {
      guard let found = dexAccount(payer.account, dex) else { throw .transferBalance(free: 0) }
      source = found
    }
    let free = payer.place == .spot ? spotFree(payer.address, 0) / 100 : withdrawable(source)
    guard amount + fee <= free else { throw .transferBalance(free: max(0, free - fee)) }
    let number = makeAccount(receiver.address)
    var target = number
    if case .builder(let dex) = receiver.place {
      target = makeDexAccount(number, parameters.dexs[Int(dex) - 1])
    }
    switch (payer.place, receiver.place) {
    case (.spot, _):
      move(fee * 100, token: 0, from: spotPurse(payer.address), to: housePurse(Purpose.bridgeFees))
      spotToPerp(amount, from: payer.address, to: crossPurse(target))
    case (_, .spot):
      move(fee, from: crossPurse(source), to: housePurse(Purpose.bridgeFees))
      perpToSpot(amount, from: crossPurse(source), to: receiver.address)
    default:
      move(fee, from: crossPurse(source), to: housePurse(Purpose.bridgeFees))
      move(amount, from: crossPurse(source), to: crossPurse(target))
    }
    touch(source)
    touch(target)
    journal.events.emit(.transfer(from: payer.address, to: receiver.address, amount: amount))
  }
}
