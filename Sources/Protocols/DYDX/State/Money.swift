public import Canonical
public import Ledger

/// Whose money stands where. Every dollar on the chain is in one of these; what an account owns of its collateral pool
/// is told by its record.
public enum Purse {
  public static let dollar: UInt32 = 0
  /// The reward token, in its smallest units.
  public static let token: UInt32 = 1
  static let bankPurpose = LedgerPurpose(1, named: "bank")
  static let poolPurpose = LedgerPurpose(2, named: "collateral pool")
  static let insurancePurpose = LedgerPurpose(3, named: "insurance fund")
  static let feePurpose = LedgerPurpose(4, named: "fee collector")

  /// A person's or a module's own balance outside every account.
  public static func bank(_ owner: Address) -> LedgerAccount { LedgerAccount(owner, bankPurpose) }
  /// What backs all accounts of a pool.
  public static func pool(_ pool: CollateralPool) -> LedgerAccount { LedgerAccount(pool.owner, poolPurpose) }
  public static func insurance(_ pool: CollateralPool) -> LedgerAccount {
    LedgerAccount(pool.owner, insurancePurpose)
  }
  public static let fees = LedgerAccount(.zero, feePurpose)
  /// Tokens that rewards are paid from.
  public static let treasury = bank(VaultAddress.module("rewards_treasury"))

  /// A purse by the name that the chain gives the module's account: `subaccounts`, `insurance_fund:3`.
  public struct Name: Sendable {
    public let account: LedgerAccount

    public init(module: String) {
      let parts = module.split(separator: ":", maxSplits: 1)
      let pool = parts.count == 2 ? UInt32(parts[1]).map { CollateralPool.isolated($0) } ?? .cross : .cross
      switch parts.first {
      case "subaccounts": account = Purse.pool(pool)
      case "insurance_fund": account = Purse.insurance(pool)
      default: account = Purse.fees
      }
    }
  }
}

/// Accounts share one pool; each isolated perpetual has its own, and its own insurance fund.
public enum CollateralPool: Sendable, Hashable {
  case cross
  case isolated(UInt32)

  /// Zero for the shared pool, then one more than the perpetual; the number in keys.
  public var number: UInt64 {
    switch self {
    case .cross: 0
    case .isolated(let perpetual): UInt64(perpetual) + 1
    }
  }

  var owner: Address { Address(word0: 0, word1: 0, word2: 0).withNumber(number) }
}

extension Address {
  fileprivate func withNumber(_ number: UInt64) -> Address { Address(word0: word0, word1: number, word2: word2) }
}
