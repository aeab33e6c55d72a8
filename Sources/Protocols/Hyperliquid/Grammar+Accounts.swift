import Canonical
import Quantities
import StateStore
import VenueKit

extension GrammarEntry {
  /// Sub-accounts, users' vaults, rights and several signatures.
  static let ownership: [GrammarEntry] = [
    GrammarEntry("sub.create", 6) { draw in
      guard let actor = draw.actor() else { return nil }
      let number = draw.number(1...3)
      return draw.send(.account(.createSubAccount(name: "part \(number)")), by: actor.address)
    },
    GrammarEntry("sub.transfer", 12) { draw in
      guard let (master, sub) = draw.subAccount() else { return nil }
      let isDeposit = draw.flag()
      guard let payer = draw.state.account(isDeposit ? master : sub) else { return nil }
      let free = draw.state.withdrawable(payer)
      guard free > 0 else { return nil }
      let amount = scale(free, Int128(draw.number(1...500_000)), by: 1_000_000, .ceiling)
      return draw.send(
        .account(.subAccountTransfer(sub, isDeposit: isDeposit, amount: UInt64(clamping: amount))), by: master)
    },
    GrammarEntry("sub.trade", 15) { draw in
      guard let (master, sub) = draw.subAccount() else { return nil }
      return draw.tradeFor(sub, by: master)
    },
    GrammarEntry("sub.rename", 2) { draw in
      guard let (master, sub) = draw.subAccount() else { return nil }
      return draw.send(.account(.renameSubAccount(sub, name: "named")), by: master)
    },
    GrammarEntry("userVault.create", 3) { draw in
      let cost = draw.state.parameters.userVaults.creationFee + draw.state.parameters.userVaults.initialMinimum
      let state = draw.state
      guard let actor = draw.actor(where: { state.withdrawable($0) >= cost }) else { return nil }
      let proposal = VaultProposal(
        name: "Vault", description: "What the fuzzer made.",
        initial: UInt64(clamping: state.parameters.userVaults.initialMinimum), nonce: 0)
      return draw.send(.account(.createVault(proposal)), by: actor.address)
    },
    GrammarEntry("userVault.deposit", 12) { draw in
      guard let (vault, _) = draw.userVault(), let actor = draw.actor() else { return nil }
      let least = draw.state.parameters.userVaults.depositMinimum
      let free = draw.state.withdrawable(actor.account)
      guard free >= least else { return nil }
      let amount = max(least, scale(free, Int128(draw.number(1...20_000)), by: 1_000_000, .ceiling))
      return draw.send(
        .vaultTransfer(vault: vault, isDeposit: true, amount: UInt64(clamping: amount)), by: actor.address)
    },
    GrammarEntry("userVault.withdraw", 12) { draw in
      guard let (vault, _) = draw.userVault() else { return nil }
      for actor in draw.actors() {
        guard let held = draw.state.vaultEquities(actor.address).first(where: { $0.vault == vault })?.holding,
          held.equity > 0
        else { continue }
        let amount = scale(held.equity, Int128(draw.number(1...1_000_000)), by: 1_000_000, .ceiling)
        return draw.send(
          .vaultTransfer(vault: vault, isDeposit: false, amount: UInt64(clamping: amount)), by: actor.address)
      }
      return nil
    },
    GrammarEntry("userVault.trade", 20) { draw in
      guard let (vault, leader) = draw.userVault() else { return nil }
      return draw.tradeFor(vault, by: leader)
    },
    GrammarEntry("userVault.modify", 3) { draw in
      guard let (vault, leader) = draw.userVault() else { return nil }
      let closes = draw.flag()
      return draw.send(
        .account(.modifyVault(vault, allowsDeposits: true, closesOnWithdrawal: closes)), by: leader)
    },
    GrammarEntry("userVault.distribute", 3) { draw in
      guard let (vault, leader) = draw.userVault(), let account = draw.state.account(vault) else { return nil }
      let free = draw.state.withdrawable(account)
      guard free > 0 else { return nil }
      let amount = draw.random.uniform(below: 8) == 0 ? 0 : max(1, UInt64(clamping: free / 10))
      return draw.send(.account(.distributeVault(vault, amount: amount)), by: leader)
    },
    GrammarEntry("multiSig.convert", 4) { draw in
      guard let actor = draw.actor() else { return nil }
      let others = draw.actors().map(\.address).filter { $0 != actor.address }
      guard others.count >= 3 else { return nil }
      let list = others.prefix(2).map { "\"\($0)\"" }.joined(separator: ", ")
      let threshold = draw.number(1...2)
      return draw.sign(
        .convertToMultiSig(signers: "{\"authorizedUsers\": [\(list)], \"threshold\": \(threshold)}"),
        by: actor.address)
    },
    GrammarEntry("multiSig.act", 12) { draw in
      guard let shared = draw.multiSigUser() else { return nil }
      return draw.envelope(.noop, shared, signers: shared.signers)
    },
    GrammarEntry("multiSig.trade", 12) { draw in
      guard let shared = draw.multiSigUser(), let some = draw.someOrder(.goodTilCancelled, away: -2_000...20_000)
      else { return nil }
      return draw.envelope(.order(OrderAction(orders: [some.order])), shared, signers: shared.signers)
    },
    GrammarEntry("multiSig.back", 10) { draw in
      guard let shared = draw.multiSigUser() else { return nil }
      return draw.envelope(draw.signedAction(.convertToMultiSig(signers: "null")), shared, signers: shared.signers)
    },
    GrammarEntry("referral.register", 4) { draw in
      let state = draw.state
      guard let actor = draw.actor(where: { (state.profiles[$0]?.code ?? "").isEmpty }) else { return nil }
      return draw.send(.account(.registerReferrer(code: "CODE\(actor.account)")), by: actor.address)
    },
    GrammarEntry("referral.set", 6) { draw in
      let state = draw.state
      guard let actor = draw.actor(where: { (state.profiles[$0]?.referredBy ?? "").isEmpty }) else { return nil }
      for other in draw.actors() where other.address != actor.address {
        if let code = state.profiles[other.account]?.code, !code.isEmpty {
          return draw.send(.account(.setReferrer(code: code)), by: actor.address)
        }
      }
      return nil
    },
    GrammarEntry("rewards.claim", 6) { draw in
      let state = draw.state
      guard let actor = draw.actor(where: { state.referral(state.address($0)).unclaimed > 0 }) else { return nil }
      return draw.send(.account(.claimRewards), by: actor.address)
    },
    GrammarEntry("builder.approve", 8) { draw in
      let value = draw.state.parameters.rewards.builderValue
      let state = draw.state
      guard let builder = draw.actor(where: { state.accountValue($0) >= value }), let actor = draw.actor() else {
        return nil
      }
      let rate = draw.number(1...100)
      return draw.sign(
        .approveBuilderFee(maximum: formatDecimal(Int128(rate), scale: 3) + "%", builder: builder.address),
        by: actor.address)
    },
    GrammarEntry("builder.order", 20) { draw in
      guard let some = draw.someOrder(.goodTilCancelled, away: -10_000...5_000),
        let account = draw.state.account(some.signer), let record = draw.state.approvedBuilders(account).first
      else { return nil }
      let builder = BuilderFee(builder: record.builder, fee: record.fee)
      return draw.send(.order(OrderAction(orders: [some.order], builder: builder)), by: some.signer)
    },
    GrammarEntry("account.settings", 3) { draw in
      guard let actor = draw.actor() else { return nil }
      let kinds: [AccountAction] = [
        .setDisplayName("somebody"), .evmUserModify(usesBigBlocks: draw.flag()), .setAbstraction("i"),
      ]
      return draw.send(.account(draw.element(kinds) ?? .setAbstraction("i")), by: actor.address)
    },
    GrammarEntry("weight.reserve", 3) { draw in
      guard let actor = draw.actor(), draw.state.withdrawable(actor.account) > 1_000_000 else { return nil }
      let weight = UInt64(draw.number(1...1_000))
      return draw.send(.account(.reserveWeight(weight, destination: nil)), by: actor.address)
    },
    GrammarEntry("stake", 3) { draw in
      guard let actor = draw.actor() else { return nil }
      return draw.proposal(.stake(of: actor.address, amount: UInt64(draw.magnitude(1, 100_000_000_000_000))))
    },
  ]

