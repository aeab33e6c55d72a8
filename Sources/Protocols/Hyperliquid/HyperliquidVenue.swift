import Canonical
import Quantities
import StateStore
import VenueKit

/// HyperCore: order books with cross and isolated margin, hourly funding, a liquidation ladder that ends in HLP and in
/// deleveraging. Rules are numbered in Specs/Protocols/hyperliquid.md.
public struct HyperliquidVenue: Venue {
  public static let description = VenueDescription(
    room: "hyperliquid", title: "Hyperliquid (HyperCore)", transitionVersion: 2, keyPrefix: 0x48,
    schemes: [.proposer, .hyperliquidL1, .hyperliquidUserSigned])

  public let configuration: HyperliquidParameters
  public let chainID: String

  public init(genesis: JSONValue, chainID: String) throws(GenesisError) {
    configuration = try HyperliquidParameters(genesis: genesis)
    self.chainID = chainID
  }

  public func genesisState() -> HyperliquidState {
    var state = HyperliquidState(parameters: configuration)
    for market in configuration.markets {
      state.markets.set(market.asset, MarketRecord(market))
      if market.oraclePrice > 0 {
        state.prices.set(
          market.asset,
          PriceRecord(
            oracle: market.oraclePrice, external: 0, mark: market.oraclePrice, previousMark: market.oraclePrice, time: 0
          ))
      }
    }
    state.makeAccount(configuration.vault.address, kind: .vault)
    state.makeAccount(configuration.vault.liquidator, kind: .liquidator)
    state.rebuildDerived()
    return state
  }

  // MARK: Transactions

  public func decode(_ bytes: [UInt8]) throws(HyperliquidRefusal) -> DecodedTransaction<HyperliquidContent> {
    do {
      return try HyperliquidWire.decode(bytes, isMainnet: configuration.isMainnet)
    } catch {
      throw .kernel(error)
    }
  }

  public func seal(_ content: HyperliquidContent, authority: Authority) -> [UInt8] {
    HyperliquidWire.seal(content, authority: authority, isMainnet: configuration.isMainnet)
  }

  /// Resolves the actor and burns the nonce, which stays burnt when the action is refused. Rules HL-71 to HL-73.
  public func charge(
    _ transaction: AuthenticatedTransaction<HyperliquidContent>, state: inout HyperliquidState, block: BlockContext
  ) throws(HyperliquidRefusal) {
    let content = transaction.content
    if transaction.isProposer { return }
    _ = try state.actor(
      of: transaction.signer, userSigned: content.action.isUserSigned, vault: content.vaultAddress, at: block.time)
    try state.checkNonce(content.nonce, of: transaction.signer, at: block.time)
    state.burnNonce(content.nonce, of: transaction.signer)
  }

  public func execute(
    _ transaction: AuthenticatedTransaction<HyperliquidContent>, state: inout HyperliquidState, block: BlockContext,
    events: inout EventSink<HyperliquidEvent>
  ) throws(HyperliquidRefusal) -> [UInt8] {
    var journal = Journal(block: block, events: EventSink(isRecording: false))
    swap(&journal.events, &events)
    defer { swap(&journal.events, &events) }
    return try state.execute(transaction, &journal).canonicalBytes
  }

  public func beginBlock(
    state: inout HyperliquidState, block: BlockContext, events: inout EventSink<HyperliquidEvent>
  ) {
    var journal = Journal(block: block, events: EventSink(isRecording: false))
    swap(&journal.events, &events)
    defer { swap(&journal.events, &events) }
    state.beginBlock(&journal)
  }

  public func endBlock(
    state: inout HyperliquidState, block: BlockContext, events: inout EventSink<HyperliquidEvent>
  ) {
    var journal = Journal(block: block, events: EventSink(isRecording: false))
    swap(&journal.events, &events)
    defer { swap(&journal.events, &events) }
    state.liquidationPass(&journal)
  }

  /// Rule HL-70: proposer's data; then actions that send no taking order; then cancels; then the others.
  public func rank(_ transaction: AuthenticatedTransaction<HyperliquidContent>) -> UInt8 {
    transaction.isProposer ? 0 : transaction.content.action.rank
  }
}

