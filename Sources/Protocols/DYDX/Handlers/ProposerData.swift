import Quantities

// Rules DYDX-53 to DYDX-56: prices, premium votes and the states of pairs, as proposers bring them.
extension DYDXState {
  /// Markets ascend, prices are not zero, and each moved by at least its market's least change.
  mutating func update(_ updates: [PriceUpdate]) throws(MathematicsError) {
    for (place, update) in updates.enumerated() {
      guard update.price > 0, place == 0 || updates[place - 1].market < update.market else {
        throw .refused(.invalidMarketPriceUpdateStateless)
      }
    }
    for update in updates {
      guard try moves(update) else { throw .refused(.invalidMarketPriceUpdateDeterministic) }
    }
    for update in updates { prices.set(update.market, Whole(update.price)) }
  }

  /// Whether a price lies far enough from the present one to be applied.
  func moves(_ update: PriceUpdate) throws(MathematicsError) -> Bool {
    guard let market = markets[update.market] else { return false }
    guard let old = prices[update.market]?.value, old > 0 else { return true }
    let least = try computing { () throws(ArithmeticError) in
      try PriceRules.minimumChange(price: Int256(old), minimumChangePpm: Int256(market.minimumChangePpm))
    }
    let distance = update.price > old ? update.price - old : old - update.price
    return Int256(distance) >= least
  }

  /// Votes ascend by perpetual and lie within the clamp of their tier.
  mutating func add(_ votes: [PremiumVote]) throws(MathematicsError) {
    for (place, vote) in votes.enumerated() {
      guard place == 0 || votes[place - 1].perpetual < vote.perpetual else {
        throw .refused(.invalidAddPremiumVotes)
      }
      guard let clamp = try voteClamp(vote.perpetual) else { throw .refused(.perpetualDoesNotExist) }
      guard pair(ofPerpetual: vote.perpetual)?.record.status == .active else {
        throw .refused(.premiumVoteForNonActiveMarket)
      }
      guard Int256(Int64(vote.ppm)).magnitude <= clamp.magnitude else { throw .refused(.premiumVoteNotClamped) }
    }
    for vote in votes { self.votes.upsert(vote.perpetual, default: PremiumRecord()) { $0.values.append(vote.ppm) } }
    add(1, to: .voteCount)
  }

  func voteClamp(_ perpetual: UInt32) throws(MathematicsError) -> Int256? {
    guard let record = perpetuals[perpetual], let tier = tiers[record.tier] else { return nil }
    return try computing { () throws(ArithmeticError) in
      try tier.fundingClampPpm(factorPpm: parameters.premiumVoteClampPpm)
    }
  }

  /// Moves a pair to another status; entering final settlement cancels its stateful orders.
  mutating func setStatus(_ id: UInt32, _ status: PairStatus) throws(MathematicsError) {
    guard let pair = pairs[id] else { throw .refused(.invalidClob) }
    let isAllowed =
      switch (pair.status, status) {
      case _ where pair.status == status: true
      case (.active, .finalSettlement), (.initializing, .active), (.initializing, .finalSettlement): true
      case (.finalSettlement, .initializing): true
      default: false
      }
    guard isAllowed else { throw .refused(.invalidClobPairStatusTransition) }
    pairs.update(id) { $0.status = status }
    guard status == .finalSettlement, pair.status != status else { return }
    let keys = orders.sortedKeys() + untriggered.sortedKeys() + timeWeighted.sortedKeys()
    for key in keys where key.pair == id { removeStateful(key, as: .removed) }
  }
}