  /// The same, made to be refused.
  static let brokenOwnership: [GrammarEntry] = [
    GrammarEntry(invalid: "sub.badName", 2) { draw in
      guard let actor = draw.actor() else { return nil }
      let name = draw.flag() ? "" : "a name that is far too long"
      return draw.send(.account(.createSubAccount(name: name)), by: actor.address)
    },
    GrammarEntry(invalid: "sub.foreign", 3) { draw in
      guard let (master, sub) = draw.subAccount(), let other = draw.friend(of: master),
        draw.state.account(other) != nil
      else { return nil }
      return draw.send(.account(.subAccountTransfer(sub, isDeposit: false, amount: 1)), by: other)
    },
    GrammarEntry(invalid: "sub.tooMuch", 2) { draw in
      guard let (master, sub) = draw.subAccount() else { return nil }
      return draw.send(.account(.subAccountTransfer(sub, isDeposit: draw.flag(), amount: .max)), by: master)
    },
    GrammarEntry(invalid: "userVault.stranger", 3) { draw in
      guard let (vault, leader) = draw.userVault(), let other = draw.friend(of: leader),
        draw.state.account(other) != nil
      else { return nil }
      return draw.tradeFor(vault, by: other)
    },
    GrammarEntry(invalid: "userVault.poor", 2) { draw in
      guard let actor = draw.actor() else { return nil }
      let proposal = VaultProposal(name: "Vault", description: "Too little for one.", initial: 1, nonce: 0)
      return draw.send(.account(.createVault(proposal)), by: actor.address)
    },
    GrammarEntry(invalid: "userVault.tooMuch", 2) { draw in
      guard let (vault, _) = draw.userVault(), let actor = draw.actor() else { return nil }
      return draw.send(.vaultTransfer(vault: vault, isDeposit: draw.flag(), amount: .max), by: actor.address)
    },
    GrammarEntry(invalid: "multiSig.few", 3) { draw in
      guard let shared = draw.multiSigUser() else { return nil }
      return draw.envelope(.noop, shared, signers: [])
    },
    GrammarEntry(invalid: "multiSig.twice", 3) { draw in
      guard let shared = draw.multiSigUser(), let one = shared.signers.first else { return nil }
      return draw.envelope(.noop, shared, signers: [one, one])
    },
    GrammarEntry(invalid: "multiSig.alone", 3) { draw in
      guard let shared = draw.multiSigUser() else { return nil }
      return draw.send(.noop, by: shared.user)
    },
    GrammarEntry(invalid: "referral.unknown", 2) { draw in
      guard let actor = draw.actor() else { return nil }
      return draw.send(.account(.setReferrer(code: draw.flag() ? "NOBODYS" : "no code!")), by: actor.address)
    },
    GrammarEntry(invalid: "builder.badRate", 2) { draw in
      guard let actor = draw.actor(), let friend = draw.friend(of: actor.address) else { return nil }
      let rates = ["", "1", "-1%", "2%", "0.0001%", "x%"]
      return draw.sign(
        .approveBuilderFee(maximum: draw.element(rates) ?? "", builder: friend), by: actor.address)
    },
    GrammarEntry(invalid: "account.unavailable", 2) { draw in
      guard let actor = draw.actor() else { return nil }
      let kinds: [AccountAction] = [
        .setAbstraction("u"), .reserveWeight(0, destination: nil), .setDisplayName("a name of more than twenty bytes"),
      ]
      return draw.send(.account(draw.element(kinds) ?? .setAbstraction("u")), by: actor.address)
    },
  ]
}