extension HyperliquidAction {
  /// Signed as typed data by the person; an agent cannot.
  var isUserSigned: Bool {
    switch self {
    case .usdSend, .withdraw, .approveAgent: true
    default: false
    }
  }

  var rank: UInt8 {
    switch self {
    case .proposer: 0
    case .cancel, .cancelByCloid, .scheduleCancel: 2
    case .order(let action): action.orders.contains { $0.kind.takes } ? 3 : 1
    case .modify(let request): request.order.kind.takes ? 3 : 1
    case .batchModify(let requests): requests.contains { $0.order.kind.takes } ? 3 : 1
    default: 1
    }
  }
}

extension OrderKind {
  /// Whether the order may take from a book on arrival.
  var takes: Bool {
    switch self {
    case .limit(let timeInForce): timeInForce != .addLiquidityOnly
    case .trigger: false
    }
  }
}

extension HyperliquidState {
  mutating func beginBlock(_ journal: inout Journal) {
    let day = Int128(Self.day(journal.block.time))
    if counter(.lastDay) != day {
      set(.lastDay, to: day)
      rebalanceLiquidator()
    }
    runFunding(&journal)
    runScheduledCancels(&journal)
  }

  mutating func execute(
    _ transaction: AuthenticatedTransaction<HyperliquidContent>, _ journal: inout Journal
  ) throws(HyperliquidRefusal) -> HyperliquidAnswer {
    let content = transaction.content
    if case .proposer(let action) = content.action {
      guard transaction.isProposer else { throw .kernel(.proposerOnly) }
      switch action {
      case .oracle(let prices): try updateOracle(prices, &journal)
      case .deposit(let address, let amount): try deposit(amount, to: address, &journal)
      }
      return HyperliquidAnswer(.default)
    }
    guard !transaction.isProposer else { throw .kernel(.signatureMissing) }
    let (actor, account) = try self.actor(
      of: transaction.signer, userSigned: content.action.isUserSigned, vault: content.vaultAddress,
      at: journal.block.time)
    if let expiry = content.expiresAfter, expiry < UInt64(max(0, journal.block.time)) {
      throw .expired(expiry, now: journal.block.time)
    }
    return try perform(content, actor, account, &journal)
  }

  private mutating func perform(
    _ content: HyperliquidContent, _ actor: Address, _ account: AccountID, _ journal: inout Journal
  ) throws(HyperliquidRefusal) -> HyperliquidAnswer {
    switch content.action {
    case .order(let action): return try order(action, account, &journal)
    case .cancel(let requests): return try cancel(requests, isFast: content.isFast, account, &journal)
    case .cancelByCloid(let requests):
      return try cancel(byCloid: requests, isFast: content.isFast, account, &journal)
    case .modify(let request): return try modify([request], account, isBatch: false, &journal)
    case .batchModify(let requests): return try modify(requests, account, isBatch: true, &journal)
    case .scheduleCancel(let time): try scheduleCancel(time, account, &journal)
    case .updateLeverage(let asset, let isCross, let leverage):
      try updateLeverage(asset, isCross: isCross, leverage: leverage, account)
    case .updateIsolatedMargin(let asset, _, let amount): try updateIsolatedMargin(asset, amount, account)
    case .vaultTransfer(let vault, let isDeposit, let amount):
      try vaultTransfer(vault, isDeposit: isDeposit, amount, account, &journal)
    case .noop: break
    case .usdSend(let transfer): try usdSend(transfer, nonce: content.nonce, from: account, &journal)
    case .withdraw(let transfer): try withdraw(transfer, nonce: content.nonce, from: account, &journal)
    case .approveAgent(let approval):
      try approveAgent(approval, nonce: content.nonce, master: actor, at: journal.block.time)
    case .unsupported(let type): throw .unsupported(type)
    case .proposer: throw .kernel(.proposerOnly)
    }
    return HyperliquidAnswer(.default)
  }
}
