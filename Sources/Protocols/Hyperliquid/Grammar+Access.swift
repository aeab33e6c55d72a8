import Canonical
import Quantities
import StateStore
import VenueKit

extension GrammarEntry {
  /// Who acts, when and how often: agents, nonces, expiry, vault addresses, and actions that are not carried out.
  static let access: [GrammarEntry] = [
    GrammarEntry("agent.approve", 12) { draw in
      guard let actor = draw.actor(), let agent = draw.stranger() else { return nil }
      return draw.approval(of: agent, name: draw.element(["", "bot", "desk", "phone"]) ?? "", by: actor.address)
    },
    GrammarEntry("agent.dated", 4) { draw in
      guard let actor = draw.actor(), let agent = draw.stranger() else { return nil }
      let until = draw.time + draw.number(1_000...86_400_000)
      return draw.approval(of: agent, name: "bot valid_until \(until)", by: actor.address)
    },
    GrammarEntry("agent.remove", 4) { draw in
      guard let (master, _) = draw.agent() else { return nil }
      return draw.approval(of: .zero, name: "bot", by: master)
    },
    GrammarEntry("agent.trade", 20) { draw in
      guard let (_, agent) = draw.agent(), let some = draw.someOrder(.goodTilCancelled, away: -2_000...20_000) else {
        return nil
      }
      return draw.send([some.order], by: agent)
    },
    GrammarEntry("noop", 5) { draw in
      guard let actor = draw.actor() else { return nil }
      return draw.send(.noop, by: actor.address)
    },
    GrammarEntry("expires.later", 8) { draw in
      draw.altered { draw, content in
        content.expiresAfter = UInt64(max(0, draw.time + draw.number(0...60_000)))
        return true
      }
    },
    GrammarEntry("vaultAddress.own", 3) { draw in
      guard let some = draw.someOrder(.goodTilCancelled, away: 500...20_000),
        var transaction = draw.send([some.order], by: some.signer)
      else { return nil }
      transaction.content.vaultAddress = some.signer
      return transaction
    },
    GrammarEntry("nonce.outOfOrder", 6) { draw in
      draw.altered { draw, content in
        content.nonce = UInt64(max(0, draw.time - draw.number(1...86_400_000)))
        return true
      }
    },
    GrammarEntry(invalid: "nonce.reuse", 8) { draw in
      for actor in draw.actors() {
        guard let used = draw.state.nonces[actor.address]?.nonces, let nonce = draw.element(used) else {
          continue
        }
        return GeneratedHyperliquid(content: HyperliquidContent(action: .noop, nonce: nonce), signer: actor.address)
      }
      return nil
    },
    GrammarEntry(invalid: "nonce.tooOld", 4) { draw in
      draw.altered { draw, content in
        content.nonce = UInt64(max(0, draw.time - 2 * 86_400_000 - draw.number(0...1_000_000)))
        return true
      }
    },
    GrammarEntry(invalid: "nonce.tooFarAhead", 4) { draw in
      draw.altered { draw, content in
        content.nonce = draw.flag() ? .max : UInt64(max(0, draw.time + 86_400_000 + draw.number(0...1_000_000)))
        return true
      }
    },
    GrammarEntry(invalid: "expires.past", 5) { draw in
      draw.altered { draw, content in
        content.expiresAfter = UInt64(max(0, draw.time - draw.number(1...100_000)))
        return draw.time > 0
      }
    },
    GrammarEntry(invalid: "vaultAddress.foreign", 5) { draw in
      guard let some = draw.someOrder(.goodTilCancelled, away: 500...20_000),
        let other = draw.flag() ? draw.state.parameters.vault.address : draw.friend(of: some.signer),
        var transaction = draw.send([some.order], by: some.signer)
      else { return nil }
      transaction.content.vaultAddress = other
      return transaction
    },
    GrammarEntry(invalid: "signer.unknown", 4) { draw in
      guard let some = draw.someOrder(.goodTilCancelled, away: 500...20_000), let stranger = draw.stranger() else {
        return nil
      }
      return draw.send([some.order], by: stranger)
    },
    GrammarEntry(invalid: "agent.transfer", 4) { draw in
      guard let (master, agent) = draw.agent() else { return nil }
      return draw.transfer(1_000_000, to: master, by: agent)
    },
    GrammarEntry(invalid: "agent.used", 3) { draw in
      guard let (_, agent) = draw.agent(), let actor = draw.actor() else { return nil }
      return draw.approval(of: agent, name: "", by: actor.address)
    },
    GrammarEntry(invalid: "agent.account", 3) { draw in
      guard let actor = draw.actor(), let other = draw.actor() else { return nil }
      return draw.approval(of: other.address, name: "", by: actor.address)
    },
    GrammarEntry(invalid: "agent.badName", 3) { draw in
      guard let actor = draw.actor(), let agent = draw.stranger() else { return nil }
      let names = [
        "a name of more than sixteen bytes", "bot valid_until 1", "bot valid_until x", "bot valid_until 9999999999999",
      ]
      return draw.approval(of: agent, name: draw.element(names) ?? "", by: actor.address)
    },
    GrammarEntry(invalid: "unsupported", 4) { draw in
      guard let actor = draw.actor() else { return nil }
      let types = ["userOutcome", "CSignerAction", "validatorL1Stream", "spotDeploy", "borrowLend"]
      return draw.send(.unsupported(type: draw.element(types) ?? "spotDeploy"), by: actor.address)
    },
    GrammarEntry(invalid: "proposer.impostor", 2) { draw in
      guard let actor = draw.actor() else { return nil }
      let content = HyperliquidContent(action: .proposer(.deposit(to: actor.address, amount: 1_000_000)), nonce: 0)
      return GeneratedHyperliquid(content: content, signer: actor.address)
    },
  ]