extension GrammarDraw {
  /// Somebody's sub-account.
  mutating func subAccount() -> (master: Address, sub: Address)? {
    for actor in actors() {
      if let record = element(state.subAccountList(actor.address)) { return (actor.address, record.address) }
    }
    return nil
  }

  /// A vault whose leader is of the cast.
  mutating func userVault() -> (vault: Address, leader: Address)? {
    let leaders = actors().map(\.address)
    var open: [(vault: Address, leader: Address)] = []
    state.vaults.forEachSorted { address, record in
      if !record.isClosed && leaders.contains(record.leader) { open.append((address, record.leader)) }
    }
    return element(open)
  }

  /// An order on behalf of a sub-account or vault.
  mutating func tradeFor(_ address: Address, by signer: Address) -> GeneratedHyperliquid? {
    guard let some = someOrder(.goodTilCancelled, away: -5_000...10_000, usdc: 20...2_000) else { return nil }
    var transaction = send(.order(OrderAction(orders: [some.order])), by: signer)
    transaction.content.vaultAddress = address
    return transaction
  }

  func signedAction(_ action: SignedAction) -> HyperliquidAction {
    .signed(
      action, SignedTerms(signatureChainID: "0x66eee", isMainnet: state.parameters.isMainnet, nonce: 0))
  }

  mutating func sign(_ action: SignedAction, by signer: Address) -> GeneratedHyperliquid {
    send(signedAction(action), by: signer)
  }

  /// A member of the cast that acts through others, and who they are.
  mutating func multiSigUser() -> (user: Address, signers: [Address])? {
    let start = Int(random.uniform(below: UInt64(cast.count)))
    for step in 0..<cast.count {
      let address = cast[(start + step) % cast.count]
      if let found = state.multiSigSigners(address) { return (address, found.users) }
    }
    return nil
  }

  /// An envelope led by the first of the users who can lead.
  mutating func envelope(
    _ action: HyperliquidAction, _ shared: (user: Address, signers: [Address]), signers: [Address]
  ) -> GeneratedHyperliquid? {
    let state = state
    guard
      let leader = shared.signers.first(where: { signer in
        state.account(signer).map { !state.derived.accounts[Int($0)].isMultiSig } ?? false
      })
    else { return nil }
    let envelope = MultiSigEnvelope(
      signatures: signers.map { .claimed($0) }, user: shared.user, outerSigner: leader, payload: action.payload(),
      action: action)
    return send(.multiSig(envelope), by: leader)
  }
}
