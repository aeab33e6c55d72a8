import Canonical
import Quantities
import StateStore
import VenueKit

extension GrammarEntry {
  static let margin: [GrammarEntry] = [
    GrammarEntry("leverage.most", 15) { $0.leverage { _, maximum, _ in maximum } },
    GrammarEntry("leverage.raise", 20) { $0.leverage { current, maximum, draw in draw.between(current + 1, maximum) } },
    GrammarEntry("leverage.lower", 20) { $0.leverage { current, _, draw in draw.between(1, current - 1) } },
    GrammarEntry("leverage.mode", 15) { draw in
      guard let actor = draw.actor(), let market = draw.market() else { return nil }
      let cache = draw.state.marketCache(actor.account, market.asset)
      return draw.send(
        .updateLeverage(asset: market.asset, isCross: !cache.isCross, leverage: UInt32(cache.leverage)),
        by: actor.address)
    },
    GrammarEntry("isolated.add", 20) { $0.isolated { _, draw in draw.magnitude(1, 1_000_000_000) } },
    GrammarEntry("isolated.remove", 20) { $0.isolated { _, draw in -draw.magnitude(1, 1_000_000_000) } },
    GrammarEntry(invalid: "leverage.tooHigh", 5) {
      $0.leverage { _, maximum, draw in draw.flag() ? maximum + 1 : 1_000 }
    },
    GrammarEntry(invalid: "leverage.zero", 3) { $0.leverage { _, _, _ in 0 } },
    GrammarEntry(invalid: "leverage.switchOpen", 5) { draw in
      guard let open = draw.position() else { return nil }
      return draw.send(
        .updateLeverage(
          asset: open.market.asset, isCross: !open.held.isCross, leverage: UInt32(open.held.leverage)),
        by: open.address)
    },
    GrammarEntry(invalid: "leverage.unknownAsset", 2) { draw in
      guard let actor = draw.actor() else { return nil }
      return draw.send(.updateLeverage(asset: 9_999, isCross: true, leverage: 5), by: actor.address)
    },
    GrammarEntry(invalid: "isolated.tooMuch", 5) { draw in
      let isAdding = draw.flag()
      return draw.isolated { _, _ in isAdding ? Int64.max : Int64.min + 1 }
    },
    GrammarEntry(invalid: "isolated.least", 2) { $0.isolated { _, _ in Int64.min } },
    GrammarEntry(invalid: "isolated.zero", 2) { $0.isolated { _, _ in 0 } },
    GrammarEntry(invalid: "isolated.cross", 4) { draw in
      guard let open = draw.position(isCross: true) else { return nil }
      return draw.send(
        .updateIsolatedMargin(asset: open.market.asset, isBuy: true, amount: 1_000_000), by: open.address)
    },
    GrammarEntry(invalid: "isolated.flat", 3) { draw in
      guard let market = draw.market() else { return nil }
      let state = draw.state
      guard let actor = draw.actor(where: { state.marketCache($0, market.asset).size == 0 }) else { return nil }
      return draw.send(.updateIsolatedMargin(asset: market.asset, isBuy: true, amount: 1_000_000), by: actor.address)
    },
  ]

