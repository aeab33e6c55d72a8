import Canonical
import StateStore
import VenueKit

// Actions about accounts, vaults and rights, and what stands at genesis.
extension HyperliquidState {
  mutating func perform(
    _ action: AccountAction, _ content: HyperliquidContent, _ actor: Address, _ account: AccountID,
    _ journal: inout Journal
  ) throws(HyperliquidRefusal) -> HyperliquidAnswer {
    switch action {
    case .createSubAccount(let name):
      return HyperliquidAnswer(.createSubAccount, created: try createSubAccount(name, actor, account))
    case .createVault(let proposal):
      let vault = try createVault(proposal, nonce: content.nonce, actor, account, &journal)
      return HyperliquidAnswer(.createVault, created: vault)
    case .renameSubAccount(let sub, let name): try renameSubAccount(sub, name, actor)
    case .subAccountTransfer(let sub, let isDeposit, let amount):
      try subAccountTransfer(sub, isDeposit: isDeposit, amount, actor, account, &journal)
    case .subAccountSpotTransfer(let sub, let isDeposit, let token, let amount):
      try subAccountSpotTransfer(sub, isDeposit: isDeposit, token, amount, actor, &journal)
    case .modifyVault(let vault, let allowsDeposits, let closes):
      try modifyVault(vault, allowsDeposits: allowsDeposits, closesOnWithdrawal: closes, actor)
    case .distributeVault(let vault, let amount): try distributeVault(vault, amount, actor, &journal)
    case .sendAsset(let transfer):
      guard transfer.nonce == content.nonce else { throw .timeMismatch(transfer.nonce, nonce: content.nonce) }
      try sendAsset(transfer, byAgent: true, actor, &journal)
    case .reserveWeight(let weight, let destination): try reserveWeight(weight, destination, account)
    case .setReferrer(let code): try setReferrer(code, account)
    case .registerReferrer(let code): try registerReferrer(code, account)
    case .setDisplayName(let name):
      guard name.utf8.count <= 20 else { throw .account(.nameInvalid) }
      changeProfile(account) { $0.displayName = name }
    case .claimRewards: try claimRewards(actor, account)
    case .setAbstraction(let word): guard word == "i" else { throw .account(.abstraction) }
    case .evmUserModify(let usesBigBlocks): changeProfile(account) { $0.usesBigBlocks = usesBigBlocks }
    case .topUpIsolatedMargin(let asset, let leverage): try topUpIsolatedMargin(asset, leverage, account)
    }
    return HyperliquidAnswer(.default)
  }

  mutating func perform(
    _ action: SignedAction, _ terms: SignedTerms, _ content: HyperliquidContent, _ actor: Address,
    _ account: AccountID, _ journal: inout Journal
  ) throws(HyperliquidRefusal) {
    guard terms.isMainnet == parameters.isMainnet else { throw .wrongNetwork }
    guard terms.nonce == content.nonce else { throw .timeMismatch(terms.nonce, nonce: content.nonce) }
    switch action {
    case .classTransfer(let amount, let toPerp):
      try classTransfer(amount, toPerp: toPerp, actor, account, &journal)
    case .spotSend(let destination, let token, let amount):
      try spotSend(destination, token, amount, actor, &journal)
    case .sendAsset(let transfer): try sendAsset(transfer, byAgent: false, actor, &journal)
    case .approveBuilderFee(let maximum, let builder): try approveBuilderFee(maximum, builder, account)
    case .convertToMultiSig(let signers): try convertToMultiSig(signers, account)
    case .setAbstraction(let user, let word):
      guard user == actor || owned(user, by: actor, .subAccount) != nil else { throw .vaultUnknown(user) }
      guard word == "disabled" else { throw .account(.abstraction) }
    }
  }

  /// Who stands at genesis with money, and the vaults that users lead. Their money comes from outside.
  mutating func settle(_ people: [GenesisAccount], _ vaults: [GenesisVault]) {
    for person in people {
      let account = makeAccount(person.address)
      receive(person.amount, account)
      for held in person.tokens {
        issueToken(held.amount, Self.asset(ofToken: held.token), to: spotPurse(person.address))
        if held.token == 0 { add(held.amount / 100, to: .deposits) }
      }
    }
    for vault in vaults {
      let leader = makeAccount(vault.leader)
      let account = openVault(vault.address, vault.leader, vault.name, vault.description, vault.initial, at: 0)
      receive(vault.initial, leader)
      move(vault.initial, from: crossPurse(leader), to: crossPurse(account))
    }
  }

  private mutating func receive(_ amount: Money, _ account: AccountID) {
    issue(amount, to: crossPurse(account))
    flows.upsert(account, default: FlowRecord()) { $0.deposits += amount }
    add(amount, to: .deposits)
  }
}
