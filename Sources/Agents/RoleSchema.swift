/// What a parameter measures, and so which units a scenario may give it in. Values are integers.
public enum ParameterKind: Sendable, Equatable {
  /// USD in 10^-12.
  case money
  /// A fraction in 10^-12: `15 %`, `5 bp`.
  case ratio
  /// Milliseconds.
  case duration
  /// A whole number.
  case count
  /// A multiple in 10^-12: `10x`.
  case leverage
  /// Events an hour in 10^-12: `6 /h`.
  case rate
  /// The index of one of these words.
  case choice([String])
}

/// One parameter of a role: how scenarios name it, and what it is when they do not.
public struct ParameterSchema: Sendable, Equatable {
  public let key: String
  public let kind: ParameterKind
  public let fallback: Distribution
  public let sentence: String

  init(_ key: String, _ kind: ParameterKind, _ fallback: Distribution, _ sentence: String) {
    self.key = key
    self.kind = kind
    self.fallback = fallback
    self.sentence = sentence
  }
}

/// What a person does for a living.
public enum Role: String, Sendable, CaseIterable {
  case noise
  case trend
  case maker
  case whale
  case provider
  case keeper
  case arbitrageur

  public var sentence: String {
    switch self {
    case .noise: "opens leveraged positions at random times, mostly long, holds, stops out or panics"
    case .trend: "joins a move that is fast enough, in its direction"
    case .maker:
      "quotes both sides around the index, widens with volatility, leans against its inventory, pulls in a rush; on a pool "
        + "backs it with the same money"
    case .whale: "builds one large position in slices at a given time"
    case .provider: "puts money into the providers' pool and may take it out"
    case .keeper: "does the work that a venue leaves to outsiders"
    case .arbitrageur: "trades the perpetual back toward the index; on a pool takes the side that is paid for"
    }
  }

  /// Every parameter that the role knows, in the order in which a resolved scenario lists them.
  public var parameters: [ParameterSchema] {
    switch self {
    case .noise: Self.noiseParameters
    case .trend: Self.trendParameters
    case .maker: Self.makerParameters
    case .whale: Self.whaleParameters
    case .provider: Self.providerParameters
    case .keeper: Self.keeperParameters
    case .arbitrageur: Self.arbitrageurParameters
    }
  }
}

private let usd = CommonUnits.one
private let percent = CommonUnits.one / 100
private let basisPoint = CommonUnits.one / 10_000
private let second: Int128 = 1_000
private let minute: Int128 = 60_000
private let hour: Int128 = 3_600_000

extension Role {
  static let noiseParameters: [ParameterSchema] = [
    .init(
      "deposit", .money, .lognormal(median: 5_000 * usd, sigma: usd, minimum: 100 * usd, maximum: 2_000_000 * usd),
      "money brought at the start; none is brought later"),
    .init("leverage", .leverage, .uniform(low: 3 * usd, high: 40 * usd), "position value over the margin put in"),
    .init("exposure", .ratio, .uniform(low: 20 * percent, high: 80 * percent), "share of the equity put in as margin"),
    .init("long", .ratio, .fixed(65 * percent), "chance that a trade is a long"),
    .init("trades", .rate, .fixed(2 * usd), "times an hour that a person without a position opens one"),
    .init("hold", .duration, .fixed(2 * hour), "mean time a position is held"),
    .init("initial", .ratio, .fixed(50 * percent), "chance of opening at the first look"),
    .init("warmup", .duration, .fixed(10 * minute), "first looks are spread over this time"),
    .init("stop", .ratio, .fixed(30 * percent), "chance that a position gets a stop"),
    .init("stopDistance", .ratio, .uniform(low: 1 * percent, high: 4 * percent), "distance of the stop from the entry"),
    .init(
      "panic", .ratio, .uniform(low: 2 * percent, high: 12 * percent), "move against the position that makes it close"),
    .init("slippage", .ratio, .fixed(2 * percent), "worst price accepted, from the mark"),
    .init("check", .duration, .fixed(10 * second), "time between two looks at the market"),
  ]

  static let trendParameters: [ParameterSchema] = [
    .init(
      "deposit", .money, .lognormal(median: 20_000 * usd, sigma: usd, minimum: 1_000 * usd, maximum: 5_000_000 * usd),
      "money brought at the start"),
    .init("leverage", .leverage, .uniform(low: 2 * usd, high: 10 * usd), "position value over the margin put in"),
    .init("exposure", .ratio, .fixed(50 * percent), "share of the equity put in as margin"),
    .init("lookback", .duration, .fixed(5 * minute), "time over which the move is measured"),
    .init("trigger", .ratio, .uniform(low: 1 * percent, high: 3 * percent), "move that makes it trade"),
    .init("hold", .duration, .uniform(low: 5 * minute, high: 30 * minute), "time a position is held"),
    .init("slippage", .ratio, .fixed(1 * percent), "worst price accepted, from the mark"),
    .init("check", .duration, .fixed(5 * second), "time between two looks at the market"),
  ]

