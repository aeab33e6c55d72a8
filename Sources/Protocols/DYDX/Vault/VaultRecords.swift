public import Canonical
import Cryptography
public import Quantities

/// The vault's own addresses: those of the chain's module accounts.
public enum VaultAddress {
  /// The first twenty bytes of SHA-256 of a module's name.
  public static func module(_ name: String) -> Address {
    Address(SHA256.hash(Array(name.utf8)).bytes.prefix(20)) ?? .zero
  }

  public static let mainOwner = module("megavault")
  /// Where deposits lie until they are allocated.
  public static let main = Subaccount(mainOwner, 0)

  /// The account that quotes the pair of this number.
  public static func vault(_ pair: UInt32) -> Subaccount { Subaccount(module("vault-VAULT_TYPE_CLOB-\(pair)"), 0) }
}

/// A vault by its pair: what it does, its own quoting terms if any, and the client ids of its latest orders in the
/// order of its quotes.
public struct VaultRecord: CanonicalCodable, Equatable {
  public var status: VaultStatus
  public var quoting: QuotingParameters?
  public var clientIDs: [UInt32]

  public init(status: VaultStatus, quoting: QuotingParameters? = nil, clientIDs: [UInt32] = []) {
    self.status = status
    self.quoting = quoting
    self.clientIDs = clientIDs
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(tag: status.rawValue)
    encoder.encode(option: quoting) { encoder, value in encoder.encode(value) }
    encoder.encode(UInt32(clientIDs.count))
    for id in clientIDs { encoder.encode(id) }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    status = try decoder.decodeCase()
    quoting = try decoder.decodeOption { (decoder) throws(CanonicalError) in try decoder.decode() }
    clientIDs = []
    for _ in 0..<(try decoder.decodeCount(minimumSize: 4)) { clientIDs.append(try decoder.decodeInteger()) }
  }
}

extension QuotingParameters: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(UInt32(clamping: terms.layers))
    for figure in [terms.leastSpreadPpm, terms.spreadBufferPpm, terms.skewFactorPpm, terms.orderSizePpm] {
      encoder.encode(figure)
    }
    encoder.encode(expirationSeconds)
    encoder.encode(activationThreshold)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    let layers = try decoder.decodeInteger(UInt32.self)
    self.init(
      terms: QuotingTerms(
        layers: Int(layers), leastSpreadPpm: try decoder.decode(), spreadBufferPpm: try decoder.decode(),
        skewFactorPpm: try decoder.decode(), orderSizePpm: try decoder.decode()),
      expirationSeconds: try decoder.decodeInteger(), activationThreshold: try decoder.decode())
  }
}

/// Shares that their owner may not withdraw before a height.
public struct ShareLock: CanonicalCodable, Equatable {
  public var shares: Int256
  public var height: UInt32

  public init(shares: Int256, height: UInt32) {
    self.shares = shares
    self.height = height
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(shares)
    encoder.encode(height)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    shares = try decoder.decode()
    height = try decoder.decodeInteger()
  }
}

/// All locks of an owner, in the order in which they were set.
public struct ShareLocks: CanonicalCodable, Equatable {
  public var locks: [ShareLock]

  public init(_ locks: [ShareLock] = []) { self.locks = locks }
  public func encode(into encoder: inout CanonicalEncoder) { encoder.encode(list: locks) }
  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) { locks = try decoder.decodeList() }
}

/// Who runs the vaults, and what it says of itself.
public struct VaultOperator: CanonicalCodable, Equatable {
  public var address: Address
  public var name: String
  public var text: String

  public init(address: Address, name: String = "", text: String = "") {
    self.address = address
    self.name = name
    self.text = text
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(address)
    encoder.encode(name)
    encoder.encode(text)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    address = try decoder.decodeAddress()
    name = try decoder.decodeText()
    text = try decoder.decodeText()
  }
}
