import Canonical
import Cryptography
import VenueKit

/// A body posted to `/exchange`, brought into the one form that is hashed.
public struct HyperliquidRequest: Sendable, Equatable {
  public var action: NormalisedAction
  public var nonce: UInt64
  /// Nil for user-signed actions, of whose signed bytes it is no part, whatever was posted.
  public var vaultAddress: Address?
  public var expiresAfter: UInt64?
  public var signature: RecoverableSignature

  public init(body: JSONValue) throws(NormalisationError) {
    guard let action = body["action"] else { throw NormalisationError(path: "action", "missing") }
    self.action = try HyperliquidWire.normalise(action: action)
    guard let nonce = body["nonce"]?.uint64 else {
      throw NormalisationError(path: "nonce", "not a whole number of 64 bits")
    }
    self.nonce = nonce
    guard let signature = Self.signature(body["signature"] ?? .null) else {
      throw NormalisationError(path: "signature", "not r, s and v")
    }
    self.signature = signature
    vaultAddress = try Self.vault(body["vaultAddress"] ?? .null)
    expiresAfter = try Self.expiry(body["expiresAfter"] ?? .null)
    if self.action.scheme == .hyperliquidUserSigned, self.action.type != "multiSig" {
      vaultAddress = nil
      guard expiresAfter == nil else {
        throw NormalisationError(path: "expiresAfter", "a user-signed action does not expire")
      }
    }
  }

  /// r and s as numbers of up to 64 digits, v 27 or 28.
  public static func signature(_ value: JSONValue) -> RecoverableSignature? {
    guard let r = value["r"]?.string.flatMap({ Hash32(hexInteger: $0) }),
      let s = value["s"]?.string.flatMap({ Hash32(hexInteger: $0) }),
      let v = value["v"]?.integer(as: UInt8.self)
    else { return nil }
    return try? RecoverableSignature(r: r, s: s, v: v)
  }

  private static func vault(_ value: JSONValue) throws(NormalisationError) -> Address? {
    if value.isNull { return nil }
    // Some clients leave out the 0x; the twenty bytes are the same.
    guard let address = value.string.flatMap({ Address(hex: $0) }) else {
      throw NormalisationError(path: "vaultAddress", "not an address")
    }
    return address
  }

  private static func expiry(_ value: JSONValue) throws(NormalisationError) -> UInt64? {
    if value.isNull { return nil }
    guard let time = value.uint64 else {
      throw NormalisationError(path: "expiresAfter", "not a whole number of 64 bits")
    }
    return time
  }

  /// The canonical transaction for the mempool.
  public var transaction: [UInt8] {
    HyperliquidWire.transaction(
      scheme: action.scheme, nonce: nonce, vaultAddress: vaultAddress, expiresAfter: expiresAfter,
      signature: .signed(signature), messagePack: action.messagePack)
  }
}
