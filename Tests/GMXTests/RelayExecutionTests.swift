import Canonical
import Cryptography
import GMX
import Quantities
import StateStore
import Testing
import VenueKit

// Rules GMX-204 to GMX-210.
@Suite struct RelayExecutionTests {
  static let configuration = RelayConfiguration()
  static let time: UInt64 = 1_700_000_000
  let trader: PrivateKey
  let helper: PrivateKey

  init() throws {
    trader = PrivateKey(ofName: "relay trader")
    helper = PrivateKey(ofName: "relay helper")
  }

  static func state() -> GMXState {
    var state = GMXState()
    state.markets.set(1, MarketRecord(market: 1, indexToken: 1, longToken: 1, shortToken: 2))
    state.settings.set(StoreKey(.maxSwapPathLength), 3)
    return state
  }

  static var context: ExecutionContext {
    ExecutionContext(time: time, oracle: OraclePrices(prices: [], minTimestamp: time, maxTimestamp: time))
  }

  static func parameters(nonce: UInt256) -> RelayParameters {
    RelayParameters(
      feeToken: Holder.token(1), feeAmount: 0, userNonce: nonce, deadline: UInt256(time),
      destinationChainID: 42_161)
  }

  func order(of account: Address) -> RelayOrder {
    var order = RelayOrder(
      receiver: account, market: Holder.market(1), initialCollateralToken: Holder.token(2),
      orderType: .limitDecrease, isLong: true)
    order.sizeDeltaUsd = 100
    return order
  }

  /// Goes the way of a node: bytes, decoding, recovery, execution.
  func run(
    _ transaction: RelayTransaction, _ authority: Authority, _ state: inout GMXState, time: UInt64 = Self.time
  ) throws {
    try run(bytes: transaction.seal(Self.configuration, authority: authority), &state, time: time)
  }

  func run(bytes: [UInt8], _ state: inout GMXState, time: UInt64 = Self.time) throws {
    let read = try RelayTransaction(bytes: bytes)
    let digest = read.digest(Self.configuration)
    let proofs = try read.authorizations(Self.configuration, digest: digest)
    let call = RelayedCall(
      transaction: read, digest: digest, signer: try Self.signer(proofs.call),
      approver: try proofs.approvals.first.map(Self.signer))
    var context = Self.context
    context.time = time
    var next = UInt64(state.orders.count) + 1
    try state.executeRelay(call, Self.configuration, &context) { (state, action, context) throws(GMXRefusal) in
      do throws(Revert) {
        switch action {
        case .createOrder(let order):
          try state.create(order, id: next, context)
          next += 1
        case .updateOrder(let id, let update): try state.update(order: id, update, context)
        case .cancelOrder(let id): try state.cancel(order: id, context)
        default: Issue.record("no action of a relay")
        }
      } catch {
        throw .revert(error)
      }
    }
  }

  static func signer(_ authorization: Authorization) throws -> Address {
    switch authorization {
    case .signature(let digest, let signature): try Secp256k1.recoverAddress(digest: digest, signature: signature)
    case .claimed(let signer): signer
    default: .zero
    }
  }

  func refusal(_ body: () throws -> Void) -> ContractError? {
    guard case .revert(let revert)? = #expect(throws: GMXRefusal.self, performing: body) else { return nil }
    return revert.error
  }

  @Test func ordersAreCreatedOnceAndOnlyByTheirOwner() throws {
    var state = Self.state()
    let create = RelayTransaction(
      account: trader.address, parameters: Self.parameters(nonce: 1), call: .createOrder(order(of: trader.address)))
    try run(create, .key(trader), &state)
    #expect(state.orders[1]?.account == trader.address)
    #expect(state.orders[1]?.market == 1)
    #expect(state.usedDigests.contains(create.digest(Self.configuration)))
    // The same once more: used. With other salt: another digest.
    #expect(refusal { try run(create, .key(trader), &state) } == .invalidUserDigest)
    var again = create
    again.parameters.userNonce = 2
    #expect(refusal { try run(again, .key(helper), &state) } == .invalidRecoveredSigner)
    #expect(!state.usedDigests.contains(again.digest(Self.configuration)))
    try run(again, .key(trader), &state)
    #expect(state.orders.count == 2)
    // Unsigned runs carry the same digest.
    var other = create
    other.parameters.userNonce = 3
    try run(other, .unsigned(trader.address), &state)
    #expect(refusal { try run(other, .key(trader), &state) } == .invalidUserDigest)
  }

