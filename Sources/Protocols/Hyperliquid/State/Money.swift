import Canonical
import Ledger
import StateStore

/// What money is for in this room. Raw USD of an account is what it paid in less what its positions cost, so it may be
/// negative; account value is never taken from it alone. Rule HL-30.
enum Purpose {
  static let usdc: UInt32 = 0
  static let cross = LedgerPurpose(1, named: "perp cross", mayBeNegative: true)
  /// Funding that payers have paid and receivers not yet taken; the rounding remainders stay here. Rule HL-44.
  static let funding = LedgerPurpose(2, named: "funding", mayBeNegative: true)
  static let fees = LedgerPurpose(3, named: "assistance fund")
  static let bridgeFees = LedgerPurpose(4, named: "bridge and activation fees")
  /// What nobody paid.
  static let deficit = LedgerPurpose(5, named: "unpaid", mayBeNegative: true)

  /// What referrers and builders have earned and not yet claimed.
  static let rewards = LedgerPurpose(6, named: "unclaimed rewards")
  static let spot = LedgerPurpose(7, named: "spot")
  /// Behind resting spot orders.
  static let spotHold = LedgerPurpose(8, named: "spot hold")

  static func isolated(_ asset: AssetID) -> LedgerPurpose {
    LedgerPurpose(256 + asset, named: "isolated margin", mayBeNegative: true)
  }
}

extension HyperliquidState {
  @inline(__always) func purse(_ account: AccountID, _ market: MarketCache) -> LedgerAccount {
    market.isCross ? crossPurse(account) : LedgerAccount(address(account), Purpose.isolated(market.asset))
  }

  @inline(__always) func crossPurse(_ account: AccountID) -> LedgerAccount {
    LedgerAccount(address(account), Purpose.cross)
  }

  func housePurse(_ purpose: LedgerPurpose) -> LedgerAccount { LedgerAccount(.zero, purpose) }

  @inline(__always) func balance(_ purse: LedgerAccount) -> Money { ledger.balance(of: purse, asset: Purpose.usdc) }

  /// Moves `amount`; a negative one moves the other way.
  mutating func move(_ amount: Money, from payer: LedgerAccount, to receiver: LedgerAccount) {
    do {
      if amount > 0 {
        try ledger.move(amount, asset: Purpose.usdc, from: payer, to: receiver)
      } else if amount < 0 {
        try ledger.move(-amount, asset: Purpose.usdc, from: receiver, to: payer)
      }
    } catch {
      preconditionFailure("money that moves was checked to be there")
    }
  }

  mutating func issue(_ amount: Money, to purse: LedgerAccount) {
    do {
      try ledger.deposit(amount, asset: Purpose.usdc, to: purse)
    } catch {
      preconditionFailure("deposits stay below their bound")
    }
  }

  mutating func retire(_ amount: Money, from purse: LedgerAccount) {
    do {
      try ledger.withdraw(amount, asset: Purpose.usdc, from: purse)
    } catch {
      preconditionFailure("a withdrawal was checked to be there")
    }
  }
}
