import Canonical
import GMX
import Quantities
import StateStore
import Testing

/// A vault like that of the contracts' own tests: BNB, BTC and DAI, everybody rich.
struct V1Fixture {
  static let bnb: TokenID = 1
  static let btc: TokenID = 2
  static let dai: TokenID = 3
  static let keeper = Address(word0: 1 << 40, word1: 0, word2: 99)

  var state = GMXState()
  var context: ExecutionContext

  static func account(_ number: UInt32) -> Address { Address(word0: 1 << 40, word1: 0, word2: number) }

  /// Whole and hundredth dollars with 30 decimals: 991 is 9.91 dollars.
  static func usd(cents: UInt64) -> UInt256 {
    UInt256(cents) &* 10_000_000_000_000_000_000_000_000_000
  }

  /// Prices for a whole token, in whole dollars.
  static func price(_ dollars: UInt64) -> UInt256 { usd(cents: dollars * 100) }

  init(change: (inout V1Settings) -> Void = { _ in }) {
    var settings = V1Settings()
    change(&settings)
    state.v1SettingsTable.set(0, settings)
    state.holdsAccountsToDeposits = true
    for (token, decimals) in [(Self.bnb, 18), (Self.btc, 8), (Self.dai, 18)] as [(TokenID, UInt8)] {
      var terms = V1Token(decimals: decimals)
      terms.weight = 10_000
      terms.isStable = token == Self.dai
      terms.isShortable = token != Self.dai
      terms.minProfitBasisPoints = 75
      state.v1Tokens.set(token, terms)
      for number in 0..<6 as Range<UInt32> {
        state.balances.set(Pair(Self.account(number), token), Int256(1_000_000) &* 1_000_000_000_000_000_000)
      }
    }
    context = ExecutionContext(
      time: 1_700_000_000,
      oracle: OraclePrices(
        prices: Array(repeating: Price(min: .zero, max: .zero), count: 4), minTimestamp: 1_700_000_000,
        maxTimestamp: 1_700_000_000))
    set(Self.dai, 1, 1)
    set(Self.bnb, 300, 300)
    set(Self.btc, 60_000, 60_000)
  }

  /// Whole dollars for a whole token.
  mutating func set(_ token: TokenID, _ min: UInt64, _ max: UInt64) {
    let unit: UInt256 = token == Self.btc ? 100_000_000 : 1_000_000_000_000_000_000
    let floor = { (dollars: UInt64) -> UInt256 in
      (try? Self.price(dollars).divided(by: unit, rounding: .floor)) ?? .zero
    }
    context.oracle.prices[Int(token)] = Price(min: floor(min), max: floor(max))
  }

  @discardableResult
  mutating func run(_ action: V1Action, by number: UInt32) throws -> V1Outcome {
    try state.executeV1(action, signer: Self.account(number), isKeeper: false, &context)
  }

  @discardableResult
  mutating func keep(_ action: V1Action) throws -> V1Outcome {
    try state.executeV1(action, signer: Self.keeper, isKeeper: true, &context)
  }

  /// Asks for a change of a position and lets a keeper carry it out a second later.
  mutating func trade(_ request: V1Request, by number: UInt32) throws -> RequestOutcome {
    guard case .requested(let id) = try run(.request(request), by: number) else { return .executed }
    context.time += 1
    guard case .request(let end) = try keep(.executeRequest(id)) else { return .executed }
    return end
  }

  func increase(
    _ index: TokenID, isLong: Bool, collateral: UInt256, size: UInt256
  ) -> V1Request {
    var request = V1Request(
      isIncrease: true, path: [isLong ? index : Self.dai], indexToken: index, isLong: isLong, sizeDelta: size,
      acceptablePrice: isLong ? .max : .zero)
    request.amountIn = collateral
    return request
  }

  func decrease(_ index: TokenID, isLong: Bool, collateral: UInt256, size: UInt256) -> V1Request {
    var request = V1Request(
      isIncrease: false, path: [isLong ? index : Self.dai], indexToken: index, isLong: isLong, sizeDelta: size,
      acceptablePrice: isLong ? .zero : .max)
    request.collateralDelta = collateral
    return request
  }

  static func key(_ number: UInt32, _ index: TokenID, isLong: Bool) -> V1PositionKey {
    V1PositionKey(
      account: account(number), collateralToken: isLong ? index : dai, indexToken: index, isLong: isLong)
  }

  func balance(_ number: UInt32, _ token: TokenID) -> Int256 { state.balance(of: Self.account(number), token) }

  static func message(_ revert: Revert?) -> String? {
    guard case .text(let text)? = revert?.arguments.first?.figure else { return nil }
    return text
  }

  static func refusal(_ body: () throws -> Void) -> String? {
    message(#expect(throws: Revert.self) { try body() })
  }
}
