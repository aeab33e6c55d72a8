// Rule DYDX-110 for an order that came in the native form, where addresses are bytes already.
extension ClobOrder {
  private static let known = [
    OrderFlags.shortTerm, OrderFlags.conditional, OrderFlags.longTerm, OrderFlags.timeWeighted,
  ]

  /// What an order must be, whatever the state says; the first failure wins.
  func validate() throws(DYDXRefusal) {
    guard key.subaccount.number <= SubaccountID.greatestNumber else {
      throw .chain(.invalidSubaccountNumber, "\(key.subaccount.number)")
    }
    guard quantums > 0 else { throw .chain(.invalidOrderQuantums, "order size cannot be 0") }
    try GoodTilRules.validate(goodTil, flags: key.flags, known: Self.known)
    if key.flags == OrderFlags.longTerm, timeInForce == .immediateOrCancel {
      throw .chain(.longTermImmediate, "a long-term order rests")
    }
    if isReduceOnly, timeInForce != .immediateOrCancel { throw .chain(.reduceOnlyDisabled, "only at once or never") }
    if subticks == 0, key.flags != OrderFlags.timeWeighted {
      throw .chain(.invalidOrderSubticks, "order price cannot be 0")
    }
    guard key.isConditional == (condition != .none) else { throw .chain(.invalidConditionType, "\(condition)") }
    guard key.isConditional == (triggerSubticks != 0) else {
      throw .chain(.invalidTriggerSubticks, "\(triggerSubticks)")
    }
    if let builder, !(1...10_000).contains(builder.feePpm) { throw .chain(.invalidBuilderCode, "\(builder.feePpm)") }
    if key.flags == OrderFlags.timeWeighted {
      guard let terms = timeWeighting, (300...86_400).contains(terms.duration), (30...3_600).contains(terms.interval),
        terms.duration % terms.interval == 0, terms.priceTolerance < 1_000_000
      else { throw .chain(.invalidPlaceOrder, "duration, interval or tolerance of a time-weighted order") }
    }
  }
}
