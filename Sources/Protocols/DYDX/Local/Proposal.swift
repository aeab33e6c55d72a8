import Quantities
public import VenueKit

// Rules DYDX-17, DYDX-59 and DYDX-92: what a proposer puts into its block.
extension DYDXVenue {
  public func propose(
    _ pool: [AuthenticatedTransaction<DYDXContent>], state: DYDXState, local: inout DYDXLocal, block: BlockContext
  ) -> [ProposedTransaction] {
    local.prepare(
      state,
      block: BlockContext(
        chainID: block.chainID, height: block.height - 1, time: block.time, proposer: block.proposer))
    func sealed(_ action: DYDXProposerAction) -> ProposedTransaction {
      .added(seal(DYDXContent(action), authority: .proposer))
    }
    var proposal = [sealed(.operations(local.book.queue.proposal))]
    var late: [ProposedTransaction] = []
    for index in orderByRank(pool) {
      let transaction = pool[index]
      if transaction.content.isShortTerm { continue }
      switch rank(transaction) {
      case 1, 2: proposal.append(.pooled(index))
      case 4: late.append(.pooled(index))
      default: continue
      }
    }
    // The vault's operator speaks through the proposer, as governance does.
    for due in state.allocationsDue() { proposal.append(sealed(.allocate(toVaultOf: due.pair, amount: due.amount))) }
    proposal.append(sealed(.premiumVotes(local.votes(observed: observedPrices(pool)))))
    return proposal + late
  }

  private func observedPrices(_ pool: [AuthenticatedTransaction<DYDXContent>]) -> [PriceUpdate] {
    pool.flatMap { transaction -> [PriceUpdate] in
      if case .proposer(.prices(let prices)) = transaction.content.body { prices } else { [] }
    }
  }

  /// Operations first and once, no short-term message outside of them, ranks ascending.
  public func validate(
    _ transactions: [AuthenticatedTransaction<DYDXContent>], state: DYDXState, local: DYDXLocal, block: BlockContext
  ) throws(DYDXRefusal) {
    var last: UInt8 = 0
    var counts = [0, 0, 0, 0, 0]
    for transaction in transactions {
      let next = rank(transaction)
      guard next >= last else {
        throw DYDXRefusal(kernel: .malformed("a transaction of rank \(next) after one of rank \(last)"))
      }
      last = next
      counts[Int(next)] += 1
      if transaction.content.isShortTerm {
        throw .chain(.invalidMsgProposedOperations, "a short-term message outside of the proposer's operations")
      }
    }
    guard counts[0] <= 1, counts[3] <= 1 else {
      throw .chain(.invalidMsgProposedOperations, "operations or premium votes twice")
    }
  }
}

extension DYDXLocal {
  /// The premium of each perpetual's book over its index price, in parts per million; zeros are left out.
  func votes(observed: [PriceUpdate]) -> [PremiumVote] {
    guard let keeper else { return [] }
    var votes: [PremiumVote] = []
    for perpetual in keeper.state.perpetuals.sortedKeys() {
      if let vote = try? vote(perpetual, keeper, observed), vote != 0 {
        votes.append(PremiumVote(perpetual: perpetual, ppm: vote))
      }
    }
    return votes
  }

  private func vote(
    _ perpetual: UInt32, _ keeper: StateKeeper, _ observed: [PriceUpdate]
  ) throws(MathematicsError) -> Int32 {
    let state = keeper.state
    guard let (id, pair) = state.pair(ofPerpetual: perpetual), pair.status == .active,
      let record = state.perpetuals[perpetual], let clamp = try state.voteClamp(perpetual)
    else { return 0 }
    var terms = try state.terms(perpetual)
    if let update = observed.last(where: { $0.market == record.market }) {
      terms.price.price = Int256(update.price)
    }
    let index = try computing { () throws(ArithmeticError) in
      try Units.subticks(
        of: terms.price, conversionExponent: Int(pair.conversionExponent), atomicResolution: terms.atomicResolution)
    }
    let impact = terms.tier.impactNotional
    let bids = carried(id, isBids: true, beyond: index, impact: impact, pair, keeper)
    let asks = bids.isEmpty ? carried(id, isBids: false, beyond: index, impact: impact, pair, keeper) : []
    let vote = try computing { () throws(ArithmeticError) in
      try PremiumPrice.votePpm(
        bids: bids, asks: asks, indexSubticks: index, impactNotional: impact,
        conversionExponent: Int(pair.conversionExponent), maximumPpm: clamp)
    }
    return Int32(exactly: vote) ?? 0
  }

  /// Orders that their makers could carry, best first, until the impact notional is reached; none when the best does
  /// not lie beyond the index.
  private func carried(
    _ id: UInt32, isBids: Bool, beyond index: Rational, impact: Int256, _ pair: ClobPairRecord, _ keeper: StateKeeper
  ) -> [PremiumPrice.Order] {
    var result: [PremiumPrice.Order] = []
    var value: Int256 = 0
    book.walk(pair: id, isBids: isBids) { order, remaining in
      let price = Rational(Int256(order.subticks))
      if result.isEmpty && !(isBids ? price > index : price < index) { return false }
      guard (try? keeper.state.restingCheck(order, at: keeper.time)) == .success else { return true }
      let quote = try? Units.fillQuote(
        subticks: Int256(order.subticks), quantums: Int256(remaining),
        conversionExponent: Int(pair.conversionExponent))
      result.append(PremiumPrice.Order(subticks: Int256(order.subticks), quantums: Int256(remaining)))
      value = (try? value + (quote ?? 0)) ?? value
      return value < impact
    }
    return result
  }
}

extension Memclob {
  /// Orders of a side in priority with what is left of each, until `body` returns false.
  func walk(pair: UInt32, isBids: Bool, _ body: (ClobOrder, UInt64) -> Bool) {
    books[pair]?.book.walkOrders(isBids ? .bid : .ask) { resting in
      guard let order = slots[Int(resting.id) - 1]?.order else { return true }
      return body(order, resting.quantity)
    }
  }
}
