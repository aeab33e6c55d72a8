public import Canonical
public import StateStore

/// What a balance is for inside a room: cash, margin, insurance, fees. A room declares each once, as a constant.
@frozen public struct LedgerPurpose: Sendable, Equatable {
  /// The room's own number; part of the balance's key.
  public let rawValue: UInt32
  public let name: StaticString
  /// Whether the balance may stand below zero: an unpaid deficit, a counterparty of last resort.
  public let mayBeNegative: Bool

  @inlinable public init(_ rawValue: UInt32, named name: StaticString, mayBeNegative: Bool = false) {
    self.rawValue = rawValue
    self.name = name
    self.mayBeNegative = mayBeNegative
  }

  @inlinable public static func == (left: LedgerPurpose, right: LedgerPurpose) -> Bool {
    left.rawValue == right.rawValue && left.mayBeNegative == right.mayBeNegative
  }
}

/// Whose money it is, and what for.
@frozen public struct LedgerAccount: Sendable, Equatable {
  public let owner: Address
  public let purpose: LedgerPurpose

  @inlinable public init(_ owner: Address, _ purpose: LedgerPurpose) {
    self.owner = owner
    self.purpose = purpose
  }
}

/// The key of a balance: owner, then asset, then purpose, so that one owner's balances stand together.
@frozen public struct LedgerKey: FixedSizeTableKey {
  public let owner: Address
  public let asset: UInt32
  public let purpose: UInt32

  @inlinable public init(owner: Address, asset: UInt32, purpose: UInt32) {
    self.owner = owner
    self.asset = asset
    self.purpose = purpose
  }

  @inlinable public init(_ account: LedgerAccount, asset: UInt32) {
    self.init(owner: account.owner, asset: asset, purpose: account.purpose.rawValue)
  }

  @inlinable public static var keySize: Int { 28 }

  @inlinable public func encodeKey(into bytes: inout [UInt8]) {
    owner.encodeKey(into: &bytes)
    asset.encodeKey(into: &bytes)
    purpose.encodeKey(into: &bytes)
  }

  @inlinable public init?(keyBytes: ArraySlice<UInt8>) {
    guard let parts = Triple<Address, UInt32, UInt32>(keyBytes: keyBytes) else { return nil }
    self.init(owner: parts.first, asset: parts.second, purpose: parts.third)
  }

  @inlinable public var hashWord: UInt64 {
    mixedWord(owner.hashWord, UInt64(asset) << 32 | UInt64(purpose))
  }

  @inlinable public static func < (left: LedgerKey, right: LedgerKey) -> Bool {
    if left.owner != right.owner { return left.owner < right.owner }
    if left.asset != right.asset { return left.asset < right.asset }
    return left.purpose < right.purpose
  }

  public var keyDescription: String { "owner \(owner.keyDescription), asset \(asset), purpose \(purpose)" }
}

/// The key of an asset's issued amount.
public typealias AssetKey = UInt32

/// A balance in the asset's smallest unit; positive is owed to the owner. A balance of zero has no record.
@frozen public struct Balance: CanonicalCodable, Equatable {
  public var amount: Int128

  @inlinable public init(amount: Int128) { self.amount = amount }

  @inlinable public func encode(into encoder: inout CanonicalEncoder) { encoder.encode(amount) }

  @inlinable public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    amount = try decoder.decodeInteger()
    if amount == 0 { throw .invalidValue("a balance of zero has no record") }
  }
}

/// Deposits less withdrawals of an asset, in its smallest unit. Zero has no record.
@frozen public struct IssuedAmount: CanonicalCodable, Equatable {
  public var amount: Int128

  @inlinable public init(amount: Int128) { self.amount = amount }

  @inlinable public func encode(into encoder: inout CanonicalEncoder) { encoder.encode(amount) }

  @inlinable public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    amount = try decoder.decodeInteger()
    if amount == 0 { throw .invalidValue("an issued amount of zero has no record") }
  }
}
