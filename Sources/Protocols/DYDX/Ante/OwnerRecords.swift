public import Canonical
import StateStore

/// An address that has received funds: its number, and how many of its sequenced transactions were taken.
public struct OwnerRecord: CanonicalCodable, Equatable {
  public var number: UInt64
  public var sequence: UInt64

  public init(number: UInt64, sequence: UInt64 = 0) {
    self.number = number
    self.sequence = sequence
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(number)
    encoder.encode(sequence)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    number = try decoder.decodeInteger()
    sequence = try decoder.decodeInteger()
  }
}

/// Times that an address used as sequences.
public struct NonceRecord: CanonicalCodable, Equatable {
  public var nonces: TimestampNonces

  public init(_ nonces: TimestampNonces = TimestampNonces()) { self.nonces = nonces }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(UInt32(nonces.stored.count))
    for nonce in nonces.stored { encoder.encode(nonce) }
    encoder.encode(nonces.greatestEjected)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    let count = try decoder.decodeCount(minimumSize: 8)
    guard count <= TimestampNonces.capacity else { throw .invalidValue("more nonces than are kept") }
    nonces = TimestampNonces()
    for _ in 0..<count { nonces.stored.append(try decoder.decodeInteger()) }
    nonces.greatestEjected = try decoder.decodeInteger()
  }
}

/// A way of signing as its owner added it.
public struct AuthenticatorRecord: CanonicalCodable, Equatable {
  public var type: String
  public var configuration: [UInt8]

  public init(type: String, configuration: [UInt8]) {
    self.type = type
    self.configuration = configuration
  }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(type)
    encoder.encode(list: configuration)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    type = try decoder.decodeText()
    configuration = try decoder.decodeBytes()
  }
}

extension DYDXState {
  /// Gives an address its number when it first receives funds (rule DYDX-131).
  public mutating func ensureOwner(_ address: Address) {
    if owners.contains(address) { return }
    let next = counter(.nextOwner)
    owners.set(address, OwnerRecord(number: UInt64(exactly: next) ?? .max))
    set(.nextOwner, to: (try? next + 1) ?? next)
  }
}
