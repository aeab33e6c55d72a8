import Canonical
import StateStore
import VenueKit

/// Accounts that act only through several signatures. Rule HL-79.
extension HyperliquidState {
  static let signersMaximum = 10

  /// `null` makes an ordinary account of it again; otherwise authorised users, which exist, and a threshold.
  mutating func convertToMultiSig(_ text: String, _ account: AccountID) throws(HyperliquidRefusal) {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: Array(text.utf8))
    } catch {
      throw .account(.multiSigUsers)
    }
    if value.isNull {
      guard derived.accounts[Int(account)].isMultiSig else {
        throw .account(.multiSigUnknown(address(account)))
      }
      changeProfile(account) { profile in
        profile.signers = []
        profile.threshold = 0
      }
      return
    }
    guard let list = value["authorizedUsers"]?.array, (1...Self.signersMaximum).contains(list.count),
      let threshold = value["threshold"]?.integer(as: UInt32.self), threshold >= 1, threshold <= list.count
    else { throw .account(.multiSigUsers) }
    var signers: [Address] = []
    for item in list {
      guard let signer = item.string.flatMap({ Address(hex: $0) }), !signers.contains(signer),
        signer != address(account), accounts[signer]?.kind == .user
      else { throw .account(.multiSigUsers) }
      signers.append(signer)
    }
    signers.sort()
    changeProfile(account) { profile in
      profile.signers = signers
      profile.threshold = threshold
    }
  }

  /// Who leads: one of the account's users, or an agent of one. Nobody else's nonce is touched.
  func leader(
    of envelope: MultiSigEnvelope, signer: Address, at time: Int64
  ) throws(HyperliquidRefusal) -> (user: Address, account: AccountID) {
    guard let account = account(envelope.user), let profile = profiles[account], !profile.signers.isEmpty else {
      throw .account(.multiSigUnknown(envelope.user))
    }
    var principal = signer
    if let agent = agents[signer], agent.validUntil >= time { principal = agent.master }
    guard envelope.outerSigner == signer || envelope.outerSigner == principal, profile.signers.contains(principal)
    else { throw .account(.multiSigOuter(signer)) }
    return (envelope.user, account)
  }

  /// Enough of the users signed the inner action, each once, with keys of their own.
  func checkSignatures(_ cosigners: [Address], _ account: AccountID) throws(HyperliquidRefusal) {
    guard let profile = profiles[account] else { throw .account(.multiSigUnknown(address(account))) }
    var seen: [Address] = []
    for signer in cosigners {
      guard profile.signers.contains(signer), !seen.contains(signer) else { throw .account(.multiSigSigner(signer)) }
      seen.append(signer)
    }
    guard seen.count >= profile.threshold else {
      throw .account(.multiSigThreshold(have: seen.count, need: profile.threshold))
    }
  }
}
