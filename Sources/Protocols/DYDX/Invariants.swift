import Ledger
import Quantities
import StateStore
public import VenueKit

/// What must be true of every committed state. Rule DYDX-97.
extension DYDXVenue {
  public static let invariants: [Invariant<DYDXState>] = [
    Invariant("ledgerConserved", "All purses add up to what came in less what left.", cost: .full) { state, _ in
      if let broken = state.ledger.conservation().first {
        return Violation(invariant: "ledgerConserved", site: "ledger", detail: "\(broken)")
      }
      let issued = Int256(state.ledger.issued(Purse.dollar))
      let flows = (try? state.counter(.deposits) - state.counter(.withdrawals)) ?? 0
      return issued == flows
        ? nil : Violation(invariant: "ledgerConserved", site: "flows", detail: "issued \(issued), flows \(flows)")
    },
    Invariant(
      "poolsBackAccounts",
      "Each collateral pool is its accounts' dollars, their unsettled funding and the rounding dust, to the last part.",
      cost: .full
    ) { state, _ in state.poolViolation() },
    Invariant(
      "openInterestBalanced", "In every perpetual longs and shorts are equal, and open interest is their sum.",
      cost: .full
    ) { state, _ in state.openInterestViolation() },
    Invariant("fillsBounded", "No order of the state is filled beyond its size.", cost: .full) { state, _ in
      var violation: Violation?
      state.orders.forEachSorted { key, record in
        if violation == nil && state.filled(key) >= record.order.quantums {
          violation = Violation(
            invariant: "fillsBounded", site: key.keyDescription,
            detail: "\(state.filled(key)) of \(record.order.quantums)")
        }
      }
      return violation
    },
    Invariant(
      "insuranceTold", "The insurance funds hold what they began with, less what fills told that they paid.",
      cost: .full
    ) { state, _ in state.insuranceViolation() },
    Invariant(
      "vaultSharesOwned",
      "The megavault's shares are those of its owners, no lock exceeds them, and their values are within the equity.",
      cost: .full
    ) { state, _ in state.shareViolation() },
    Invariant("partsBounded", "A time-weighted order has no more left than its size.", cost: .full) { state, _ in
      var violation: Violation?
      state.timeWeighted.forEachSorted { key, record in
        if violation == nil && record.remainingQuantums > record.order.quantums {
          violation = Violation(
            invariant: "partsBounded", site: key.keyDescription,
            detail: "\(record.remainingQuantums) of \(record.order.quantums)")
        }
      }
      return violation
    },
    Invariant("isolationHeld", "An isolated position stands alone in its account.", cost: .full) { state, _ in
      var violation: Violation?
      state.subaccounts.forEachSorted { key, account in
        let isolated = account.positions.contains { state.perpetuals[$0.perpetual]?.isIsolated == true }
        if violation == nil && isolated && account.positions.count > 1 {
          violation = Violation(invariant: "isolationHeld", site: key.keyDescription, detail: "\(account.positions)")
        }
      }
      return violation
    },
    Invariant("openOrdersCounted", "Every account's count is that of its open stateful orders.", cost: .full) {
      state, _ in state.countViolation()
    },
    Invariant("blockTablesEmpty", "What belongs to one block ended with it.", cost: .constant) { state, _ in
      state.blockStats.isEmpty && state.liquidationInfos.isEmpty && state.tradedPrices.isEmpty
        ? nil : Violation(invariant: "blockTablesEmpty", site: "block", detail: "left over")
    },
    Invariant("derivedMatchesTables", "Everything derived is what the tables rebuild.", cost: .full) { state, _ in
      state.derived == state.rebuiltOrders
        ? nil : Violation(invariant: "derivedMatchesTables", site: "orders", detail: "differ")
    },
  ]
}

extension DYDXState {
  /// Sums by pool, exact: the pool's dollars in 10^-6 quote quantums are those of its accounts, what their positions would
  /// settle now, and the dust of earlier settlements.
  func poolViolation() -> Violation? {
    var sums: [UInt64: Int256] = [:]  // lookup only
    var numbers: Set<UInt64> = [0]
    for id in perpetuals.sortedKeys() { numbers.insert(pool(ofPerpetual: id).number) }
    do throws(ArithmeticError) {
      for key in subaccounts.sortedKeys() {
        guard let account = subaccounts[key] else { continue }
        let number = pool(of: account).number
        var parts = try account.quoteQuantums * Integers.million
        for position in account.positions {
          parts =
            try parts
            + Funding.settlementPpm(
              quantums: position.quantums, index: position.fundingIndex,
              currentIndex: infos[position.perpetual]?.fundingIndex ?? 0)
        }
        sums[number] = try (sums[number] ?? 0) + parts
      }
      for number in numbers.sorted() {
        let pool: CollateralPool = number == 0 ? .cross : .isolated(UInt32(number - 1))
        let held = try Int256(ledger.balance(of: Purse.pool(pool), asset: Purse.dollar)) * Integers.million
        let owed = try (sums[number] ?? 0) + (dust[number]?.value ?? 0)
        if held != owed {
          return Violation(invariant: "poolsBackAccounts", site: "pool \(number)", detail: "held \(held), owed \(owed)")
        }
      }
    } catch {
      return Violation(invariant: "poolsBackAccounts", site: "sum", detail: "\(error)")
    }
    return nil
  }

  func openInterestViolation() -> Violation? {
    var longs: [UInt32: Int256] = [:]  // lookup only
    var nets: [UInt32: Int256] = [:]  // lookup only
    subaccounts.forEachSorted { _, account in
      for position in account.positions {
        nets[position.perpetual] = try? (nets[position.perpetual] ?? 0) + position.quantums
        if !position.quantums.isNegative {
          longs[position.perpetual] = try? (longs[position.perpetual] ?? 0) + position.quantums
        }
      }
    }
    for id in perpetuals.sortedKeys() {
      let (long, net) = (longs[id] ?? 0, nets[id] ?? 0)
      let known = infos[id]?.openInterest ?? 0
      if !net.isZero || long != known {
        return Violation(
          invariant: "openInterestBalanced", site: symbol(ofPerpetual: id),
          detail: "net \(net), long \(long), known \(known)")
      }
    }
    return nil
  }

  func countViolation() -> Violation? {
    var counts: [Subaccount: UInt64] = [:]  // lookup only
    for key in derived.live where key.flags != OrderFlags.timeWeightedPart { counts[key.subaccount, default: 0] += 1 }
    for key in openOrders.sortedKeys() {
      let known = openOrders[key]?.value ?? 0
      if known != counts[key, default: 0] {
        return Violation(
          invariant: "openOrdersCounted", site: key.keyDescription,
          detail: "\(known) known, \(counts[key, default: 0]) open")
      }
      counts[key] = nil
    }
    return counts.isEmpty
      ? nil : Violation(invariant: "openOrdersCounted", site: "accounts", detail: "\(counts.count) uncounted")
  }
}
