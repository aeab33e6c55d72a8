import Canonical
import Cryptography
import Quantities
import VenueKit

/// What a relayed message asks for.
public enum RelayCall: Sendable, Equatable {
  case createOrder(RelayOrder)
  case updateOrder(RelayUpdate)
  case cancelOrder(Hash32)
  /// Created, updated and cancelled in this order, all or none.
  case batch(creates: [RelayOrder], updates: [RelayUpdate], cancels: [Hash32])
  case removeSubaccount(Address)

  /// How often a subaccount acts by it.
  var actionCount: Int {
    switch self {
    case .batch(let creates, let updates, let cancels): creates.count + updates.count + cancels.count
    default: 1
    }
  }
}

/// Who acts for the account, and the leave that comes along.
public struct RelayDelegation: Sendable, Equatable {
  public var subaccount: Address
  public var approval: SubaccountApproval

  public init(subaccount: Address, approval: SubaccountApproval) {
    self.subaccount = subaccount
    self.approval = approval
  }
}

/// A relayed call with its signature: everything that was signed, so that the digest is rebuilt from it. The bytes are
/// scheme 5 · account · delegation · relay parameters · call · authorization as in `NativeEnvelope`. Rule GMX-202.
public struct RelayTransaction: Sendable, Equatable {
  /// Whose orders these are.
  public var account: Address
  public var delegation: RelayDelegation?
  public var parameters: RelayParameters
  public var call: RelayCall
  public var signature = EnvelopeSignature.claimed(.zero)

  public init(
    account: Address, delegation: RelayDelegation? = nil, parameters: RelayParameters, call: RelayCall
  ) {
    self.account = account
    self.delegation = delegation
    self.parameters = parameters
    self.call = call
  }

  /// Who must have signed.
  public var expectedSigner: Address { delegation?.subaccount ?? account }

  /// Subaccounts have a router of their own; their removal goes there too, signed by the account.
  func domain(_ configuration: RelayConfiguration) -> RelayDomain {
    if case .removeSubaccount = call { return configuration.subaccountDomain }
    return delegation == nil ? configuration.domain : configuration.subaccountDomain
  }

  public func digest(_ configuration: RelayConfiguration) -> Hash32 {
    domain(configuration).digest(of: structHash)
  }

  /// The account stands in the message only when a subaccount signs; otherwise it and the approval are zero.
  var structHash: Hash32 {
    var encoder: TypedStructEncoder
    switch call {
    case .createOrder(let order):
      encoder = head(RelayTypes.createOrder)
      order.append(to: &encoder)
    case .updateOrder(let update):
      encoder = head(RelayTypes.updateOrder)
      encoder.append(update.structHash)
    case .cancelOrder(let key):
      encoder = head(RelayTypes.cancelOrder)
      encoder.append(key)
    case .batch(let creates, let updates, let cancels):
      encoder = head(RelayTypes.batch)
      encoder.append(words: creates.map(\.structHash))
      encoder.append(words: updates.map(\.structHash))
      encoder.append(words: cancels)
    case .removeSubaccount(let subaccount):
      encoder = TypedStructEncoder(typeHash: RelayTypes.removeSubaccount)
      encoder.append(subaccount)
      encoder.append(parameters.hash)
      return encoder.hash
    }
    encoder.append(parameters.hash)
    encoder.append(delegation?.approval.hash ?? .zero)
    return encoder.hash
  }

  private func head(_ typeHash: Hash32) -> TypedStructEncoder {
    var encoder = TypedStructEncoder(typeHash: typeHash)
    encoder.append(delegation == nil ? Address.zero : account)
    return encoder
  }

  // MARK: Bytes

  /// Signs, or names the signer in unsigned runs, and writes the transaction.
  public func seal(_ configuration: RelayConfiguration, authority: Authority) -> [UInt8] {
    var sealed = self
    sealed.signature = EnvelopeSignature(authority: authority, digest: digest(configuration))
    return sealed.bytes
  }

  public var bytes: [UInt8] {
    var encoder = CanonicalEncoder(reservingCapacity: 1_024)
    encoder.encode(tag: TransactionScheme.gmxRelay.rawValue)
    encoder.encode(account)
    encoder.encode(option: delegation) { encoder, delegation in
      encoder.encode(delegation.subaccount)
      encoder.encode(delegation.approval)
    }
    encoder.encode(parameters)
    encoder.encode(call)
    encoder.encode(signature)
    return encoder.bytes
  }

  /// Reads a whole transaction, its scheme byte included.
  public init(bytes: [UInt8]) throws(KernelRefusal) {
    guard let scheme = bytes.first else { throw .emptyTransaction }
    guard scheme == TransactionScheme.gmxRelay.rawValue else { throw .schemeUnknown(scheme) }
    do throws(CanonicalError) {
      var decoder = CanonicalDecoder(bytes, in: 1..<bytes.count)
      account = try decoder.decodeAddress()
      if try decoder.decodeFlag() {
        delegation = RelayDelegation(
          subaccount: try decoder.decodeAddress(), approval: try decoder.decode())
      }
      parameters = try decoder.decode()
      call = try decoder.decode()
      signature = try decoder.decode()
      try decoder.finish()
    } catch {
      throw .malformed("\(error)")
    }
    if case .removeSubaccount = call, delegation != nil {
      throw .malformed("a subaccount cannot remove a subaccount")
    }
  }

  /// What must be proven: the signature of the call, and that of an approval that comes along. High-s is refused.
  public func authorizations(
    _ configuration: RelayConfiguration, digest: Hash32
  ) throws(KernelRefusal) -> (call: Authorization, approvals: [Authorization]) {
    if case .signed(let signature) = signature { try Self.validate(signature) }
    guard let approval = delegation?.approval, !approval.signature.isEmpty else {
      return (signature.authorization(digest: digest), [])
    }
    guard let given = try? RecoverableSignature(bytes: approval.signature) else {
      throw .signatureInvalid("the approval's v is neither 27 nor 28")
    }
    try Self.validate(given)
    let approved = Authorization.signature(digest: approval.digest(configuration.subaccountDomain), given)
    return (signature.authorization(digest: digest), [approved])
  }

  private static func validate(_ signature: RecoverableSignature) throws(KernelRefusal) {
    if signature.isHighS { throw .signatureHighS }
    if signature.recoveryID > 1 { throw .signatureInvalid("v is neither 27 nor 28") }
  }
}

extension RelayCall: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) {
    switch self {
    case .createOrder(let order):
      encoder.encode(tag: 1)
      encoder.encode(order)
    case .updateOrder(let update):
      encoder.encode(tag: 2)
      encoder.encode(update)
    case .cancelOrder(let key):
      encoder.encode(tag: 3)
      encoder.encode(key)
    case .batch(let creates, let updates, let cancels):
      encoder.encode(tag: 4)
      encoder.encode(list: creates)
      encoder.encode(list: updates)
      encoder.encode(words: cancels)
    case .removeSubaccount(let subaccount):
      encoder.encode(tag: 5)
      encoder.encode(subaccount)
    }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    let tag = try decoder.decodeTag()
    switch tag {
    case 1: self = .createOrder(try decoder.decode())
    case 2: self = .updateOrder(try decoder.decode())
    case 3: self = .cancelOrder(try decoder.decodeHash())
    case 4:
      self = .batch(
        creates: try decoder.decodeList(), updates: try decoder.decodeList(), cancels: try decoder.decodeWords())
    case 5: self = .removeSubaccount(try decoder.decodeAddress())
    default: throw .unknownTag(tag)
    }
  }
}
