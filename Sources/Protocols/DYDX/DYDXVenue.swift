public import Canonical
import Quantities
import StateStore
public import VenueKit

/// dYdX v4: short-term orders that live in nodes' memory, proposer's operations, accounts whose risk is three numbers,
/// deleveraging. Rules are numbered in Specs/Protocols/dydx.md.
public struct DYDXVenue: Venue {
  public static let description = VenueDescription(
    room: "dydx", title: "dYdX v4", transitionVersion: 1, keyPrefix: 0x59, schemes: [.proposer, .native, .cosmosDirect])

  public let configuration: DYDXGenesis
  public let chainID: String
  let wire: DYDXWire

  public init(genesis: JSONValue, chainID: String) throws(GenesisError) {
    configuration = try DYDXGenesis(genesis)
    self.chainID = chainID
    wire = DYDXWire(domainSeparator: NativeEnvelope.domainSeparator(chainID: chainID), chainID: chainID)
  }

  public func genesisState() -> DYDXState { configuration.state() }

  public func makeLocal() -> DYDXLocal { DYDXLocal() }

  // MARK: Transactions

  public func decode(_ bytes: [UInt8]) throws(DYDXRefusal) -> DecodedTransaction<DYDXContent> {
    try wire.decode(bytes)
  }

  public func seal(_ content: DYDXContent, authority: Authority) -> [UInt8] {
    wire.seal(content, authority: authority)
  }

  /// Short-term messages need no nonce; other native ones have ascending nonces. Rule DYDX-87.
  public func charge(
    _ transaction: AuthenticatedTransaction<DYDXContent>, state: inout DYDXState, block: BlockContext
  ) throws(DYDXRefusal) {
    switch transaction.content.body {
    case .proposer: return
    case .native(let action, let nonce):
      if action.isShortTerm { return }
      let last = state.nonces[transaction.signer]?.value ?? 0
      guard nonce > last else { throw .chain(.wrongSequence, "nonce \(nonce) is not above \(last)") }
      state.nonces.set(transaction.signer, Whole(nonce))
    case .cosmos(let signed): try state.admit(signed, keyOwner: transaction.signer, block: block)
    }
  }

  public func execute(
    _ transaction: AuthenticatedTransaction<DYDXContent>, state: inout DYDXState, block: BlockContext,
    events: inout EventSink<DYDXEvent>
  ) throws(DYDXRefusal) -> [UInt8] {
    let time = MatchTime(height: block.height, time: block.time)
    switch transaction.content.body {
    case .proposer(let action):
      guard transaction.isProposer else { throw DYDXRefusal(kernel: .proposerOnly) }
      try perform(action, transaction, state: &state, block: block, events: &events)
    case .native(let action, _):
      guard !transaction.isProposer else { throw DYDXRefusal(kernel: .signatureMissing) }
      try perform(action, signer: transaction.signer, state: &state, at: time, events: &events)
    case .cosmos(let signed):
      for message in signed.messages {
        if let action = try message.action() {
          try perform(action, signer: signed.signer, state: &state, at: time, events: &events)
        } else {
          try state.executeOther(message, height: block.height)
        }
      }
    }
    return []
  }

  func perform(
    _ action: DYDXAction, signer: Address, state: inout DYDXState, at time: MatchTime,
    events: inout EventSink<DYDXEvent>
  ) throws(DYDXRefusal) {
    if let owner = action.owner, owner != signer {
      throw .chain(.unauthorized, "signed by \(Bech32Owner.text(signer)), not by the owner")
    }
    if case .place(let order) = action { try order.validate() }
    if action.isShortTerm {
      throw .chain(.invalidMsgProposedOperations, "a short-term message outside of a proposer's operations")
    }
    do throws(MathematicsError) {
      switch action {
      case .place(let order): try state.placeStateful(order, at: time)
      case .cancel(let key, let goodTil): try state.cancelStateful(key, goodTil, at: time)
      case .batchCancel: break
      case .updateLeverage(let subaccount, let choices): try state.updateLeverage(subaccount, choices)
      case .transfer(let sender, let recipient, let amount):
        try state.transfer(from: sender, to: recipient, amount: amount, height: time.height)
      case .deposit(let subaccount, let amount):
        try state.deposit(from: signer, to: subaccount, amount: amount, height: time.height)
      case .withdraw(let sender, let recipient, let amount):
        try state.withdraw(from: sender, to: recipient, amount: amount, height: time.height)
      case .leave(let amount):
        try state.leave(amount, from: signer)
        events.emit(.withdrawal(account: signer, amount: CommonFigures.money(Int256(amount))))
      case .provide(let sender, let amount):
        try state.depositToMegavault(amount, from: sender, height: time.height)
      case .redeem(let recipient, let shares, let least):
        try state.withdrawFromMegavault(Int256(shares), least: Int256(least), to: recipient, height: time.height)
      }
    } catch {
      throw DYDXRefusal(error)
    }
  }

