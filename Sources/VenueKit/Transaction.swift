import Canonical
import Cryptography

/// The first byte of every transaction: how the rest is read and who may have sent it.
public enum TransactionScheme: UInt8, Sendable, CaseIterable {
  /// Proposer's data: oracle observations, bridge deposits, parameter changes, halts. Carries no signature; only the
  /// proposer of a block puts it there.
  case proposer = 0
  /// EIP-712 over the canonical action (`NativeEnvelope`).
  case native = 1
  case hyperliquidL1 = 2
  case hyperliquidUserSigned = 3
  case cosmosDirect = 4
  case gmxRelay = 5
}

/// What must be true for a transaction's sender to be its sender. The chain checks these on all cores before
/// execution; recovering accepts high-s, a scheme that refuses it says so in `decode`.
public enum Authorization: Sendable, Equatable {
  case proposer
  /// The signer is whoever recovers from the signature.
  case signature(digest: Hash32, RecoverableSignature)
  /// The signer is the Cosmos address of the compressed key, provided the (low-s) signature verifies.
  case publicKey(digest: Hash32, r: Hash32, s: Hash32, key: [UInt8])
  /// An unsigned run: the same envelope with the sender in the signature's place.
  case claimed(Address)
}

/// A transaction read by its room, not yet authenticated.
public struct DecodedTransaction<Content: Sendable>: Sendable {
  public var content: Content
  public var authorization: Authorization
  /// Further signatures that the action needs (multi-signature accounts).
  public var cosigners: [Authorization]

  @inlinable public init(content: Content, authorization: Authorization, cosigners: [Authorization] = []) {
    self.content = content
    self.authorization = authorization
    self.cosigners = cosigners
  }
}

/// A transaction's bytes and whether they came from this chain's proposer.
public struct PooledTransaction: Sendable, Equatable {
  public var bytes: [UInt8]
  /// Proposer's data is accepted only from here.
  public var isFromProposer: Bool
  /// By what its sender finds it again in an `ObservedBlock`; zero where nobody asks.
  public var ticket: UInt64

  public init(_ bytes: [UInt8], isFromProposer: Bool = false, ticket: UInt64 = 0) {
    self.bytes = bytes
    self.isFromProposer = isFromProposer
    self.ticket = ticket
  }
}

/// A transaction whose signatures held.
public struct AuthenticatedTransaction<Content: Sendable>: Sendable {
  public var content: Content
  /// The zero address for proposer's data.
  public var signer: Address
  public var cosigners: [Address]
  public var isProposer: Bool

  @inlinable public init(content: Content, signer: Address, cosigners: [Address] = [], isProposer: Bool = false) {
    self.content = content
    self.signer = signer
    self.cosigners = cosigners
    self.isProposer = isProposer
  }
}

/// How the author of a transaction stands behind it.
public enum Authority: Sendable {
  case key(PrivateKey)
  /// Unsigned runs: named, not proven.
  case unsigned(Address)
  case proposer

  /// The address that the chain will see.
  public var address: Address {
    switch self {
    case .key(let key): key.address
    case .unsigned(let address): address
    case .proposer: .zero
    }
  }
}
