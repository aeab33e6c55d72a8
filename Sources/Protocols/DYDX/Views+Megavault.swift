import Canonical
import Quantities
import VenueKit

/// The pool of this venue: the megavault, whose shares are all alike, whatever its vaults do.
extension DYDXState {
  static let megavaultName = "megavault"

  /// Shares are told as units of 10^6, so that one is worth a dollar at the first deposit.
  func megavaultView(_ value: Int256) -> PoolView {
    let shares = totalShares
    let price =
      shares.isZero
      ? Int256(CommonScale.one)
      : (try? Int256.multiplyDivide(value, Int256(CommonScale.one), by: shares, rounding: .truncation)) ?? 0
    return PoolView(
      name: Self.megavaultName, value: CommonFigures.money(value), shares: CommonFigures.money(shares),
      sharePrice: CommonFigures.narrowed(price), netDeposits: CommonFigures.money(counter(.vaultDeposits)))
  }

  /// An owner's part of the megavault's equity, toward zero; what a withdrawal's slippage would keep back is not taken off.
  func providedValue(of owner: Address) -> Int128 {
    guard let owned = vaultShares[owner]?.value, !totalShares.isZero, let whole = try? megavaultEquity() else {
      return 0
    }
    let value = try? Int256.multiplyDivide(
      Int256(CommonFigures.money(whole)), owned, by: totalShares, rounding: .truncation)
    return CommonFigures.narrowed(value ?? 0)
  }
}
