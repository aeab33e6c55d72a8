import Canonical
import Cryptography
import Ledger
import Quantities
import StateStore
import VenueKit

/// What the three tiny venues have in common: envelopes, nonce and fee, money, views.
public protocol TestVenue: Venue
where State == TestState, Content == TestContent, Failure == TestRefusal, Event == TestEvent {
  var fee: Int128 { get }
  var domainSeparator: Hash32 { get }
  init(fee: Int128, chainID: String)
  /// What only this venue does; money and prices are handled before.
  func perform(
    _ action: TestAction, _ transaction: AuthenticatedTransaction<Content>, state: inout State, block: BlockContext,
    events: inout EventSink<Event>
  ) throws(Failure) -> [UInt8]
}

extension TestVenue {
  public init(genesis: JSONValue, chainID: String) throws(GenesisError) {
    guard let members = genesis.members else { throw GenesisError("", "not an object") }
    var fee: Int128 = 1
    for member in members {
      guard member.key == "fee" else { throw GenesisError(member.key, "unknown key; the nearest is fee") }
      guard let value = member.value.integer, (0...1_000_000).contains(value) else {
        throw GenesisError("fee", "0 to 1000000")
      }
      fee = value
    }
    self.init(fee: fee, chainID: chainID)
  }

  public var parameters: [ParameterDescription] {
    [ParameterDescription("fee", fee, unit: "millionths of a unit of cash", rule: "TEST-1")]
  }

  public func genesisState() -> TestState { TestState(fee: fee) }

  // MARK: Transactions

  public func decode(_ bytes: [UInt8]) throws(TestRefusal) -> DecodedTransaction<TestContent> {
    guard let scheme = TransactionScheme(rawValue: bytes[0]) else { throw .kernel(.schemeUnknown(bytes[0])) }
    switch scheme {
    case .proposer: return try decodeProposers(bytes)
    case .native:
      do throws(KernelRefusal) {
        let (envelope, authorization) = try NativeEnvelope.open(bytes, domainSeparator: domainSeparator)
        let action = try Self.action(envelope.action)
        guard !action.isProposers else { throw .proposerOnly }
        return DecodedTransaction(
          content: TestContent(action, nonce: envelope.nonce, sealed: bytes), authorization: authorization)
      } catch {
        throw .kernel(error)
      }
    default: throw .kernel(.schemeUnknown(bytes[0]))
    }
  }

  private func decodeProposers(_ bytes: [UInt8]) throws(TestRefusal) -> DecodedTransaction<TestContent> {
    do throws(KernelRefusal) {
      let action = try Self.action(Array(bytes.dropFirst()))
      guard action.isProposers else { throw .malformed("not proposer's data") }
      var cosigners: [Authorization] = []
      if case .operations(let matches) = action {
        for sealed in matches.flatMap({ [$0.maker, $0.taker] }) {
          guard sealed.first == TransactionScheme.native.rawValue else { throw .malformed("an order is not native") }
          cosigners.append(try NativeEnvelope.open(sealed, domainSeparator: domainSeparator).authorization)
        }
      }
      return DecodedTransaction(
        content: TestContent(action, nonce: 0), authorization: .proposer, cosigners: cosigners)
    } catch {
      throw .kernel(error)
    }
  }

  static func action(_ bytes: [UInt8]) throws(KernelRefusal) -> TestAction {
    do throws(CanonicalError) {
      return try TestAction(canonicalBytes: bytes)
    } catch {
      throw .malformed("\(error)")
    }
  }

  public func seal(_ content: TestContent, authority: Authority) -> [UInt8] {
    if case .proposer = authority { return [TransactionScheme.proposer.rawValue] + content.action.canonicalBytes }
    return NativeEnvelope(nonce: content.nonce, action: content.action.canonicalBytes)
      .seal(domainSeparator: domainSeparator, authority: authority)
  }

  public func describe(_ content: TestContent) -> String { "\(content.action)" }

  /// Keeps the nonce and a fee.
  public func charge(
    _ transaction: AuthenticatedTransaction<TestContent>, state: inout TestState, block: BlockContext
  ) throws(TestRefusal) {
    if transaction.isProposer { return }
    let last = UInt64(state.nonces[transaction.signer]?.value ?? 0)
    guard transaction.content.nonce > last else {
      throw .nonceUsed(last: last, given: transaction.content.nonce)
    }
    state.nonces.set(transaction.signer, NumberRecord(Int128(transaction.content.nonce)))
    let payer = LedgerAccount(transaction.signer, TestState.free)
    try state.move(state.setting(TestState.feeSetting), TestState.cash, payer, TestState.fees)
  }

  public func execute(
    _ transaction: AuthenticatedTransaction<TestContent>, state: inout TestState, block: BlockContext,
    events: inout EventSink<TestEvent>
  ) throws(TestRefusal) -> [UInt8] {
    let signer = LedgerAccount(transaction.signer, TestState.free)
    switch transaction.content.action {
    case .deposit(let asset, let amount, let to):
      do throws(LedgerRefusal) {
        try state.ledger.deposit(amount, asset: asset, to: LedgerAccount(to, TestState.free))
      } catch {
        throw TestRefusal(error)
      }
      return []
    case .price(let low, let high):
      guard low > 0, low <= high, high <= 1_000_000_000_000 else { throw .unsupported("that price") }
      state.settings.set(TestState.lowPriceSetting, NumberRecord(low))
      state.settings.set(TestState.highPriceSetting, NumberRecord(high))
      state.settings.set(TestState.priceTimeSetting, NumberRecord(Int128(block.time)))
      return []
    case .transfer(let asset, let amount, let to):
      events.emit(.moved(asset: asset, amount: amount, from: transaction.signer, to: to))
      try state.move(amount, asset, signer, LedgerAccount(to, TestState.free))
      return amount.description.utf8.map { $0 }
    case .withdraw(let asset, let amount):
      do throws(LedgerRefusal) {
        try state.ledger.withdraw(amount, asset: asset, from: signer)
      } catch {
        throw TestRefusal(error)
      }
      return []
    default:
      return try perform(transaction.content.action, transaction, state: &state, block: block, events: &events)
    }
  }

  public func beginBlock(state: inout TestState, block: BlockContext, events: inout EventSink<TestEvent>) {}
  public func endBlock(state: inout TestState, block: BlockContext, events: inout EventSink<TestEvent>) {}

  /// What an order locks: cash for a bid, base for an ask.
  static func reserve(_ order: TestOrder) -> (asset: UInt32, amount: Int128) {
    order.isBid
      ? (TestState.cash, TestOrder.value(order.quantity, at: order.price)) : (TestState.base, order.quantity)
  }
}