  @Test func deadlinesAndChains() throws {
    var state = Self.state()
    var create = RelayTransaction(
      account: trader.address, parameters: Self.parameters(nonce: 1), call: .createOrder(order(of: trader.address)))
    #expect(refusal { try run(create, .key(trader), &state, time: Self.time + 1) } == .deadlinePassed)
    create.parameters.destinationChainID = 1
    #expect(refusal { try run(create, .key(trader), &state) } == .invalidDestinationChainId)
    create.parameters.destinationChainID = 42_161
    create.parameters.externalCalls.targets = [.zero]
    #expect(refusal { try run(create, .key(trader), &state) } == .invalidExternalCallTarget)
    create.parameters.externalCalls = ExternalCalls()
    create.parameters.tokenPermits = [
      TokenPermit(
        owner: trader.address, spender: .zero, value: 1, deadline: 1, v: 27, r: .zero, s: .zero, token: .zero)
    ]
    #expect(refusal { try run(create, .key(trader), &state) } == .invalidPermitSpender)
    #expect(state.usedDigests.isEmpty)
    create.parameters.tokenPermits[0].spender = Self.configuration.spender
    try run(create, .key(trader), &state)
  }

  /// A wallet that signs the digest of the digest.
  @Test func minifiedSignatures() throws {
    var state = Self.state()
    var create = RelayTransaction(
      account: trader.address, parameters: Self.parameters(nonce: 1), call: .createOrder(order(of: trader.address)))
    let domain = RelayDomain(chainID: 42_161, router: Self.configuration.router)
    let digest = domain.minified(create.digest(Self.configuration))
    create.signature = .signed(Secp256k1.sign(digest: digest, with: trader))
    try run(bytes: create.bytes, &state)
    #expect(state.orders.count == 1)
  }

  @Test func batchesAreAllOrNothing() throws {
    var state = Self.state()
    var batch = RelayTransaction(
      account: trader.address, parameters: Self.parameters(nonce: 1),
      call: .batch(creates: [order(of: trader.address), order(of: trader.address)], updates: [], cancels: [Hash32(9)]))
    #expect(refusal { try run(batch, .key(trader), &state) } == .emptyOrder)
    #expect(state.orders.isEmpty && state.usedDigests.isEmpty)
    batch.call = .batch(creates: [], updates: [], cancels: [])
    #expect(refusal { try run(batch, .key(trader), &state) } == .relayEmptyBatch)
    let update = RelayUpdate(
      key: Hash32(1), sizeDeltaUsd: 55, acceptablePrice: 0, triggerPrice: 7, minOutputAmount: 0, validFromTime: 0,
      autoCancel: false)
    batch.call = .batch(
      creates: [order(of: trader.address), order(of: trader.address)], updates: [update], cancels: [Hash32(2)])
    try run(batch, .key(trader), &state)
    #expect(state.orders.count == 1)
    #expect(state.orders[1]?.sizeDeltaUsd == 55)
    // Nobody else's order.
    let theft = RelayTransaction(
      account: helper.address, parameters: Self.parameters(nonce: 2), call: .cancelOrder(Hash32(1)))
    #expect(refusal { try run(theft, .key(helper), &state) } == .unauthorized)
  }

  func approval(nonce: UInt256, count: UInt256) -> SubaccountApproval {
    var approval = SubaccountApproval()
    approval.subaccount = helper.address
    approval.shouldAdd = true
    approval.expiresAt = UInt256(Self.time + 10)
    approval.maxAllowedCount = count
    approval.actionType = RelayTypes.orderActionType
    approval.nonce = nonce
    approval.destinationChainID = 42_161
    approval.deadline = UInt256(Self.time)
    approval.sign(RelayDomain(chainID: 42_161, router: Self.configuration.subaccountRouter), with: trader)
    return approval
  }

  func delegated(_ approval: SubaccountApproval, nonce: UInt256) -> RelayTransaction {
    RelayTransaction(
      account: trader.address, delegation: RelayDelegation(subaccount: helper.address, approval: approval),
      parameters: Self.parameters(nonce: nonce), call: .createOrder(order(of: trader.address)))
  }

