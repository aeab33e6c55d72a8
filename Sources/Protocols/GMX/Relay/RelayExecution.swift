import Canonical
import Cryptography
import Quantities
import StateStore
import VenueKit

/// A relayed call on its way: what was decoded, its digest, and who was found to have signed.
public struct RelayedCall: Sendable {
  public var transaction: RelayTransaction
  public var digest: Hash32
  public var signer: Address
  /// Who signed the approval that came along.
  public var approver: Address?

  public init(transaction: RelayTransaction, digest: Hash32, signer: Address, approver: Address?) {
    self.transaction = transaction
    self.digest = digest
    self.signer = signer
    self.approver = approver
  }
}

// Rules GMX-204 to GMX-210.
extension GMXState {
  /// Carries out an action of the room in the name of an account.
  public typealias ActionExecutor =
    (inout GMXState, GMXAction, inout ExecutionContext) throws(GMXRefusal) -> Void

  /// Rule GMX-204: the routers' checks in their order, then the actions. A refusal undoes all, the digest included.
  public mutating func executeRelay(
    _ relayed: RelayedCall, _ configuration: RelayConfiguration, _ context: inout ExecutionContext,
    perform: ActionExecutor
  ) throws(GMXRefusal) {
    try atomically { (state) throws(GMXRefusal) in
      try state.reverting { (state) throws(Revert) in
        try state.validateCarriage(relayed.transaction, configuration)
        try state.payRelayFee(relayed.transaction, configuration, &context)
        try state.validateCall(relayed, configuration, time: context.time)
        if let delegation = relayed.transaction.delegation {
          try state.handleSubaccount(relayed, delegation, configuration, time: context.time)
        }
      }
      try state.perform(relayed.transaction, configuration, &context, perform)
    }
  }

  /// Permits may only name the venue's router as spender; calls of other contracts find none here.
  private func validateCarriage(
    _ transaction: RelayTransaction, _ configuration: RelayConfiguration
  ) throws(Revert) {
    for permit in transaction.parameters.tokenPermits where permit.spender != configuration.spender {
      throw Revert(
        .invalidPermitSpender, NamedFigure("spender", .account(permit.spender)),
        NamedFigure("expectedSpender", .account(configuration.spender)))
    }
    guard let target = transaction.parameters.externalCalls.targets.first else { return }
    if transaction.delegation != nil { throw Revert(.nonEmptyExternalCallsForSubaccountOrder) }
    throw Revert(.invalidExternalCallTarget, NamedFigure("target", .account(target)))
  }

  /// Rule GMX-208: the fee in wrapped native tokens, swapped where it comes in others; what is left goes back.
  private mutating func payRelayFee(
    _ transaction: RelayTransaction, _ configuration: RelayConfiguration, _ context: inout ExecutionContext
  ) throws(Revert) {
    if configuration.relayFee.isZero { return }
    let parameters = transaction.parameters
    let feeToken = try configuration.token(parameters.feeToken, market: .zero)
    let path = try configuration.path(parameters.feeSwapPath)
    if path.isEmpty, feeToken != configuration.wrappedNative {
      throw Revert(
        .unexpectedRelayFeeToken, NamedFigure("feeToken", .token(feeToken)),
        NamedFigure("expectedFeeToken", .token(configuration.wrappedNative)))
    }
    try move(parameters.feeAmount, of: feeToken, from: transaction.account, to: Holder.orderVault)
    let result = try swap(
      SwapRequest(
        tokenIn: feeToken, amountIn: parameters.feeAmount, path: path, bank: Holder.orderVault,
        receiver: transaction.account, uiFeeReceiver: .zero, pricing: .atomicSwap), &context)
    if result.token != configuration.wrappedNative {
      throw Revert(
        .unexpectedRelayFeeTokenAfterSwap, NamedFigure("feeToken", .token(result.token)),
        NamedFigure("expectedFeeToken", .token(configuration.wrappedNative)))
    }
    if result.amount < configuration.relayFee {
      throw Revert(
        .insufficientRelayFee, NamedFigure("requiredRelayFee", configuration.relayFee),
        NamedFigure("availableFeeAmount", result.amount))
    }
    try move(
      configuration.relayFee, of: configuration.wrappedNative, from: transaction.account, to: configuration.relayer)
  }

