import Canonical
import GMX
import Quantities
import StateStore
import Testing

@Suite struct ClaimTests {
  /// Impact beyond the limit is paid once, in full, after the delay; before it nothing is due.
  @Test func collateralIsClaimedAfterTheDelay() throws {
    let account = try #require(Address([UInt8](repeating: 9, count: 20)))
    var state = GMXState()
    state.settings.set(StoreKey(.claimableCollateralTimeDivisor), 3_600)
    state.settings.set(StoreKey(.claimableCollateralDelay), 432_000)
    state.amounts.set(StoreKey(.claimableCollateralAmount, 1, token: 2, number: 100, account: account), 420)
    state.amounts.set(StoreKey(.claimableCollateralAmount, 1, token: 2), 500)
    state.balances.set(Pair(Holder.market(1), 2), 500)
    let early = #expect(throws: Revert.self) {
      try state.claimCollateral(1, 2, timeKey: 100, account, time: 360_000 + 432_000)
    }
    #expect(early?.error == .collateralAlreadyClaimed)
    #expect(try state.claimCollateral(1, 2, timeKey: 100, account, time: 360_000 + 432_001) == 420)
    #expect(state.balance(of: account, 2) == 420)
    #expect(state.amounts[StoreKey(.claimableCollateralAmount, 1, token: 2)] == 80)
    let again = #expect(throws: Revert.self) {
      try state.claimCollateral(1, 2, timeKey: 100, account, time: 900_000)
    }
    #expect(again?.error == .collateralAlreadyClaimed)
  }
}
