public import Canonical
import Quantities

// Rules DYDX-167 to DYDX-171: what the vault's owners, its operator and the authority may send.
extension DYDXState {
  /// The module account that stands for governance: the authority of everything that nobody else may do.
  public static let authority = VaultAddress.module("gov")

  public var vaultOperator: Address { vaultOperators[0]?.address ?? Self.authority }

  /// Operator or authority.
  private func checkOperator(_ text: String) throws(DYDXRefusal) {
    guard let address = Bech32Owner.address(text), address == vaultOperator || address == Self.authority else {
      throw .chain(.vaultAuthority, text)
    }
  }

  private func checkAuthority(_ text: String) throws(DYDXRefusal) {
    guard Bech32Owner.address(text) == Self.authority else { throw .chain(.vaultAuthority, text) }
  }

  /// Carries a message of the vault out; false for a message that is none.
  public mutating func executeVault(_ message: RoomMessage, height: UInt64) throws(DYDXRefusal) -> Bool {
    switch message {
    case .depositToMegavault(let deposit):
      let (account, amount) = (try account(deposit.subaccount), try VaultAmount.positive(deposit.quoteQuantums))
      try carryOut { (state) throws(MathematicsError) in
        try state.depositToMegavault(amount, from: account, height: height)
      }
    case .withdrawFromMegavault(let withdrawal):
      let account = try account(withdrawal.subaccount)
      guard let shares = SerializableInteger.value(withdrawal.shares) else { throw .chain(.nonPositiveShares, "") }
      let least = withdrawal.leastQuoteQuantums.isEmpty ? 0 : SerializableInteger.value(withdrawal.leastQuoteQuantums)
      guard let least else { throw .chain(.invalidQuoteQuantums, "") }
      try carryOut { (state) throws(MathematicsError) in
        try state.withdrawFromMegavault(shares, least: least, to: account, height: height)
      }
    case .allocateToVault(let movement): try allocate(movement, height: height)
    case .retrieveFromVault(let movement): try retrieve(movement, height: height)
    case .setVaultParameters(let message): try setParameters(message)
    case .updateDefaultQuoting(let message):
      try checkOperator(message.authority)
      defaultQuoting.set(0, try QuotingParameters(message.quoting))
    case .unlockShares(let message):
      try checkAuthority(message.authority)
      guard let owner = Bech32Owner.address(message.owner) else { throw .chain(.emptyOwnerAddress, message.owner) }
      try carryOut { (state) throws(MathematicsError) in try state.unlockShares(of: owner, height: height) }
    case .updateOperator(let message): try setOperator(message)
    default: return false
    }
    return true
  }

  private mutating func carryOut<Value>(
    _ body: (inout DYDXState) throws(MathematicsError) -> Value
  ) throws(DYDXRefusal) {
    do throws(MathematicsError) {
      _ = try body(&self)
    } catch {
      throw DYDXRefusal(error)
    }
  }

  private func account(_ id: SubaccountID) throws(DYDXRefusal) -> Subaccount {
    guard let owner = Bech32Owner.address(id.owner) else { throw .chain(.invalidSubaccountOwner, id.owner) }
    return Subaccount(owner, id.number)
  }

  /// From the main account into a vault, which begins standing by.
  private mutating func allocate(_ message: VaultMovement, height: UInt64) throws(DYDXRefusal) {
    try checkOperator(message.authority)
    let (pair, amount) = (message.vault.number, try VaultAmount.positive(message.quoteQuantums))
    try carryOut { (state) throws(MathematicsError) in
      try state.allocate(amount, toVaultOf: pair, height: height)
    }
  }

  private mutating func retrieve(_ message: VaultMovement, height: UInt64) throws(DYDXRefusal) {
    try checkOperator(message.authority)
    let (pair, amount) = (message.vault.number, try VaultAmount.positive(message.quoteQuantums))
    guard vaults.contains(pair) else { throw .chain(.vaultParamsNotFound, "\(pair)") }
    try carryOut { (state) throws(MathematicsError) in
      try state.transferDollars(
        amount, from: VaultAddress.vault(pair), to: VaultAddress.main, height: height)
    }
  }

  /// A vault's state and terms; one with equity is not deactivated.
  private mutating func setParameters(_ message: SetVaultParameters) throws(DYDXRefusal) {
    try checkOperator(message.authority)
    let pair = message.vault.number
    guard pairs.contains(pair) else { throw .chain(.vaultClobPairNotFound, "\(pair)") }
    guard let status = VaultStatus(wire: message.parameters.status) else { throw .chain(.unspecifiedVaultStatus, "") }
    let quoting = try message.parameters.quoting.map { (wire) throws(DYDXRefusal) in try QuotingParameters(wire) }
    if status == .deactivated {
      var held: Int256 = 0
      do throws(MathematicsError) {
        held = try equity(of: VaultAddress.vault(pair))
      } catch {
        throw DYDXRefusal(error)
      }
      guard held <= 0 else { throw .chain(.deactivatePositiveEquity, "equity of \(held)") }
    }
    setVault(pair, VaultRecord(status: status, quoting: quoting, clientIDs: vaults[pair]?.clientIDs ?? []))
  }

  private mutating func setOperator(_ message: UpdateOperator) throws(DYDXRefusal) {
    try checkAuthority(message.authority)
    let terms = message.terms
    guard let address = Bech32Owner.address(terms.operatorAddress) else {
      throw .chain(.emptyOperator, terms.operatorAddress)
    }
    vaultOperators.set(
      0, VaultOperator(address: address, name: terms.metadata.name, text: terms.metadata.description))
  }
}
