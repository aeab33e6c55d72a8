import Canonical
import ConformanceKit
import Cryptography
import Hyperliquid
import VenueKit

/// The way of a transaction through the node: decoded by the room, authenticated by its digest.
enum NodeDoor {
  static func digest(of transaction: [UInt8], isMainnet: Bool) throws(CaseFailure) -> (Hash32, RecoverableSignature) {
    let authorization: Authorization
    do throws(KernelRefusal) {
      authorization = try HyperliquidWire.decode(transaction, isMainnet: isMainnet).authorization
    } catch {
      throw CaseFailure("transaction", error.text)
    }
    guard case .signature(let digest, let signature) = authorization else {
      throw CaseFailure("transaction", "carries no signature")
    }
    return (digest, signature)
  }

  static func signer(of transaction: [UInt8], isMainnet: Bool) throws(CaseFailure) -> Address {
    let (digest, signature) = try digest(of: transaction, isMainnet: isMainnet)
    do throws(SignatureError) {
      return try Secp256k1.recoverAddress(digest: digest, signature: signature)
    } catch {
      throw CaseFailure("body.signature", "\(error)")
    }
  }

  /// The action types whose structure the room itself reads; of the others it only hashes what came.
  static let modelled: Set<String> = [
    "order", "cancel", "cancelByCloid", "modify", "batchModify", "scheduleCancel", "updateLeverage",
    "updateIsolatedMargin", "vaultTransfer", "noop",
  ]

  /// Takes an action that a client hashed through the node: the digest must come out the same. Types that the room
  /// does not model are compared where the server's form is the client's.
  static func check(
    _ reader: inout CaseReader, action: JSONValue, messagePack: [UInt8]?, nonce: UInt64, vaultAddress: Address?,
    expiresAfter: UInt64?, isMainnet: Bool, digest: Hash32
  ) throws(CaseFailure) {
    let isModelled = modelled.contains(action["type"]?.string ?? "") || messagePack == nil
    let normalised: NormalisedAction
    do throws(NormalisationError) {
      normalised = try HyperliquidWire.normalise(action: action)
    } catch {
      if isModelled { throw CaseFailure("action." + error.path, error.reason) }
      return
    }
    if let messagePack, normalised.messagePack != messagePack {
      if isModelled {
        reader.check(
          "msgpack (as the node normalises it)", expected: .string(Hex.encodePrefixed(messagePack)),
          got: .string(Hex.encodePrefixed(normalised.messagePack)))
      }
      return
    }
    let transaction = HyperliquidWire.transaction(
      scheme: normalised.scheme, nonce: nonce, vaultAddress: vaultAddress, expiresAfter: expiresAfter,
      signature: .signed(RecoverableSignature(r: .zero, s: .zero, recoveryID: 0)), messagePack: normalised.messagePack)
    let decoded = try self.digest(of: transaction, isMainnet: isMainnet).0
    reader.check(
      "digest (by the node)", expected: .string(digest.description), got: .string(decoded.description))
  }
}