  static let makerParameters: [ParameterSchema] = [
    .init("deposit", .money, .fixed(2_000_000 * usd), "money brought at the start"),
    .init("levels", .count, .fixed(6), "orders on each side"),
    .init("size", .money, .fixed(60_000 * usd), "value of each order"),
    .init("spread", .ratio, .uniform(low: 1 * basisPoint, high: 4 * basisPoint), "half spread in quiet times"),
    .init("step", .ratio, .uniform(low: 2 * basisPoint, high: 6 * basisPoint), "distance between two levels"),
    .init("inventory", .money, .fixed(3_000_000 * usd), "position value at which a side is no longer quoted"),
    .init("skew", .ratio, .fixed(10 * basisPoint), "shift of the quotes at full inventory"),
    .init("leverage", .leverage, .fixed(5 * usd), "position value that equity allows"),
    .init("widen", .ratio, .fixed(50 * percent), "share of the last minute's move added to the half spread"),
    .init(
      "pull", .ratio, .uniform(low: 1 * percent, high: 3 * percent), "move in a minute at which all quotes are pulled"),
    .init("away", .duration, .uniform(low: 30 * second, high: 3 * minute), "time it stays away after pulling"),
    .init("requote", .ratio, .fixed(1 * basisPoint), "move that makes it quote anew"),
    .init("refresh", .duration, .fixed(3 * second), "time between two looks at the market"),
  ]

  static let whaleParameters: [ParameterSchema] = [
    .init("deposit", .money, .fixed(20_000_000 * usd), "money brought at the start"),
    .init("size", .money, .fixed(60_000_000 * usd), "value of the whole position"),
    .init("leverage", .leverage, .fixed(10 * usd), "position value over margin"),
    .init("side", .choice(["long", "short"]), .fixed(0), "direction"),
    .init("at", .duration, .fixed(5 * minute), "when it begins, from the start"),
    .init("over", .duration, .fixed(20 * minute), "time over which it builds the position"),
    .init("slice", .duration, .fixed(15 * second), "time between two slices"),
    .init("exit", .duration, .fixed(0), "when it closes, from the start; 0 is never"),
    .init("slippage", .ratio, .fixed(50 * basisPoint), "worst price accepted, from the mark"),
  ]

  static let providerParameters: [ParameterSchema] = [
    .init(
      "deposit", .money,
      .lognormal(median: 100_000 * usd, sigma: usd, minimum: 1_000 * usd, maximum: 20_000_000 * usd),
      "money brought at the start"),
    .init("provide", .ratio, .fixed(100 * percent), "share of the deposit that goes into the pool"),
    .init("at", .duration, .fixed(0), "when it provides, from the start"),
    .init("redeem", .duration, .fixed(0), "when it redeems, from the start; 0 is never"),
    .init("panic", .ratio, .fixed(0), "fall of the share price at which it redeems; 0 is never"),
    .init("check", .duration, .fixed(30 * second), "time between two looks at the pool"),
  ]

  static let keeperParameters: [ParameterSchema] = [
    .init("deposit", .money, .fixed(10_000 * usd), "money brought at the start"),
    .init(
      "duty", .choice(["all", "executePending", "liquidate", "deleverage"]), .fixed(0), "which of the duties it does"),
    .init("every", .duration, .fixed(3 * second), "time between the end of a round and the next look"),
    .init("delay", .duration, .fixed(0), "reaction time from a look to the work, drawn anew for each round"),
  ]

  static let arbitrageurParameters: [ParameterSchema] = [
    .init("deposit", .money, .fixed(3_000_000 * usd), "money brought at the start"),
    .init("size", .money, .fixed(100_000 * usd), "value of one trade"),
    .init("leverage", .leverage, .fixed(5 * usd), "position value over margin"),
    .init("limit", .money, .fixed(5_000_000 * usd), "largest position value"),
    .init(
      "threshold", .ratio, .uniform(low: 5 * basisPoint, high: 20 * basisPoint), "gap to the index that it trades on"),
    .init("horizon", .duration, .fixed(1 * hour), "on a pool: time over which funding counts as a gain"),
    .init("check", .duration, .fixed(2 * second), "time between two looks at the market"),
  ]
}
