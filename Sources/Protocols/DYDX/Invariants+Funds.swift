import Ledger
import Quantities
import VenueKit

extension DYDXState {
  /// Every movement of a fund is the delta of some fill, and is counted once.
  func insuranceViolation() -> Violation? {
    var held = Int256(ledger.balance(of: Purse.insurance(.cross), asset: Purse.dollar))
    for id in perpetuals.sortedKeys() where perpetuals[id]?.isIsolated == true {
      let own = Int256(ledger.balance(of: Purse.insurance(.isolated(id)), asset: Purse.dollar))
      held = (try? held + own) ?? held
    }
    let told = (try? counter(.insuranceFunded) - counter(.insurancePaid)) ?? 0
    return held == told
      ? nil : Violation(invariant: "insuranceTold", site: "insurance", detail: "held \(held), told \(told)")
  }

  func shareViolation() -> Violation? {
    let equity = (try? megavaultEquity()) ?? 0
    var (owned, worth): (Int256, Int256) = (0, 0)
    for owner in vaultShares.sortedKeys() {
      let shares = vaultShares[owner]?.value ?? 0
      let locked = (shareLocks[owner]?.locks ?? []).reduce(Int256(0)) { (try? $0 + $1.shares) ?? $0 }
      guard shares > 0, locked <= shares else {
        return Violation(
          invariant: "vaultSharesOwned", site: Bech32Owner.text(owner), detail: "\(shares) shares, \(locked) locked")
      }
      owned = (try? owned + shares) ?? owned
      if equity > 0, totalShares > 0,
        let value = try? Int256.multiplyDivide(equity, shares, by: totalShares, rounding: .floor)
      {
        worth = (try? worth + value) ?? worth
      }
    }
    guard owned == totalShares, worth <= max(equity, 0) else {
      return Violation(
        invariant: "vaultSharesOwned", site: "total",
        detail: "\(owned) owned of \(totalShares), worth \(worth) of \(equity)")
    }
    return nil
  }
}
