// Rules DYDX-110 to DYDX-122: what a message must be, whatever the state says. The first failure wins.

extension RoomMessage {
  /// Passes silently, or throws the chain's error of the first rule that fails.
  public func validate() throws(DYDXRefusal) {
    switch self {
    case .placeOrder(let message): try message.order.validate()
    case .cancelOrder(let message): try message.validate()
    case .batchCancel(let message): try message.validate()
    case .updateLeverage(let message): try message.validate()
    case .proposedOperations: break
    case .transfer(let message): try message.validate()
    case .deposit(let message), .withdraw(let message): try message.validate()
    case .bankSend(let message): try message.validate()
    case .depositToMegavault(let message): try message.validate()
    case .withdrawFromMegavault(let message): try message.validate()
    case .setVaultParameters(let message): try message.validate()
    case .updateDefaultQuoting(let message): _ = try QuotingParameters(message.quoting)
    case .allocateToVault(let message), .retrieveFromVault(let message):
      _ = try VaultAmount.positive(message.quoteQuantums)
    case .unlockShares(let message):
      if message.owner.isEmpty { throw .chain(.emptyOwnerAddress, "") }
    case .updateOperator(let message):
      if message.terms.operatorAddress.isEmpty { throw .chain(.emptyOperator, "") }
    case .addAuthenticator(let message): try message.validate()
    case .removeAuthenticator(let message): try Rules.address(message.sender, .authenticatorAddress)
    case .setActiveState(let message): try Rules.address(message.authority, .invalidAddress)
    case .createMarket(let message): try message.subaccount.validate()
    case .registerAffiliate(let message): try message.validate()
    }
  }
}

enum Rules {
  static func address(_ text: String, _ code: ErrorCode) throws(DYDXRefusal) {
    if Bech32Owner.address(text) == nil { throw .chain(code, "\(text) is no address of this chain") }
  }
}

extension SubaccountID {
  /// The greatest number of an account: parents 0 to 127 and a thousand children of each.
  static let greatestNumber: UInt32 = 128_000

  func validate() throws(DYDXRefusal) {
    guard number <= Self.greatestNumber else {
      throw .chain(.invalidSubaccountNumber, "\(number) exceeds \(Self.greatestNumber)")
    }
    try Rules.address(owner, .invalidSubaccountOwner)
  }
}

extension Order {
  private static let flags = [
    OrderFlags.shortTerm, OrderFlags.conditional, OrderFlags.longTerm, OrderFlags.timeWeighted,
  ]
  private static let greatestBuilderFeePpm: UInt32 = 10_000
  private static let intervals: ClosedRange<UInt32> = 30...3_600
  private static let durations: ClosedRange<UInt32> = 300...86_400

  private var isTimeWeighted: Bool { id.flags == OrderFlags.timeWeighted }

  func validate() throws(DYDXRefusal) {
    guard timeInForce != 3 else { throw .chain(.deprecatedField, "fill or kill is no longer taken") }
    try id.subaccount.validate()
    guard side == 1 || side == 2 else { throw .chain(.invalidOrderSide, "\(side)") }
    guard timeInForce < 3 else { throw .chain(.invalidTimeInForce, "\(timeInForce)") }
    guard conditionType < 3 else { throw .chain(.invalidConditionType, "\(conditionType)") }
    guard quantums > 0 else { throw .chain(.invalidOrderQuantums, "order size cannot be 0") }
    if !orderRouter.isEmpty { try Rules.address(orderRouter, .invalidOrderRouter) }
    try GoodTilRules.validate(goodTil, flags: id.flags, known: Self.flags)
    if id.flags == OrderFlags.longTerm, timeInForce == 1 {
      throw .chain(.longTermImmediate, "a long-term order rests")
    }
    if isReduceOnly, timeInForce != 1 { throw .chain(.reduceOnlyDisabled, "only at once or never") }
    if subticks == 0, !isTimeWeighted { throw .chain(.invalidOrderSubticks, "order price cannot be 0") }
    try validateCondition()
    if let builderCode {
      try Rules.address(builderCode.address, .invalidBuilderCode)
      guard builderCode.feePpm >= 1, builderCode.feePpm <= Self.greatestBuilderFeePpm else {
        throw .chain(.invalidBuilderCode, "\(builderCode.feePpm) is not in 1 to \(Self.greatestBuilderFeePpm)")
      }
    }
    if isTimeWeighted { try validateTimeWeighting() }
  }

  private func validateCondition() throws(DYDXRefusal) {
    let isConditional = id.flags == OrderFlags.conditional
    guard isConditional == (conditionType != 0) else {
      throw .chain(
        .invalidConditionType, isConditional ? "a conditional order names its condition" : "no condition here")
    }
    guard isConditional == (triggerSubticks != 0) else {
      throw .chain(.invalidTriggerSubticks, isConditional ? "a conditional order names its trigger" : "no trigger here")
    }
  }

  private func validateTimeWeighting() throws(DYDXRefusal) {
    guard let terms = timeWeighting, Self.durations.contains(terms.duration), Self.intervals.contains(terms.interval),
      terms.duration % terms.interval == 0, terms.priceTolerance < 1_000_000
    else { throw .chain(.invalidPlaceOrder, "duration, interval or tolerance of a time-weighted order") }
  }
}

