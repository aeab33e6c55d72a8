import Canonical
import Cryptography
import Quantities

/// A main account's leave for another key to trade for it: how long, how often, for which kind of action. Rule GMX-207.
public struct SubaccountApproval: CanonicalCodable, Equatable {
  public var subaccount: Address = .zero
  /// Puts the subaccount on the account's list.
  public var shouldAdd = false
  /// Unix seconds; zero leaves what was set before.
  public var expiresAt: UInt256 = .zero
  /// Actions in all; zero leaves what was set before.
  public var maxAllowedCount: UInt256 = .zero
  public var actionType: Hash32 = .zero
  /// The account's own count of approvals.
  public var nonce: UInt256 = .zero
  public var destinationChainID: UInt256 = .zero
  public var deadline: UInt256 = .zero
  public var integrationID: Hash32 = .zero
  /// 65 bytes r, s, v of the main account, or none: then the call brings no new approval.
  public var signature: [UInt8] = []

  public init() {}

  /// What the main account signs: everything but the signature.
  public func digest(_ domain: RelayDomain) -> Hash32 {
    var encoder = TypedStructEncoder(typeHash: RelayTypes.subaccountApproval)
    encoder.append(subaccount)
    encoder.append(shouldAdd)
    encoder.append(expiresAt)
    encoder.append(maxAllowedCount)
    encoder.append(actionType)
    encoder.append(nonce)
    encoder.append(destinationChainID)
    encoder.append(deadline)
    encoder.append(integrationID)
    return domain.digest(of: encoder.hash)
  }

  public mutating func sign(_ domain: RelayDomain, with key: PrivateKey) {
    signature = Secp256k1.sign(digest: digest(domain), with: key).bytes
  }

  /// What an order of the subaccount signs: the whole, the signature included. Rule GMX-203.
  public var hash: Hash32 {
    Keccak256.hash(
      ABIValue.encode([
        .tuple([
          .address(subaccount), .flag(shouldAdd), .number(expiresAt), .number(maxAllowedCount), .word(actionType),
          .number(nonce), .number(destinationChainID), .number(deadline), .word(integrationID), .bytes(signature),
        ])
      ]))
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(subaccount)
    encoder.encode(shouldAdd)
    encoder.encode(expiresAt)
    encoder.encode(maxAllowedCount)
    encoder.encode(actionType)
    encoder.encode(nonce)
    encoder.encode(destinationChainID)
    encoder.encode(deadline)
    encoder.encode(integrationID)
    encoder.encode(list: signature)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    subaccount = try decoder.decodeAddress()
    shouldAdd = try decoder.decodeFlag()
    expiresAt = try decoder.decode()
    maxAllowedCount = try decoder.decode()
    actionType = try decoder.decodeHash()
    nonce = try decoder.decode()
    destinationChainID = try decoder.decode()
    deadline = try decoder.decode()
    integrationID = try decoder.decodeHash()
    signature = try decoder.decodeBytes(limit: 65)
    if !signature.isEmpty, signature.count != 65 { throw .invalidValue("a signature of \(signature.count) bytes") }
  }
}

/// A subaccount on an account's list.
public struct SubaccountRecord: CanonicalCodable, Equatable {
  public var integrationID: Hash32

  public init(integrationID: Hash32) { self.integrationID = integrationID }

  public func encode(into encoder: inout CanonicalEncoder) { encoder.encode(integrationID) }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    integrationID = try decoder.decodeHash()
  }
}

/// What a subaccount may still do, for one kind of action. Stays when the subaccount leaves the list.
public struct SubaccountAllowance: CanonicalCodable, Equatable {
  public var expiresAt: UInt256 = .zero
  public var maxAllowedCount: UInt256 = .zero
  public var count: UInt256 = .zero

  public init() {}

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(expiresAt)
    encoder.encode(maxAllowedCount)
    encoder.encode(count)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    expiresAt = try decoder.decode()
    maxAllowedCount = try decoder.decode()
    count = try decoder.decode()
  }
}

/// A digest that was executed: it is not accepted again. Rule GMX-206.
public struct UsedDigest: CanonicalCodable, Equatable {
  /// Unix seconds.
  public var usedAt: UInt64

  public init(usedAt: UInt64) { self.usedAt = usedAt }

  public func encode(into encoder: inout CanonicalEncoder) { encoder.encode(usedAt) }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) { usedAt = try decoder.decodeInteger() }
}
