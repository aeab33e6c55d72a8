import Canonical
import StateStore

/// Tables that few actions touch. They stand together behind one reference, so that the state stays small to copy.
public struct Registry: Sendable {
  public var profiles = Table<AccountID, ProfileRecord>(40, named: "profiles")
  /// A master's sub-accounts by place, and from `dexPlace` on its accounts in builder dexs.
  public var subAccounts = Table<Pair<Address, UInt16>, SubAccountRecord>(41, named: "subAccounts")
  public var vaults = Table<Address, VaultRecord>(42, named: "vaults")
  public var twaps = Table<UInt64, TwapRecord>(43, named: "twaps")
  /// The last finished ones of an account, in a ring.
  public var twapHistory = Table<Pair<AccountID, UInt8>, TwapRecord>(44, named: "twapHistory")
  /// Codes of at most 20 bytes, padded with zeros.
  public var referralCodes = Table<Address, Amount>(45, named: "referralCodes")
  /// Greatest fee that an account grants a builder, in tenths of a basis point.
  public var builderFees = Table<Pair<AccountID, Address>, Amount>(46, named: "builderFees")
  /// Resting and waiting orders that pay a builder.
  public var builderOrders = Table<UInt64, BuilderRecord>(47, named: "builderOrders")
  public var usages = Table<AccountID, UsageRecord>(48, named: "usages")
  public var dexs = Table<UInt32, DexRecord>(49, named: "dexs")
  /// What changes of a builder dex's market.
  public var dexMarkets = Table<AssetID, DexMarketRecord>(50, named: "dexMarkets")

  init() {}

  @inlinable public mutating func visitTables(_ visitor: inout some TableVisitor) {
    visitor.visit(&profiles)
    visitor.visit(&subAccounts)
    visitor.visit(&vaults)
    visitor.visit(&twaps)
    visitor.visit(&twapHistory)
    visitor.visit(&referralCodes)
    visitor.visit(&builderFees)
    visitor.visit(&builderOrders)
    visitor.visit(&usages)
    visitor.visit(&dexs)
    visitor.visit(&dexMarkets)
  }
}

/// A value behind a reference that copies share until one of them changes it.
@frozen public struct Shared<Value: Sendable>: Sendable {
  /// Never changed while two owners hold it, hence unchecked.
  @usableFromInline final class Storage: @unchecked Sendable {
    @usableFromInline var value: Value
    @inlinable init(_ value: Value) { self.value = value }
  }

  @usableFromInline var storage: Storage

  @inlinable public init(_ value: Value) { storage = Storage(value) }

  @inlinable public var value: Value {
    _read { yield storage.value }
    _modify {
      if !isKnownUniquelyReferenced(&storage) { storage = Storage(storage.value) }
      yield &storage.value
    }
  }
}

extension HyperliquidState {
  var profiles: Table<AccountID, ProfileRecord> {
    _read { yield registry.value.profiles }
    _modify { yield &registry.value.profiles }
  }
  var subAccounts: Table<Pair<Address, UInt16>, SubAccountRecord> {
    _read { yield registry.value.subAccounts }
    _modify { yield &registry.value.subAccounts }
  }
  var vaults: Table<Address, VaultRecord> {
    _read { yield registry.value.vaults }
    _modify { yield &registry.value.vaults }
  }
  var twaps: Table<UInt64, TwapRecord> {
    _read { yield registry.value.twaps }
    _modify { yield &registry.value.twaps }
  }
  var usages: Table<AccountID, UsageRecord> {
    _read { yield registry.value.usages }
    _modify { yield &registry.value.usages }
  }
}