  @Test func subaccountsActWithinTheirLeave() throws {
    var state = Self.state()
    let none = SubaccountApproval()
    #expect(refusal { try run(delegated(none, nonce: 1), .key(helper), &state) } == .subaccountNotAuthorized)
    #expect(
      refusal { try run(delegated(approval(nonce: 1, count: 2), nonce: 1), .key(helper), &state) }
        == .invalidSubaccountApprovalNonce)
    try run(delegated(approval(nonce: 0, count: 2), nonce: 1), .key(helper), &state)
    #expect(state.approvalNonces[trader.address] == 1)
    #expect(state.orders[1]?.account == trader.address)
    // The approval is spent; the leave stays for one action more.
    #expect(
      refusal { try run(delegated(approval(nonce: 0, count: 2), nonce: 2), .key(helper), &state) }
        == .invalidSubaccountApprovalNonce)
    var late = delegated(none, nonce: 3)
    late.parameters.deadline = .max
    #expect(
      refusal { try run(late, .key(helper), &state, time: Self.time + 11) } == .subaccountApprovalExpired)
    try run(delegated(none, nonce: 4), .key(helper), &state)
    #expect(
      refusal { try run(delegated(none, nonce: 5), .key(helper), &state) } == .maxSubaccountActionCountExceeded)
    // Money stays with the account.
    var stolen = delegated(approval(nonce: 1, count: 9), nonce: 6)
    var order = order(of: trader.address)
    order.receiver = helper.address
    stolen.call = .createOrder(order)
    #expect(refusal { try run(stolen, .key(helper), &state) } == .invalidReceiver)
    order.receiver = trader.address
    order.cancellationReceiver = helper.address
    stolen.call = .createOrder(order)
    #expect(refusal { try run(stolen, .key(helper), &state) } == .invalidCancellationReceiverForSubaccountOrder)
    // An approval that somebody else signed, and one for another kind of action.
    var forged = approval(nonce: 1, count: 9)
    forged.sign(RelayDomain(chainID: 42_161, router: Self.configuration.subaccountRouter), with: helper)
    #expect(refusal { try run(delegated(forged, nonce: 7), .key(helper), &state) } == .invalidRecoveredSigner)
    // Removed by the account, on the subaccounts' router.
    let removal = RelayTransaction(
      account: trader.address, parameters: Self.parameters(nonce: 8), call: .removeSubaccount(helper.address))
    #expect(refusal { try run(removal, .key(helper), &state) } == .invalidRecoveredSigner)
    try run(removal, .key(trader), &state)
    #expect(
      refusal { try run(delegated(none, nonce: 9), .key(helper), &state) } == .subaccountNotAuthorized)
  }

  @Test func otherKindsOfActionGiveNoOrders() throws {
    var state = Self.state()
    var approval = approval(nonce: 0, count: 2)
    approval.actionType = Hash32(1)
    approval.sign(RelayDomain(chainID: 42_161, router: Self.configuration.subaccountRouter), with: trader)
    #expect(
      refusal { try run(delegated(approval, nonce: 1), .key(helper), &state) } == .subaccountApprovalExpired)
  }

  /// The fee is taken from the account and goes to the relayer; too little is refused, the rest stays.
  @Test func relayersArePaid() throws {
    var state = Self.state()
    state.holdsAccountsToDeposits = true
    state.balances.set(Pair(trader.address, 1), 50)
    var configuration = RelayConfiguration()
    configuration.relayFee = 30
    var create = RelayTransaction(
      account: trader.address, parameters: Self.parameters(nonce: 1), call: .createOrder(order(of: trader.address)))
    create.parameters.feeAmount = 29
    let call = { (transaction: RelayTransaction) -> RelayedCall in
      RelayedCall(
        transaction: transaction, digest: transaction.digest(configuration), signer: trader.address, approver: nil)
    }
    var context = Self.context
    let poor = create
    #expect(
      refusal {
        try state.executeRelay(call(poor), configuration, &context) { (_, _, _) throws(GMXRefusal) in }
      } == .insufficientRelayFee)
    create.parameters.feeToken = Holder.token(2)
    let wrong = create
    #expect(
      refusal {
        try state.executeRelay(call(wrong), configuration, &context) { (_, _, _) throws(GMXRefusal) in }
      } == .unexpectedRelayFeeToken)
    create.parameters.feeToken = Holder.token(1)
    create.parameters.feeAmount = 40
    try state.executeRelay(call(create), configuration, &context) { (_, _, _) throws(GMXRefusal) in }
    #expect(state.balance(of: trader.address, 1) == 20)
    #expect(state.balance(of: configuration.relayer, 1) == 30)
  }
}
