import Canonical
import Cryptography

/// What the authorised users of a multi-signature account sign.
public enum MultiSignature {
  /// Why an envelope or an inner action has no digest.
  public enum Failure: Error, Sendable, Equatable {
    case malformed(String)
  }

  /// The value that is hashed in place of an L1 action: `[multiSigUser, outerSigner, action]`, addresses in lower case.
  public static func innerValue(multiSigUser: Address, outerSigner: Address, action: JSONValue) -> JSONValue {
    .array([.string(multiSigUser.description), .string(outerSigner.description), action])
  }

  /// The digest of an inner signature: of the array for an L1 action, of the widened typed data for a user-signed one.
  /// The SDK posts short words of `userSetAbstraction`, but signs the long ones.
  public static func innerDigest(
    multiSigUser: Address, outerSigner: Address, action: JSONValue, nonce: UInt64, vaultAddress: Address?,
    expiresAfter: UInt64?, isMainnet: Bool
  ) throws(Failure) -> Hash32 {
    if let type = action["type"]?.string, let schema = UserSignedSchema.find(type) {
      var message = action.members ?? []
      message.removeAll { ["payloadMultiSigUser", "outerSigner", "hyperliquidChain"].contains($0.key) }
      message.append(JSONMember("hyperliquidChain", .string(isMainnet ? "Mainnet" : "Testnet")))
      message.append(JSONMember("payloadMultiSigUser", .string(multiSigUser.description)))
      message.append(JSONMember("outerSigner", .string(outerSigner.description)))
      guard let domain = action["signatureChainId"]?.string.flatMap(HyperliquidSigning.userDomainSeparator) else {
        throw .malformed("signatureChainId is not a hexadecimal number")
      }
      do throws(UserSignedError) {
        let hash = try UserSignedSchema.structHash(
          typeHash: schema.innerTypeHash, fields: schema.signedFields(isInner: true),
          message: longWords(.object(message), type: type))
        return EIP712.digest(domainSeparator: domain, structHash: hash)
      } catch {
        throw .malformed("\(error)")
      }
    }
    let value = innerValue(multiSigUser: multiSigUser, outerSigner: outerSigner, action: action)
    let bytes: [UInt8]
    do throws(MessagePackError) {
      bytes = try HyperliquidWire.encode(value)
    } catch {
      throw .malformed("\(error)")
    }
    let hash = HyperliquidSigning.actionHash(
      messagePack: bytes, nonce: nonce, vaultAddress: vaultAddress, expiresAfter: expiresAfter)
    return HyperliquidSigning.agentDigest(actionHash: hash, isMainnet: isMainnet)
  }

  private static func longWords(_ message: JSONValue, type: String) -> JSONValue {
    guard type == "userSetAbstraction", let members = message.members else { return message }
    let words = ["i": "disabled", "u": "unifiedAccount", "p": "portfolioMargin"]
    return .object(
      members.map { member in
        guard member.key == "abstraction", let long = member.value.string.flatMap({ words[$0] }) else { return member }
        return JSONMember(member.key, .string(long))
      })
  }
}
