import Canonical
import Ledger
import StateStore
import VenueKit

extension HyperliquidState {
  /// What is held, by owner and token, against what resting orders need; and builders only of orders that are there.
  func spotViolation() -> Violation? {
    var held: [LedgerKey] = []
    ledger.balances.forEachSorted { key, _ in if key.purpose == Purpose.spotHold.rawValue { held.append(key) } }
    var needs: [(key: LedgerKey, amount: Int128)] = []
    orders.forEachSorted { _, order in
      let market = parameters.markets[Int(order.asset)]
      guard market.isSpot else { return }
      let key = LedgerKey(
        holdPurse(address(order.account)),
        asset: Self.asset(ofToken: Self.spotToken(market, isBuy: order.isBuy)))
      needs.append((key, Self.spotNeed(market, isBuy: order.isBuy, order.size, at: order.price)))
    }
    needs.sort { $0.key < $1.key }
    var sums: [(key: LedgerKey, amount: Int128)] = []
    for need in needs {
      if let last = sums.last, last.key == need.key {
        sums[sums.count - 1].amount += need.amount
      } else {
        sums.append(need)
      }
    }
    for sum in sums {
      let amount = ledger.balances[sum.key]?.amount ?? 0
      if amount != sum.amount {
        return Violation(
          invariant: "spotHolds", site: sum.key.keyDescription, detail: "held \(amount), needed \(sum.amount)")
      }
    }
    if held.count != sums.count {
      return Violation(invariant: "spotHolds", site: "holds", detail: "\(held.count) holds, \(sums.count) needed")
    }
    var violation: Violation?
    registry.value.builderOrders.forEachSorted { oid, _ in
      if violation == nil, !orders.contains(oid), !triggers.contains(oid) {
        violation = Violation(invariant: "spotHolds", site: "order \(oid)", detail: "pays a builder and is gone")
      }
    }
    return violation
  }

  func ownerViolation() -> Violation? {
    var violation: Violation?
    func broken(_ site: Address, _ detail: String) {
      if violation == nil { violation = Violation(invariant: "ownersKnown", site: site.description, detail: detail) }
    }
    var entries = 0
    subAccounts.forEachSorted { key, record in
      entries += 1
      let kind: AccountRecord.Kind = key.second >= Self.dexPlace ? .dex : .subAccount
      if owned(record.address, by: key.first, kind) == nil { broken(record.address, "not its owner's") }
    }
    var made = 0
    accounts.forEachSorted { address, record in
      switch record.kind {
      case .subAccount, .dex: made += 1
      case .userVault: if vaults[address]?.leader != record.owner { broken(address, "a vault without its record") }
      default: if record.owner != .zero { broken(address, "an owner of nobody") }
      }
    }
    if made != entries { broken(.zero, "\(made) owned accounts, \(entries) entries") }
    return violation
  }
}