  private func perform(
    _ action: DYDXProposerAction, _ transaction: AuthenticatedTransaction<DYDXContent>, state: inout DYDXState,
    block: BlockContext, events: inout EventSink<DYDXEvent>
  ) throws(DYDXRefusal) {
    let time = MatchTime(height: block.height, time: block.time)
    if case .operations(let operations) = action { try checkOwners(operations, transaction, &state, block) }
    do throws(MathematicsError) {
      switch action {
      case .operations(let operations):
        let outcome = try state.process(operations, at: time)
        state.tell(outcome, &events)
      case .premiumVotes(let votes): try state.add(votes)
      case .prices(let prices): try state.update(prices)
      case .bridge(let person, let amount):
        try state.bridge(amount, to: person, height: time.height)
        events.emit(.deposit(account: person, amount: CommonFigures.money(Int256(amount))))
      case .setPairStatus(let pair, let status): try state.setStatus(pair, status)
      case .allocate(let pair, let amount): try state.allocate(amount, toVaultOf: pair, height: time.height)
      }
    } catch {
      throw DYDXRefusal(error)
    }
  }

  /// Each placed order was signed by its owner, or by a key that the owner permits.
  private func checkOwners(
    _ operations: [Operation], _ transaction: AuthenticatedTransaction<DYDXContent>, _ state: inout DYDXState,
    _ block: BlockContext
  ) throws(DYDXRefusal) {
    let (signers, signed) = (transaction.cosigners, transaction.content.placements)
    var place = 0
    for operation in operations {
      guard case .placement(let order, _) = operation else { continue }
      guard place < signers.count else { throw .chain(.unauthorized, "an order that nobody signed") }
      if place < signed.count, let own = signed[place] {
        try state.admit(own, keyOwner: signers[place], block: block)
      } else {
        guard signers[place] == order.key.subaccount.owner else {
          throw .chain(.unauthorized, "an order that its owner did not sign")
        }
        try order.validate()
      }
      place += 1
    }
  }

  // MARK: Stages

  /// Rule DYDX-57: clocks, then what the last block left for its successor is forgotten.
  public func beginBlock(state: inout DYDXState, block: BlockContext, events: inout EventSink<DYDXEvent>) {
    state.advanceEpochs(block)
    state.noteOutage(block)
    state.beginVaultBlock()
    _ = state.take(.entered, at: 0)
    for key in state.endedOrders.sortedKeys() { state.endedOrders.remove(key) }
  }

  /// Rule DYDX-58: funding, volumes, fills, expiries, parts, triggers, and the block's time last.
  public func endBlock(state: inout DYDXState, block: BlockContext, events: inout EventSink<DYDXEvent>) {
    state.runFunding(block, &events)
    state.runStats(block)
    state.pruneFills(block)
    state.expireOrders(block)
    state.placeParts(block)
    state.runTriggers(block, &events)
    state.distributeRewards()
    state.endVaultBlock(at: MatchTime(height: block.height, time: block.time))
    for key in state.tradedPrices.sortedKeys() { state.tradedPrices.remove(key) }
    for key in state.liquidationInfos.sortedKeys() { state.liquidationInfos.remove(key) }
    state.set(.lastTime, to: Int256(block.time / 1_000))
  }

  /// Rule DYDX-59: operations, then people's transactions, deposits, premium votes, prices.
  public func rank(_ transaction: AuthenticatedTransaction<DYDXContent>) -> UInt8 {
    switch transaction.content.body {
    case .proposer(.operations): 0
    case .native, .cosmos: 1
    case .proposer(.bridge), .proposer(.setPairStatus), .proposer(.allocate): 2
    case .proposer(.premiumVotes): 3
    case .proposer(.prices): 4
    }
  }
}

extension DYDXState {
  /// A gap between blocks that is long enough closes withdrawals for a while.
  mutating func noteOutage(_ block: BlockContext) {
    guard let last = Int64(exactly: counter(.lastTime)), last > 0 else { return }
    if block.time - last * 1_000 >= parameters.outageMilliseconds {
      set(.outageHeight, to: Int256(block.height))
    }
  }

  /// Tells of a block's matches.
  func tell(_ outcome: OperationsOutcome, _ events: inout EventSink<DYDXEvent>) {
    guard events.isRecording else { return }
    for fill in outcome.fills {
      guard let pair = pairs[fill.maker.key.pair] else { continue }
      let figures = DYDXEvent.TradeFigures(
        symbol: symbol(ofPerpetual: pair.perpetual), taker: fill.taker.subaccount.owner,
        maker: fill.maker.key.subaccount.owner, takerIsBuyer: fill.taker.isBuy,
        price: commonPrice(subticks: fill.match.subticks, pair: pair),
        size: commonSize(Int256(fill.amount), perpetual: pair.perpetual))
      events.emit(
        .trade(
          figures, takerFee: CommonFigures.money(fill.match.takerFee),
          makerFee: CommonFigures.money(fill.match.makerFee)))
      if fill.taker.isLiquidation {
        events.emit(.liquidation(figures, loss: CommonFigures.money(fill.match.liquidationLoss)))
      }
    }
    for entry in outcome.deleveragings {
      let size = commonSize(entry.fill.fill, perpetual: entry.perpetual)
      let value = CommonFigures.money((try? entry.fill.quote.absolute) ?? 0)
      let price =
        size == 0
        ? 0
        : CommonFigures.narrowed(
          (try? Int256.multiplyDivide(Int256(value), Int256(CommonScale.one), by: Int256(size), rounding: .truncation))
            ?? 0)
      events.emit(
        .deleveraging(
          symbol: symbol(ofPerpetual: entry.perpetual), winner: entry.fill.offsetting.owner,
          loser: entry.liquidated.owner, price: price, size: size,
          forgone: CommonFigures.money(entry.fill.forgone)))
    }
  }
}