  /// Chain, deadline, replay, signer.
  private mutating func validateCall(
    _ relayed: RelayedCall, _ configuration: RelayConfiguration, time: UInt64
  ) throws(Revert) {
    let parameters = relayed.transaction.parameters
    if parameters.destinationChainID != UInt256(configuration.chainID) {
      throw Revert(.invalidDestinationChainId, NamedFigure("desChainId", parameters.destinationChainID))
    }
    if UInt256(time) > parameters.deadline {
      throw Revert(
        .deadlinePassed, NamedFigure("currentTimestamp", time), NamedFigure("deadline", parameters.deadline))
    }
    if usedDigests.contains(relayed.digest) {
      throw Revert(.invalidUserDigest, NamedFigure("digest", .hash(relayed.digest)))
    }
    usedDigests.set(relayed.digest, UsedDigest(usedAt: time))
    var given: RecoverableSignature?
    if case .signed(let signature) = relayed.transaction.signature { given = signature }
    try Self.validateSigner(
      "call", relayed.signer, expected: relayed.transaction.expectedSigner, digest: relayed.digest, given,
      relayed.transaction.domain(configuration))
  }

  /// Rule GMX-205: the digest itself, or the digest of the digest, must recover to whom the call names.
  private static func validateSigner(
    _ kind: String, _ recovered: Address, expected: Address, digest: Hash32, _ signature: RecoverableSignature?,
    _ domain: RelayDomain
  ) throws(Revert) {
    if recovered == expected { return }
    var minified = Address.zero
    if let signature {
      minified = (try? Secp256k1.recoverAddress(digest: domain.minified(digest), signature: signature)) ?? .zero
      if minified == expected, expected != .zero { return }
    }
    throw Revert(
      .invalidRecoveredSigner, NamedFigure("signatureType", kind), NamedFigure("recovered", .account(recovered)),
      NamedFigure("recoveredFromMinified", .account(minified)),
      NamedFigure("expectedSigner", .account(expected)))
  }

  // MARK: Subaccounts

  /// Rule GMX-207: orders stay with the account; a new approval counts first; then list, time and number.
  private mutating func handleSubaccount(
    _ relayed: RelayedCall, _ delegation: RelayDelegation, _ configuration: RelayConfiguration, time: UInt64
  ) throws(Revert) {
    let account = relayed.transaction.account
    switch relayed.transaction.call {
    case .createOrder(let order): try Self.validateReceivers(order, account)
    case .batch(let creates, _, _): for order in creates { try Self.validateReceivers(order, account) }
    default: break
    }
    if !delegation.approval.signature.isEmpty {
      try apply(delegation.approval, of: account, approver: relayed.approver ?? .zero, configuration, time: time)
    }
    if subaccounts[Pair(account, delegation.subaccount)] == nil {
      throw Revert(
        .subaccountNotAuthorized, NamedFigure("account", .account(account)),
        NamedFigure("subaccount", .account(delegation.subaccount)))
    }
    let key = Triple(account, delegation.subaccount, RelayTypes.orderActionType)
    var allowance = subaccountAllowances[key] ?? SubaccountAllowance()
    allowance.count = try allowance.count + UInt256(UInt64(relayed.transaction.call.actionCount))
    if UInt256(time) > allowance.expiresAt {
      throw Revert(
        .subaccountApprovalExpired, NamedFigure("account", .account(account)),
        NamedFigure("subaccount", .account(delegation.subaccount)),
        NamedFigure("expiresAt", allowance.expiresAt), NamedFigure("currentTimestamp", time))
    }
    if allowance.count > allowance.maxAllowedCount {
      throw Revert(
        .maxSubaccountActionCountExceeded, NamedFigure("account", .account(account)),
        NamedFigure("subaccount", .account(delegation.subaccount)), NamedFigure("count", allowance.count),
        NamedFigure("maxCount", allowance.maxAllowedCount))
    }
    subaccountAllowances.set(key, allowance)
  }

  private static func validateReceivers(_ order: RelayOrder, _ account: Address) throws(Revert) {
    if order.receiver != account {
      throw Revert(.invalidReceiver, NamedFigure("receiver", .account(order.receiver)))
    }
    if order.cancellationReceiver != .zero, order.cancellationReceiver != account {
      throw Revert(
        .invalidCancellationReceiverForSubaccountOrder,
        NamedFigure("cancellationReceiver", .account(order.cancellationReceiver)),
        NamedFigure("expectedCancellationReceiver", .account(account)))
    }
  }