  /// What a block's proposer brings.
  static let proposals: [GrammarEntry] = [
    GrammarEntry("oracle.step", 120) { $0.oracle { draw in draw.number(-3_000...3_000) } },
    GrammarEntry("oracle.move", 60) { $0.oracle { draw in draw.number(-50_000...50_000) } },
    GrammarEntry("oracle.jump", 15) { $0.oracle { draw in draw.number(-600_000...1_500_000) } },
    GrammarEntry("deposit.person", 25) { draw in
      guard let person = draw.element(draw.cast) else { return nil }
      return draw.proposal(.deposit(to: person, amount: UInt64(draw.magnitude(1_000_000, 1_000_000_000_000))))
    },
    GrammarEntry("deposit.least", 3) { draw in
      guard let person = draw.element(draw.cast) else { return nil }
      return draw.proposal(.deposit(to: person, amount: 1))
    },
    GrammarEntry(invalid: "oracle.zero", 4) { draw in
      guard let market = draw.market() else { return nil }
      let price = draw.element([WireDecimal(0), -1, .min]) ?? 0
      return draw.proposal(.oracle([OraclePrice(asset: market.asset, oracle: price, external: nil)]))
    },
    GrammarEntry(invalid: "oracle.beyond", 2) { draw in
      guard let market = draw.state.parameters.markets.first(where: { $0.isPerpetual && $0.sizeDecimals < 4 }) else {
        return nil
      }
      return draw.proposal(.oracle([OraclePrice(asset: market.asset, oracle: .max, external: nil)]))
    },
    GrammarEntry(invalid: "oracle.unknownAsset", 2) { draw in
      draw.proposal(.oracle([OraclePrice(asset: 9_999, oracle: 100_000_000, external: nil)]))
    },
    GrammarEntry(invalid: "oracle.twice", 2) { draw in
      guard let market = draw.market(), let wire = market.wire(ticks: draw.state.mark(market.asset)) else { return nil }
      let price = OraclePrice(asset: market.asset, oracle: wire, external: nil)
      return draw.proposal(.oracle([price, price]))
    },
    GrammarEntry(invalid: "oracle.empty", 1) { draw in draw.proposal(.oracle([])) },
    GrammarEntry(invalid: "deposit.zero", 2) { draw in
      guard let person = draw.element(draw.cast) else { return nil }
      return draw.proposal(.deposit(to: person, amount: 0))
    },
    GrammarEntry(invalid: "deposit.nobody", 2) { draw in draw.proposal(.deposit(to: .zero, amount: 1_000_000)) },
    GrammarEntry(invalid: "deposit.tooMuch", 2) { draw in
      guard let person = draw.element(draw.cast) else { return nil }
      return draw.proposal(.deposit(to: person, amount: .max))
    },
  ]
}

extension GrammarDraw {
  /// Somebody's agent.
  mutating func agent() -> (master: Address, agent: Address)? {
    for actor in actors() {
      for place in UInt8(0)...3 {
        if let slot = state.agentSlots[Pair(actor.address, place)] { return (actor.address, slot.agent) }
      }
    }
    return nil
  }

  mutating func approval(of agent: Address, name: String, by signer: Address) -> GeneratedHyperliquid {
    let approval = AgentApproval(
      signatureChainID: "0x66eee", isMainnet: state.parameters.isMainnet, agent: agent, name: name, nonce: 0)
    return send(.approveAgent(approval), by: signer)
  }

  /// A good order in another envelope; nil where that is not possible.
  mutating func altered(_ change: (inout GrammarDraw, inout HyperliquidContent) -> Bool) -> GeneratedHyperliquid? {
    guard let some = someOrder(.goodTilCancelled, away: 500...20_000),
      var transaction = send([some.order], by: some.signer)
    else { return nil }
    return change(&self, &transaction.content) ? transaction : nil
  }

  mutating func proposal(_ action: ProposerAction) -> GeneratedHyperliquid {
    GeneratedHyperliquid(
      content: HyperliquidContent(action: .proposer(action), nonce: nonces.next(at: time)), signer: .zero)
  }

  /// New prices for some markets, each moved by drawn millionths; the first price of a market that has none is drawn.
  mutating func oracle(_ move: (inout GrammarDraw) -> Int64) -> GeneratedHyperliquid? {
    var prices: [OraclePrice] = []
    for market in state.parameters.markets where market.isPerpetual && (prices.isEmpty || flag()) {
      let old = state.derived.oracles[Int(market.asset)]
      let moved =
        old == 0
        ? Int128(magnitude(1_000, 100_000_000))
        : max(1, divide(Int128(old) * Int128(1_000_000 + move(&self)), by: 1_000_000, .halfUp))
      let bounded = Ticks(clamping: min(moved, Int128(HyperliquidParameters.priceMaximum / 100)))
      guard let wire = market.wire(ticks: bounded) else { continue }
      let basis = divide(Int128(wire) * Int128(1_000_000 + number(-2_000...2_000)), by: 1_000_000, .ceiling)
      let external = random.uniform(below: 4) > 0 ? WireDecimal(clamping: max(basis, Int128(market.tickWire))) : nil
      prices.append(OraclePrice(asset: market.asset, oracle: wire, external: external))
    }
    return prices.isEmpty ? nil : proposal(.oracle(prices))
  }
}
