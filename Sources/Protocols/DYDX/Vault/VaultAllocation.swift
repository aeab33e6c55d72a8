import Quantities
import StateStore

// Rule DYDX-178: where the megavault's dollars stand.
extension DYDXState {
  /// From the main account into the vault of a pair; a new vault begins standing by.
  mutating func allocate(_ amount: UInt64, toVaultOf pair: UInt32, height: UInt64) throws(MathematicsError) {
    guard pairs.contains(pair) else { throw .refused(.vaultClobPairNotFound) }
    try transferDollars(amount, from: VaultAddress.main, to: VaultAddress.vault(pair), height: height)
    if !vaults.contains(pair) { setVault(pair, VaultRecord(status: .standBy)) }
  }

  /// What the operator moves now, by pair: every vault with a target is brought up to its part of the megavault out of
  /// the main account, as far as that reaches. Gaps below a hundredth of the megavault, or below 1,000 dollars, wait.
  func allocationsDue() -> [(pair: UInt32, amount: UInt64)] {
    guard !vaultTargets.isEmpty, let whole = try? megavaultEquity(), whole > 0,
      var free = try? equity(of: VaultAddress.main), free >= Self.leastAllocation
    else { return [] }
    var moves: [(pair: UInt32, amount: UInt64)] = []
    for pair in vaultTargets.sortedKeys() {
      guard let target = vaultTargets[pair]?.value, vaults[pair]?.status == .quoting,
        let held = try? equity(of: VaultAddress.vault(pair)),
        let wanted = try? Int256.multiplyDivide(whole, Int256(target), by: Integers.million, rounding: .floor),
        let gap = try? wanted - max(held, 0),
        let least = try? Int256.multiplyDivide(whole, 1, by: 100, rounding: .floor)
      else { continue }
      let amount = min(gap, free)
      guard amount >= max(least, Self.leastAllocation), let quantums = UInt64(exactly: amount),
        let rest = try? free - amount
      else { continue }
      free = rest
      moves.append((pair, quantums))
    }
    return moves
  }

  /// 1,000 dollars in quote quantums.
  private static let leastAllocation: Int256 = 1_000_000_000
}
