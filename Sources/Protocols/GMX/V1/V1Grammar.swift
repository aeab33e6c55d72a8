import Canonical
import Quantities
import StateStore
import VenueKit

// What the fuzzer does with the first generation's vault; nothing where the venue has none. Rule GMX-174.
extension GrammarEntry {
  static let firstGeneration: [GrammarEntry] = [
    GrammarEntry("v1 swap", 2) { draw in
      guard let tokenIn = draw.v1Token(), let tokenOut = draw.v1Token() else { return nil }
      let person = draw.person()
      let amount = draw.v1Part(of: tokenIn, of: person)
      return draw.send(.v1(.swap(path: [tokenIn, tokenOut], amountIn: amount, minOut: .zero)), from: person)
    },
    GrammarEntry("v1 buy shares", 3) { draw in
      guard let token = draw.v1Token() else { return nil }
      let person = draw.person()
      let amount = draw.v1Part(of: token, of: person)
      let least = draw.chance(5) ? draw.wide() : UInt256.zero
      return draw.send(.v1(.addLiquidity(token, amount: amount, minUSDG: .zero, minGLP: least)), from: person)
    },
    GrammarEntry("v1 sell shares", 2) { draw in
      guard let token = draw.v1Token() else { return nil }
      let person = draw.person()
      let amount = draw.v1Part(of: GMXState.glpToken, of: person)
      return draw.send(.v1(.removeLiquidity(token, glpAmount: amount, minOut: .zero)), from: person)
    },
    GrammarEntry("v1 request", 5) { draw in
      guard let request = draw.v1Request() else { return nil }
      return draw.send(.v1(.request(request)), from: draw.person())
    },
    GrammarEntry("v1 execute a request", 6) { draw in
      draw.v1Waiting().map { draw.send(.v1(.executeRequest($0)), from: draw.person()) }
    },
    GrammarEntry("v1 cancel a request", 1) { draw in
      draw.v1Waiting().map { draw.send(.v1(.cancelRequest($0)), from: draw.person()) }
    },
    GrammarEntry("v1 liquidate anybody", 2) { draw in
      draw.element(draw.state.v1Positions.sortedKeys()).map { draw.send(.v1(.liquidate($0)), from: draw.person()) }
    },
    GrammarEntry("v1 update a funding rate", 1) { draw in
      draw.v1Token().map { draw.send(.v1(.updateFundingRate($0)), from: draw.person()) }
    },
    GrammarEntry(invalid: "v1 gift of an unknown token", 1) { draw in
      if draw.state.v1Tokens.isEmpty { return nil }
      let token = TokenID(truncatingIfNeeded: 1_000 + draw.random.uniform(below: 60_000))
      return draw.send(.v1(.directPoolDeposit(token, amount: draw.wide())), from: draw.person())
    },
  ]
}

extension GrammarDraw {
  mutating func v1Token() -> TokenID? { element(state.v1Tokens.sortedKeys()) }

  mutating func v1Waiting() -> UInt64? { element(state.v1Requests.sortedKeys()) }

  mutating func v1Part(of token: TokenID, of person: Address) -> UInt256 {
    let held = max(.zero, state.balance(of: person, token)).magnitude
    let amount = part(of: held)
    return chance(3) ? amount : (try? amount / 100) ?? .zero
  }

  /// An increase or a decrease of a long or a short, with terms that often fit.
  mutating func v1Request() -> V1Request? {
    let terms = state.v1Tokens
    let tokens = terms.sortedKeys()
    guard let index = element(tokens.filter { terms[$0]?.isShortable == true || chance(8) }) else { return nil }
    let isLong = flag()
    guard let stable = element(tokens.filter { terms[$0]?.isStable == true }) else { return nil }
    let collateral = isLong ? index : stable
    let isIncrease = !chance(3)
    var request = V1Request(
      isIncrease: isIncrease, path: [collateral], indexToken: index, isLong: isLong, sizeDelta: dollars(),
      acceptablePrice: isLong == isIncrease ? .max : .zero)
    if let other = element(tokens), chance(4) { request.path.insert(other, at: isIncrease ? 0 : 1) }
    if isIncrease {
      request.amountIn = v1Part(of: request.path[0], of: person())
    } else {
      if let key = element(state.v1Positions.sortedKeys()), let position = state.v1Positions[key] {
        request.path[0] = key.collateralToken
        request.indexToken = key.indexToken
        request.isLong = key.isLong
        request.acceptablePrice = key.isLong ? .zero : .max
        request.sizeDelta = part(of: position.size)
      }
      if chance(3) { request.collateralDelta = dollars() }
    }
    if chance(5), request.path.count == 1 { request.trigger = V1Trigger(price: dollars(), isAbove: flag()) }
    return request
  }
}
