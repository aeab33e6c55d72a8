import Quantities
import StateStore

// Rules DYDX-21 to DYDX-27: what an update must satisfy. Nothing is written here.
extension DYDXState {
  /// Judges updates. With `areUnique` one account may appear once, and the updates belong together; without it each is
  /// judged against the same state. Throws what the chain answers with an error instead of results.
  public func checkUpdates(
    _ updates: [SubaccountUpdate], type: UpdateType, height: UInt64, areUnique: Bool = true
  ) throws(MathematicsError) -> UpdateOutcome {
    for update in updates {
      for delta in update.positionDeltas { _ = try terms(delta.perpetual) }
    }
    if areUnique {
      for (place, update) in updates.enumerated() {
        for other in updates[..<place] where other.subaccount == update.subaccount {
          throw .refused(.nonUniqueUpdates)
        }
      }
    }
    var outcome = UpdateOutcome(results: [], updates: [])
    for update in updates { outcome.updates.append(try settledUpdate(update)) }
    outcome.results = outcome.updates.map { violatesIsolation($0) ? .violatesIsolatedSubaccountConstraints : .success }
    if !outcome.isSuccess { return outcome }
    if type == .withdrawal || type == .transfer, isGated(outcome.updates, height: height) {
      outcome.results = updates.map { _ in .withdrawalsAndTransfersBlocked }
      return outcome
    }
    if type == .match { outcome.openInterest = try openInterestChange(outcome.updates) }
    for (place, update) in outcome.updates.enumerated() {
      outcome.results[place] = try collateralResult(update, openInterest: outcome.openInterest)
    }
    return outcome
  }

  func settledUpdate(_ update: SubaccountUpdate) throws(MathematicsError) -> SettledUpdate {
    let raw = holdings(update.subaccount)
    var sum: Int256 = 0
    var payments: [FundingPayment] = []
    var before = raw
    for index in raw.positions.indices {
      let position = raw.positions[index]
      let current = try terms(position.perpetual).fundingIndex
      if current == position.fundingIndex { continue }
      before.positions[index].fundingIndex = current
      try computing { () throws(ArithmeticError) in
        let ppm = try Funding.settlementPpm(
          quantums: position.quantums, index: position.fundingIndex, currentIndex: current)
        sum = try sum + ppm
        let payment = try ppm.divided(by: Integers.million, rounding: .floor).negated()
        if !payment.isZero { payments.append(FundingPayment(perpetual: position.perpetual, amount: payment)) }
      }
    }
    return try computing { () throws(ArithmeticError) in
      let paid = try sum.divided(by: Integers.million, rounding: .floor)
      before.quoteQuantums = try before.quoteQuantums + paid
      var after = before
      after.quoteQuantums = try after.quoteQuantums + update.quoteDelta
      for delta in update.positionDeltas {
        try after.add(delta.quantums, to: delta.perpetual, currentIndex: infos[delta.perpetual]?.fundingIndex ?? 0)
      }
      let dust = try sum - paid * Integers.million
      return SettledUpdate(update: update, before: before, after: after, payments: payments, dust: dust)
    }
  }

  /// Isolated perpetuals stand alone in their account and in their update.
  private func violatesIsolation(_ update: SettledUpdate) -> Bool {
    let deltas = update.update.positionDeltas
    guard !deltas.isEmpty else { return false }
    if deltas.count > 1 && deltas.contains(where: { perpetuals[$0.perpetual]?.isIsolated == true }) { return true }
    for position in update.before.positions {
      let isIsolated = perpetuals[position.perpetual]?.isIsolated == true
      for delta in deltas where delta.perpetual != position.perpetual {
        if isIsolated || perpetuals[delta.perpetual]?.isIsolated == true { return true }
      }
    }
    return false
  }

  /// Withdrawals and transfers are closed for some blocks after a negative account was seen in a pool that the updates
  /// touch, and after an outage.
  private func isGated(_ updates: [SettledUpdate], height: UInt64) -> Bool {
    func isRecent(_ seen: UInt64) -> Bool { height >= seen && height - seen < parameters.gatingBlocks }
    if let outage = UInt64(exactly: counter(.outageHeight)), outage > 0, isRecent(outage) { return true }
    if negativeSeen.isEmpty { return false }
    for update in updates {
      var pools = [pool(of: update.before)]
      if let delta = update.update.positionDeltas.first { pools.append(pool(ofPerpetual: delta.perpetual)) }
      for pool in pools {
        if let seen = negativeSeen[pool.number], isRecent(seen.value) { return true }
      }
    }
    return false
  }

  private func openInterestChange(
    _ updates: [SettledUpdate]
  ) throws(MathematicsError) -> (perpetual: UInt32, quantums: Int256) {
    let change: (perpetual: UInt32, quantums: Int256)
    do throws(OpenInterest.Violation) {
      change = try OpenInterest.delta(
        ofMatch: updates.map { OpenInterest.Side(before: $0.before, deltas: $0.update.positionDeltas) })
    } catch {
      throw .arithmetic(.outOfDomain)
    }
    let total = try computing { () throws(ArithmeticError) in
      try (infos[change.perpetual]?.openInterest ?? 0) + change.quantums
    }
    guard !total.isNegative else { throw .refused(.negativeOpenInterest) }
    return change
  }

  /// The rule of transitions, at the open interest that the match leaves.
  private func collateralResult(
    _ update: SettledUpdate, openInterest: (perpetual: UInt32, quantums: Int256)?
  ) throws(MathematicsError) -> UpdateResult {
    func risk(_ holdings: AccountHoldings) throws(MathematicsError) -> Risk {
      try holdings.risk(
        customPpm: { perpetual in
          leverages.isEmpty ? 0 : Int256(leverages[Pair(update.update.subaccount, perpetual)]?.value ?? 0)
        }
      ) { (perpetual) throws(MathematicsError) in
        var terms = try terms(perpetual)
        if let openInterest, openInterest.perpetual == perpetual {
          terms.openInterest = try computing { () throws(ArithmeticError) in
            try terms.openInterest + openInterest.quantums
          }
        }
        return terms
      }
    }
    let new = try risk(update.after)
    if new.isInitialCollateralized { return .success }
    return UpdateResult.ofUndercollateralizedTransition(from: try risk(update.before), to: new)
  }
}