  static let money: [GrammarEntry] = [
    GrammarEntry("vault.deposit", 15) { draw in
      guard let actor = draw.actor() else { return nil }
      let free = draw.state.withdrawable(actor.account)
      let least = draw.state.parameters.vault.depositMinimum
      guard free >= max(1, least) else { return nil }
      let amount = max(least, scale(free, Int128(draw.number(1...500_000)), by: 1_000_000, .floor))
      return draw.vault(isDeposit: true, max(1, amount), by: actor.address)
    },
    GrammarEntry("vault.withdraw", 15) { draw in
      let state = draw.state
      guard let actor = draw.actor(where: { state.providedValue(state.address($0)) > 0 }) else { return nil }
      let value = draw.state.providedValue(actor.address)
      return draw.vault(
        isDeposit: false, scale(value, Int128(draw.number(1...1_000_000)), by: 1_000_000, .ceiling), by: actor.address)
    },
    GrammarEntry("transfer.friend", 20) { draw in
      guard let actor = draw.actor(), let friend = draw.friend(of: actor.address) else { return nil }
      let free = draw.state.withdrawable(actor.account)
      guard free > 0 else { return nil }
      let amount = scale(free, Int128(draw.number(1...300_000)), by: 1_000_000, .ceiling)
      return draw.transfer(amount, to: friend, by: actor.address)
    },
    GrammarEntry("transfer.stranger", 3) { draw in
      guard let actor = draw.actor(), let stranger = draw.stranger() else { return nil }
      return draw.transfer(draw.magnitude(1, 100_000_000).asMoney, to: stranger, by: actor.address)
    },
    GrammarEntry("withdraw.part", 15) { draw in
      guard let actor = draw.actor() else { return nil }
      let free = draw.state.withdrawable(actor.account)
      guard free > draw.state.parameters.withdrawalFee else { return nil }
      let part = scale(free, Int128(draw.number(1...300_000)), by: 1_000_000, .ceiling)
      return draw.withdrawal(max(part, draw.state.parameters.withdrawalFee + 1), by: actor.address)
    },
    GrammarEntry("withdraw.all", 3) { draw in
      guard let actor = draw.actor() else { return nil }
      let free = draw.state.withdrawable(actor.account)
      return free > draw.state.parameters.withdrawalFee ? draw.withdrawal(free, by: actor.address) : nil
    },
    GrammarEntry(invalid: "vault.tooLittle", 4) { draw in
      guard let actor = draw.actor(), draw.state.parameters.vault.depositMinimum > 1 else { return nil }
      return draw.vault(isDeposit: true, draw.state.parameters.vault.depositMinimum - 1, by: actor.address)
    },
    GrammarEntry(invalid: "vault.beyondMargin", 4) { draw in
      guard let actor = draw.actor() else { return nil }
      let least = draw.state.parameters.vault.depositMinimum
      return draw.vault(isDeposit: true, max(least, draw.state.withdrawable(actor.account) + 1), by: actor.address)
    },
    GrammarEntry(invalid: "vault.tooEarly", 6) { draw in
      let state = draw.state
      let time = draw.time
      let vault = state.parameters.vault.address
      guard let actor = draw.actor(where: { (state.shares[Pair(vault, state.address($0))]?.lockedUntil ?? 0) > time })
      else { return nil }
      return draw.vault(isDeposit: false, max(1, draw.state.providedValue(actor.address)), by: actor.address)
    },
    GrammarEntry(invalid: "vault.tooMuch", 5) { draw in
      guard let actor = draw.actor() else { return nil }
      return draw.vault(isDeposit: false, draw.state.providedValue(actor.address) + 1, by: actor.address)
    },
    GrammarEntry(invalid: "vault.unknown", 3) { draw in
      guard let actor = draw.actor(), let other = draw.friend(of: actor.address) else { return nil }
      return draw.send(.vaultTransfer(vault: other, isDeposit: true, amount: 5_000_000), by: actor.address)
    },
    GrammarEntry(invalid: "vault.zero", 2) { draw in
      guard let actor = draw.actor() else { return nil }
      return draw.vault(isDeposit: draw.flag(), 0, by: actor.address)
    },
    GrammarEntry(invalid: "transfer.self", 3) { draw in
      guard let actor = draw.actor() else { return nil }
      return draw.transfer(1_000_000, to: actor.address, by: actor.address)
    },
    GrammarEntry(invalid: "transfer.tooMuch", 5) { draw in
      guard let actor = draw.actor(), let friend = draw.friend(of: actor.address) else { return nil }
      return draw.transfer(draw.state.withdrawable(actor.account) + 1, to: friend, by: actor.address)
    },
    GrammarEntry(invalid: "transfer.badAmount", 4) { draw in
      guard let actor = draw.actor(), let friend = draw.friend(of: actor.address) else { return nil }
      let texts = ["", "-1", "0", "1.0000001", "1e3", "abc", "99999999999999999999999999999999999999999", "1.", ".5"]
      let text = draw.element(texts) ?? ""
      return draw.send(.usdSend(draw.state.userTransfer(to: friend, text)), by: actor.address)
    },
    GrammarEntry(invalid: "transfer.badDestination", 3) { draw in
      guard let actor = draw.actor() else { return nil }
      var transfer = draw.state.userTransfer(to: .zero, "1.0")
      transfer.destination = draw.element(["", "0x", "0x12", Address.zero.description]) ?? ""
      return draw.send(.usdSend(transfer), by: actor.address)
    },
    GrammarEntry(invalid: "withdraw.tooMuch", 5) { draw in
      guard let actor = draw.actor() else { return nil }
      let more = draw.state.withdrawable(actor.account) + draw.magnitude(1, 1_000_000_000).asMoney
      return draw.withdrawal(max(more, draw.state.parameters.withdrawalFee + 1), by: actor.address)
    },
    GrammarEntry(invalid: "withdraw.belowFee", 3) { draw in
      guard let actor = draw.actor() else { return nil }
      let fee = draw.state.parameters.withdrawalFee
      return fee > 0 ? draw.withdrawal(fee, by: actor.address) : nil
    },
  ]
}

extension Int64 {
  fileprivate var asMoney: Money { Money(self) }
}

extension GrammarDraw {
  mutating func between(_ low: Int64, _ high: Int64) -> Int64? { low <= high ? number(low...high) : nil }

  /// Another leverage, in the mode that holds.
  mutating func leverage(
    _ choose: (_ current: Int64, _ maximum: Int64, inout GrammarDraw) -> Int64?
  ) -> GeneratedHyperliquid? {
    guard let actor = actor(), let market = market() else { return nil }
    let cache = state.marketCache(actor.account, market.asset)
    guard let leverage = choose(cache.leverage, market.leverageMaximum, &self) else { return nil }
    return send(
      .updateLeverage(asset: market.asset, isCross: cache.isCross, leverage: UInt32(leverage)), by: actor.address)
  }

  mutating func isolated(
    _ choose: (MarketCache, inout GrammarDraw) -> Int64
  ) -> GeneratedHyperliquid? {
    guard let open = position(isCross: false) else { return nil }
    let amount = choose(open.held, &self)
    return send(
      .updateIsolatedMargin(asset: open.market.asset, isBuy: open.held.size > 0, amount: amount), by: open.address)
  }

  mutating func vault(isDeposit: Bool, _ amount: Money, by signer: Address) -> GeneratedHyperliquid? {
    guard let amount = UInt64(exactly: amount) else { return nil }
    return send(
      .vaultTransfer(vault: state.parameters.vault.address, isDeposit: isDeposit, amount: amount), by: signer)
  }

  mutating func transfer(_ amount: Money, to destination: Address, by signer: Address) -> GeneratedHyperliquid {
    send(.usdSend(state.userTransfer(to: destination, formatDecimal(amount, scale: 6))), by: signer)
  }

  mutating func withdrawal(_ amount: Money, by signer: Address) -> GeneratedHyperliquid {
    send(.withdraw(state.userTransfer(to: signer, formatDecimal(amount, scale: 6))), by: signer)
  }
}
