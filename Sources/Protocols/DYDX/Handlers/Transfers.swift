import Canonical
import Ledger
import Quantities
import StateStore

// Rules DYDX-28, DYDX-29 and DYDX-88: money between accounts, into them and out of them, and leverage.
extension DYDXState {
  /// Between two accounts.
  mutating func transfer(
    from sender: Subaccount, to recipient: Subaccount, amount: UInt64, height: UInt64
  ) throws(MathematicsError) {
    guard sender != recipient else { throw .refused(.senderSameAsRecipient) }
    let (source, target) = (pool(of: holdings(sender)), pool(of: holdings(recipient)))
    try applyDollars([(sender, amount, false), (recipient, amount, true)], type: .transfer, height: height)
    ensureOwner(recipient.owner)
    if source != target { try move(Int256(amount), from: Purse.pool(source), to: Purse.pool(target)) }
  }

  /// From a bank balance into an account. Closed pools refuse deposits too.
  mutating func deposit(
    from owner: Address, to recipient: Subaccount, amount: UInt64, height: UInt64
  ) throws(MathematicsError) {
    try checkOpen([(recipient, amount, true)], height: height)
    try move(Int256(amount), from: Purse.bank(owner), to: Purse.pool(pool(of: holdings(recipient))))
    try applyDollars([(recipient, amount, true)], type: .deposit, height: height)
  }

  mutating func withdraw(
    from sender: Subaccount, to recipient: Address, amount: UInt64, height: UInt64
  ) throws(MathematicsError) {
    try move(Int256(amount), from: Purse.pool(pool(of: holdings(sender))), to: Purse.bank(recipient))
    try applyDollars([(sender, amount, false)], type: .withdrawal, height: height)
    ensureOwner(recipient)
  }

  /// A deposit from outside: into the bank and on into the person's first account.
  mutating func bridge(_ amount: UInt64, to person: Address, height: UInt64) throws(MathematicsError) {
    guard amount > 0 else { throw .refused(.invalidTransferAmount) }
    let target = Subaccount(person)
    do throws(LedgerRefusal) {
      try ledger.deposit(Int128(amount), asset: Purse.dollar, to: Purse.pool(pool(of: holdings(target))))
    } catch {
      throw .arithmetic(.overflow)
    }
    try applyDollars([(target, amount, true)], type: .deposit, height: height)
    add(Int256(amount), to: .deposits)
    ensureOwner(person)
    noteFlow(of: person, in: amount, out: 0)
  }

  /// Out of the chain.
  mutating func leave(_ amount: UInt64, from owner: Address) throws(MathematicsError) {
    guard amount > 0 else { throw .refused(.invalidTransferAmount) }
    do throws(LedgerRefusal) {
      try ledger.withdraw(Int128(amount), asset: Purse.dollar, from: Purse.bank(owner))
    } catch {
      throw .refused(.insufficientFunds)
    }
    add(Int256(amount), to: .withdrawals)
    noteFlow(of: owner, in: 0, out: amount)
  }

  private mutating func noteFlow(of person: Address, in deposited: UInt64, out withdrawn: UInt64) {
    flows.upsert(person, default: StatsRecord()) { flow in
      flow.taker = (try? flow.taker + Int256(deposited)) ?? flow.taker
      flow.maker = (try? flow.maker + Int256(withdrawn)) ?? flow.maker
    }
  }

  typealias DollarChange = (subaccount: Subaccount, amount: UInt64, isIncoming: Bool)

  private func updates(_ changes: [DollarChange]) throws(MathematicsError) -> [SubaccountUpdate] {
    var result: [SubaccountUpdate] = []
    for change in changes {
      guard change.amount > 0 else { throw .refused(.invalidTransferAmount) }
      let delta = Int256(change.amount)
      result.append(
        SubaccountUpdate(
          change.subaccount,
          quoteDelta: try computing { () throws(ArithmeticError) in
            change.isIncoming ? delta : try delta.negated()
          }))
    }
    return result
  }

  /// Every movement must first be possible as a transfer, so that closed pools take no deposits.
  private func checkOpen(_ changes: [DollarChange], height: UInt64) throws(MathematicsError) {
    guard try checkUpdates(updates(changes), type: .transfer, height: height).isSuccess else {
      throw .refused(.failedToUpdateSubaccounts)
    }
  }

  private mutating func applyDollars(
    _ changes: [DollarChange], type: UpdateType, height: UInt64
  ) throws(MathematicsError) {
    guard try applyUpdates(updates(changes), type: type, height: height).isSuccess else {
      throw .refused(.failedToUpdateSubaccounts)
    }
  }

  /// Sets the account's own initial margin of markets. Afterwards the account must meet its requirement, with the margins
  /// of this message alone.
  mutating func updateLeverage(
    _ subaccount: Subaccount, _ choices: [LeverageChoice]
  ) throws(MathematicsError) {
    guard !choices.isEmpty else { throw .refused(.invalidLeverage) }
    var custom: [UInt32: Int256] = [:]  // lookup only
    for choice in choices {
      guard let pair = pairs[choice.pair] else { throw .refused(.invalidClob) }
      let least = try terms(pair.perpetual).tier.initialMarginPpm
      guard Int256(choice.ppm) >= least, Int256(choice.ppm) <= Integers.million else {
        throw .refused(.leverageExceedsMaximum)
      }
      guard custom.updateValue(Int256(choice.ppm), forKey: pair.perpetual) == nil else {
        throw .refused(.invalidLeverage)
      }
    }
    let risk = try settled(subaccount).risk(customPpm: { custom[$0] ?? 0 }) { (perpetual) throws(MathematicsError) in
      try terms(perpetual)
    }
    guard risk.isInitialCollateralized else { throw .refused(.leverageViolatesMarginRequirements) }
    for choice in choices {
      if let pair = pairs[choice.pair] {
        leverages.set(Pair(subaccount, pair.perpetual), Whole(UInt64(choice.ppm)))
      }
    }
  }
}
