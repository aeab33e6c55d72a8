public import Canonical
import Cryptography
public import StateStore

/// An account as tables name it: the twenty bytes of its owner's address and a number.
@frozen public struct Subaccount: FixedSizeTableKey, Hashable, CanonicalCodable {
  public var owner: Address
  public var number: UInt32

  @inlinable public init(_ owner: Address, _ number: UInt32 = 0) {
    self.owner = owner
    self.number = number
  }

  @inlinable public static var keySize: Int { 24 }

  @inlinable public func encodeKey(into bytes: inout [UInt8]) {
    owner.encodeKey(into: &bytes)
    number.encodeKey(into: &bytes)
  }

  @inlinable public init?(keyBytes: ArraySlice<UInt8>) {
    guard let parts = Pair<Address, UInt32>(keyBytes: keyBytes) else { return nil }
    self.init(parts.first, parts.second)
  }

  @inlinable public var hashWord: UInt64 { mixedWord(owner.hashWord, UInt64(number)) }

  @inlinable public static func < (left: Subaccount, right: Subaccount) -> Bool {
    left.owner != right.owner ? left.owner < right.owner : left.number < right.number
  }

  public var keyDescription: String { "\(Bech32Owner.text(owner))/\(number)" }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(owner)
    encoder.encode(number)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    owner = try decoder.decodeAddress()
    number = try decoder.decodeInteger()
  }
}

/// Owners' addresses as text: Bech32 of twenty bytes with the chain's prefix.
public enum Bech32Owner {
  public static let prefix = "dydx"

  public static func text(_ owner: Address) -> String { Bech32.encode(prefix: prefix, address: owner) ?? "" }

  /// Nil for anything but the chain's text of twenty bytes.
  public static func address(_ text: String) -> Address? {
    try? Bech32.decodeAddress(text, prefix: prefix)
  }
}

/// The kinds of orders, as their ids tell them.
public enum OrderFlags {
  public static let shortTerm: UInt32 = 0
  public static let conditional: UInt32 = 32
  public static let longTerm: UInt32 = 64
  public static let timeWeighted: UInt32 = 128
  /// A part of a time-weighted order; made by the chain alone.
  public static let timeWeightedPart: UInt32 = 256
}

/// An order as tables name it; the room's form of `OrderID`.
@frozen public struct OrderKey: FixedSizeTableKey, Hashable, CanonicalCodable {
  public var subaccount: Subaccount
  public var clientID: UInt32
  public var flags: UInt32
  public var pair: UInt32

  @inlinable public init(_ subaccount: Subaccount, clientID: UInt32, flags: UInt32, pair: UInt32) {
    self.subaccount = subaccount
    self.clientID = clientID
    self.flags = flags
    self.pair = pair
  }

  public var isShortTerm: Bool { flags == OrderFlags.shortTerm }
  public var isStateful: Bool { !isShortTerm }
  public var isConditional: Bool { flags == OrderFlags.conditional }

  @inlinable public static var keySize: Int { 36 }

  @inlinable public func encodeKey(into bytes: inout [UInt8]) {
    subaccount.encodeKey(into: &bytes)
    clientID.encodeKey(into: &bytes)
    flags.encodeKey(into: &bytes)
    pair.encodeKey(into: &bytes)
  }

  @inlinable public init?(keyBytes: ArraySlice<UInt8>) {
    guard keyBytes.count == 36, let subaccount = Subaccount(keyBytes: keyBytes.prefix(24)),
      let rest = Triple<UInt32, UInt32, UInt32>(keyBytes: keyBytes.dropFirst(24))
    else { return nil }
    self.init(subaccount, clientID: rest.first, flags: rest.second, pair: rest.third)
  }

  @inlinable public var hashWord: UInt64 {
    mixedWord(mixedWord(subaccount.hashWord, UInt64(clientID)), UInt64(flags) << 32 | UInt64(pair))
  }

  @inlinable public static func < (left: OrderKey, right: OrderKey) -> Bool {
    if left.subaccount != right.subaccount { return left.subaccount < right.subaccount }
    if left.clientID != right.clientID { return left.clientID < right.clientID }
    return left.flags != right.flags ? left.flags < right.flags : left.pair < right.pair
  }

  public var keyDescription: String { "\(subaccount.keyDescription), client \(clientID), flags \(flags), pair \(pair)" }

  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(subaccount)
    encoder.encode(clientID)
    encoder.encode(flags)
    encoder.encode(pair)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    subaccount = try decoder.decode()
    clientID = try decoder.decodeInteger()
    flags = try decoder.decodeInteger()
    pair = try decoder.decodeInteger()
  }

  /// The id as it travels in messages.
  public var wire: OrderID {
    OrderID(
      subaccount: SubaccountID(owner: Bech32Owner.text(subaccount.owner), number: subaccount.number),
      clientID: clientID, flags: flags, clobPair: pair)
  }
}
