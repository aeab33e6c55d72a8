import Ledger
public import Quantities

// Rule DYDX-28: updates that passed are written together, and dollars follow positions between pools.
extension DYDXState {
  /// Judges updates and carries them out when all succeed. What is thrown leaves writes behind only where dollars could
  /// not be moved between pools; the caller's layer undoes them.
  @discardableResult
  public mutating func applyUpdates(
    _ updates: [SubaccountUpdate], type: UpdateType, height: UInt64
  ) throws(MathematicsError) -> UpdateOutcome {
    let outcome = try checkUpdates(updates, type: type, height: height)
    if outcome.isSuccess { try write(outcome) }
    return outcome
  }

  mutating func write(_ outcome: UpdateOutcome) throws(MathematicsError) {
    if let change = outcome.openInterest, !change.quantums.isZero {
      try infos.update(change.perpetual) { (info) throws(MathematicsError) in
        info.openInterest = try computing { () throws(ArithmeticError) in try info.openInterest + change.quantums }
      }
    }
    for update in outcome.updates {
      try moveCollateral(update)
      try noteFunding(update)
      if update.after.isEmpty {
        subaccounts.remove(update.update.subaccount)
      } else {
        subaccounts.set(update.update.subaccount, update.after)
      }
    }
  }

  /// The account's dollars before the update move to the pool of an isolated position that opens, those after it back
  /// when it closes.
  private mutating func moveCollateral(_ update: SettledUpdate) throws(MathematicsError) {
    guard update.update.positionDeltas.count == 1 else { return }
    let isolated = pool(ofPerpetual: update.update.positionDeltas[0].perpetual)
    guard isolated != .cross, update.before.positions.isEmpty != update.after.positions.isEmpty else { return }
    let opens = update.before.positions.isEmpty
    let amount = opens ? update.before.quoteQuantums : update.after.quoteQuantums
    guard !amount.isNegative else { throw .refused(.transferNotPositive) }
    try move(amount, from: Purse.pool(opens ? .cross : isolated), to: Purse.pool(opens ? isolated : .cross))
  }

  private mutating func noteFunding(_ update: SettledUpdate) throws(MathematicsError) {
    if !update.dust.isZero {
      try dust.upsert(pool(of: update.before).number, default: Amount(0)) { (record) throws(MathematicsError) in
        record.value = try computing { () throws(ArithmeticError) in try record.value + update.dust }
      }
    }
  }

  /// Moves dollars between purses; a payer without them is refused.
  public mutating func move(
    _ amount: Int256, from payer: LedgerAccount, to receiver: LedgerAccount
  ) throws(MathematicsError) {
    guard let whole = Int128(exactly: amount) else { throw .arithmetic(.overflow) }
    do throws(LedgerRefusal) {
      try ledger.move(whole, asset: Purse.dollar, from: payer, to: receiver)
    } catch {
      switch error {
      case .insufficientBalance: throw .refused(.insufficientFunds)
      case .negativeAmount: throw .refused(.transferNotPositive)
      case .balanceOverflow, .issuedOverflow: throw .arithmetic(.overflow)
      }
    }
  }
}
