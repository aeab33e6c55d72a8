import Canonical
import StateStore
import VenueKit

extension HyperliquidState {
  static let nonceCount = 100

  /// Rule HL-73: inside (T - 2 days, T + 1 day), not used, and above the least of the hundred highest.
  mutating func checkNonce(_ nonce: UInt64, of signer: Address, at time: Int64) throws(HyperliquidRefusal) {
    let from = time - 2 * Self.dayMilliseconds
    let to = time + Self.dayMilliseconds
    guard let value = Int64(exactly: nonce), value > from, value < to else {
      throw .nonceOutsideWindow(nonce, from: from, to: to)
    }
    let known = nonces[signer]?.nonces ?? []
    // The usual case: above all that are remembered.
    guard let highest = known.last, nonce <= highest else { return }
    if known.contains(nonce) { throw .nonceDuplicate(nonce) }
    if known.count >= Self.nonceCount && nonce < known[0] { throw .nonceTooLow(nonce, minimum: known[0]) }
  }

  /// Remembers a nonce and forgets the least beyond a hundred. One record a signer: the tree then hashes one leaf for all
  /// of a block's actions of a busy signer.
  mutating func burnNonce(_ nonce: UInt64, of signer: Address) {
    nonces.upsert(signer, default: SignerNonces()) { record in
      var place = record.nonces.count
      while place > 0 && record.nonces[place - 1] > nonce { place -= 1 }
      record.nonces.insert(nonce, at: place)
      if record.nonces.count > Self.nonceCount { record.nonces.removeFirst() }
    }
  }

  /// Who acts: an agent's master, or the signer. Rules HL-71 and HL-72.
  @inline(__always) func actor(
    of signer: Address, userSigned: Bool, vault: Address?, at time: Int64
  ) throws(HyperliquidRefusal) -> (actor: Address, account: AccountID) {
    var actor = signer
    if !userSigned, let agent = agents[signer], agent.validUntil >= time { actor = agent.master }
    guard let own = account(actor) else {
      if userSigned { throw .mustDeposit(signer) }
      throw .signerUnknown(signer)
    }
    // Nobody acts as HLP or its liquidator, not even where signatures are not asked for.
    if derived.accounts[Int(own)].kind != .user { throw .signerUnknown(signer) }
    if derived.accounts[Int(own)].isMultiSig { throw .account(.multiSigOnly(actor)) }
    guard let vault, vault != actor else { return (actor, own) }
    return (vault, try led(vault, by: actor))
  }

  /// A sub-account or vault that the actor may trade for. Rule HL-72.
  func led(_ vault: Address, by actor: Address) throws(HyperliquidRefusal) -> AccountID {
    guard let account = owned(vault, by: actor, .subAccount) ?? owned(vault, by: actor, .userVault) else {
      throw .vaultUnknown(vault)
    }
    return account
  }
}