/// The expiry that an order's kind demands.
enum GoodTilRules {
  static func validate(_ goodTil: GoodTil?, flags: UInt32, known: [UInt32]) throws(DYDXRefusal) {
    guard known.contains(flags) else { throw .chain(.invalidOrderFlag, "\(flags)") }
    if flags == OrderFlags.shortTerm {
      guard case .block(let height) = goodTil, height > 0 else {
        throw .chain(.invalidOrderGoodTilBlock, "a short-term order names its last block")
      }
    } else {
      guard case .time(let seconds) = goodTil, seconds > 0 else {
        throw .chain(.invalidGoodTilBlockTime, "a stateful order names its last second")
      }
    }
  }
}

extension CancelOrder {
  private static let flags = [
    OrderFlags.shortTerm, OrderFlags.conditional, OrderFlags.longTerm, OrderFlags.timeWeighted,
  ]

  func validate() throws(DYDXRefusal) {
    try id.subaccount.validate()
    try GoodTilRules.validate(goodTil, flags: id.flags, known: Self.flags)
  }
}

extension BatchCancel {
  static let limit = 100

  func validate() throws(DYDXRefusal) {
    try subaccount.validate()
    var pairs: Set<UInt32> = []  // lookup only
    var count = 0
    for batch in batches {
      guard pairs.insert(batch.clobPair).inserted else {
        throw .chain(.invalidBatchCancel, "pair \(batch.clobPair) stands twice")
      }
      var ids: Set<UInt32> = []  // lookup only
      for id in batch.clientIDs where !ids.insert(id).inserted {
        throw .chain(.invalidBatchCancel, "client id \(id) stands twice")
      }
      guard !ids.isEmpty else { throw .chain(.invalidBatchCancel, "nothing of pair \(batch.clobPair) is named") }
      count += ids.count
    }
    guard count > 0, count <= Self.limit else {
      throw .chain(.invalidBatchCancel, "\(count) cancels are not in 1 to \(Self.limit)")
    }
    guard goodTilBlock > 0 else { throw .chain(.invalidOrderGoodTilBlock, "a cancel names its last block") }
  }
}

extension UpdateLeverage {
  func validate() throws(DYDXRefusal) {
    try subaccount.validate()
    guard !entries.isEmpty else { throw .chain(.invalidLeverage, "no entries") }
    var pairs: Set<UInt32> = []  // lookup only
    for entry in entries {
      guard pairs.insert(entry.clobPair).inserted else {
        throw .chain(.invalidLeverage, "pair \(entry.clobPair) stands twice")
      }
      guard entry.initialMarginPpm > 0 else { throw .chain(.initialMarginPpmIsZero, "pair \(entry.clobPair)") }
      guard entry.initialMarginPpm <= 1_000_000 else {
        throw .chain(.invalidLeverage, "\(entry.initialMarginPpm) exceeds 1000000")
      }
    }
  }
}

extension Transfer {
  func validate() throws(DYDXRefusal) {
    try sender.validate()
    try recipient.validate()
    guard sender != recipient else { throw .chain(.senderSameAsRecipient, "\(sender.owner)/\(sender.number)") }
    guard asset == 0 else { throw .chain(.nonUsdcAssetTransferNotImplemented, "asset \(asset)") }
    guard amount > 0 else { throw .chain(.invalidTransferAmount, "amount cannot be 0") }
  }
}

extension BankMovement {
  func validate() throws(DYDXRefusal) {
    try Rules.address(bankAddress, .invalidAccountAddress)
    try subaccount.validate()
    guard asset == 0 else { throw .chain(.nonUsdcAssetTransferNotImplemented, "asset \(asset)") }
    guard quantums > 0 else { throw .chain(.invalidTransferAmount, "amount cannot be 0") }
  }
}

extension BankSend {
  /// Every amount is a positive decimal, and denominations ascend.
  func validate() throws(DYDXRefusal) {
    try Rules.address(sender, .invalidAddress)
    try Rules.address(recipient, .invalidAddress)
    guard !coins.isEmpty else { throw .chain(.invalidCoins, "no coins") }
    for (index, coin) in coins.enumerated() {
      guard coin.isPositive, !coin.denomination.isEmpty else {
        throw .chain(.invalidCoins, "\(coin.amount) \(coin.denomination)")
      }
      if index > 0, !coins[index - 1].denomination.utf8.lexicographicallyPrecedes(coin.denomination.utf8) {
        throw .chain(.invalidCoins, "denominations do not ascend")
      }
    }
  }
}

extension Coin {
  /// Digits alone, of which one is not zero.
  var isPositive: Bool {
    amount.utf8.allSatisfy { (0x30...0x39).contains($0) } && amount.utf8.contains { $0 != 0x30 }
  }
}

extension AddAuthenticator {
  static let greatestLength = 1_024

  func validate() throws(DYDXRefusal) {
    try Rules.address(sender, .authenticatorAddress)
    guard data.count <= Self.greatestLength else {
      throw .chain(.authenticatorTooLong, "\(data.count) bytes exceed \(Self.greatestLength)")
    }
  }
}

extension RegisterAffiliate {
  func validate() throws(DYDXRefusal) {
    try Rules.address(referee, .affiliateAddress)
    try Rules.address(affiliate, .affiliateAddress)
    guard referee != affiliate else { throw .chain(.selfReferral, referee) }
  }
}