  private mutating func apply(
    _ approval: SubaccountApproval, of account: Address, approver: Address, _ configuration: RelayConfiguration,
    time: UInt64
  ) throws(Revert) {
    if approval.subaccount == .zero { throw Revert(.invalidSubaccountApprovalSubaccount) }
    if approval.destinationChainID != UInt256(configuration.chainID) {
      throw Revert(
        .invalidSubaccountApprovalDesChainId, NamedFigure("desChainId", approval.destinationChainID))
    }
    if UInt256(time) > approval.deadline {
      throw Revert(
        .subaccountApprovalDeadlinePassed, NamedFigure("currentTimestamp", time),
        NamedFigure("deadline", approval.deadline))
    }
    let nonce = approvalNonces[account] ?? .zero
    if nonce != approval.nonce {
      throw Revert(
        .invalidSubaccountApprovalNonce, NamedFigure("storedNonce", nonce), NamedFigure("nonce", approval.nonce))
    }
    approvalNonces.set(account, try nonce + .one)
    let domain = configuration.subaccountDomain
    try Self.validateSigner(
      "subaccount approval", approver, expected: account, digest: approval.digest(domain),
      try? RecoverableSignature(bytes: approval.signature), domain)
    let key = Triple(account, approval.subaccount, approval.actionType)
    var allowance = subaccountAllowances[key] ?? SubaccountAllowance()
    if !approval.maxAllowedCount.isZero { allowance.maxAllowedCount = approval.maxAllowedCount }
    if !approval.expiresAt.isZero { allowance.expiresAt = approval.expiresAt }
    if allowance != SubaccountAllowance() { subaccountAllowances.set(key, allowance) }
    let place = Pair(account, approval.subaccount)
    if approval.shouldAdd || subaccounts[place] != nil && approval.integrationID != .zero {
      subaccounts.set(place, SubaccountRecord(integrationID: approval.integrationID))
    }
  }

  // MARK: Actions

  private mutating func perform(
    _ transaction: RelayTransaction, _ configuration: RelayConfiguration, _ context: inout ExecutionContext,
    _ execute: ActionExecutor
  ) throws(GMXRefusal) {
    let account = transaction.account
    var creates: [RelayOrder] = []
    var updates: [RelayUpdate] = []
    var cancels: [Hash32] = []
    switch transaction.call {
    case .createOrder(let order): creates = [order]
    case .updateOrder(let update): updates = [update]
    case .cancelOrder(let key): cancels = [key]
    case .batch(let some, let changed, let ended):
      if transaction.call.actionCount == 0 { throw .revert(Revert(.relayEmptyBatch)) }
      creates = some
      updates = changed
      cancels = ended
    case .removeSubaccount(let subaccount): subaccounts.remove(Pair(account, subaccount))
    }
    for order in creates {
      let record = try reverting { (_) throws(Revert) in try order.record(of: account, configuration) }
      try execute(&self, .createOrder(record), &context)
    }
    for update in updates {
      let id = try ownOrder(update.key, account, "account for updateOrder")
      try execute(&self, .updateOrder(id, update.terms), &context)
    }
    for key in cancels {
      let id = try ownOrder(key, account, "account for cancelOrder")
      try execute(&self, .cancelOrder(id), &context)
    }
  }

  private func ownOrder(_ key: Hash32, _ account: Address, _ right: String) throws(GMXRefusal) -> UInt64 {
    guard let id = UInt64(exactly: UInt256(word: key)), let order = orders[id] else {
      throw .revert(Revert(.emptyOrder))
    }
    if order.account != account {
      throw .revert(Revert(.unauthorized, NamedFigure("msgSender", .account(account)), NamedFigure("role", right)))
    }
    return id
  }
}

extension RelayUpdate {
  var terms: GMXState.OrderUpdate {
    GMXState.OrderUpdate(
      sizeDeltaUsd: sizeDeltaUsd, acceptablePrice: acceptablePrice, triggerPrice: triggerPrice,
      minOutputAmount: minOutputAmount, validFromTime: validFromTime.saturated, autoCancel: autoCancel)
  }
}

extension RelayOrder {
  /// The order of the room; what goes out goes to the account. Rule GMX-209.
  func record(of account: Address, _ configuration: RelayConfiguration) throws(Revert) -> OrderRecord {
    if receiver != account {
      throw Revert(.invalidReceiver, NamedFigure("receiver", .account(receiver)))
    }
    if dataList.count > 18 {
      throw Revert(
        .maxDataListLengthExceeded, NamedFigure("dataLength", UInt64(dataList.count)),
        NamedFigure("maxDataLength", 18 as UInt64))
    }
    return OrderRecord(
      account: account, market: try configuration.market(market),
      initialCollateralToken: try configuration.token(initialCollateralToken, market: market),
      swapPath: try configuration.path(swapPath), uiFeeReceiver: uiFeeReceiver, orderType: orderType,
      decreaseSwap: decreaseSwap, isLong: isLong, sizeDeltaUsd: sizeDeltaUsd,
      initialCollateralDeltaAmount: initialCollateralDeltaAmount, triggerPrice: triggerPrice,
      acceptablePrice: acceptablePrice, minOutputAmount: minOutputAmount, validFromTime: validFromTime.saturated,
      autoCancel: autoCancel)
  }
}

extension UInt256 {
  /// A time that no clock of 64 bits reaches is as far away as the last one.
  var saturated: UInt64 { UInt64(exactly: self) ?? .max }
}
