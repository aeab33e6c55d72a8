import Agents

/// A question to the machine: which market, which venues, which people, what happens and what must then be true.
public struct Scenario: Sendable, Equatable {
  public var name: String
  public var title: String
  public var seed: UInt64
  public var clock: ClockScenario
  /// In name order, as venues and people's groups are.
  public var markets: [MarketScenario]
  public var venues: [VenueScenario]
  public var people: [PeopleGroup]
  public var shocks: [Shock]
  /// Milliseconds between two lines of `metrics.csv`.
  public var metricsInterval: Int64
  public var assertions: [Assertion]
  public var axes: [SweepAxis]
}

public struct ClockScenario: Sendable, Equatable {
  /// Unix milliseconds.
  public var start: Int64
  public var duration: Int64
  /// Milliseconds between two blocks.
  public var block: Int64

  public var end: Int64 { start + duration }
  public var ticks: Int64 { duration / block }
}

public struct MarketScenario: Sendable, Equatable {
  public var symbol: String
  public var path: PathModel
  public var oracle: OracleScenario
}

/// Where a market's outside price comes from. Volatilities and drifts are a year's, in 10^-12.
public enum PathModel: Sendable, Equatable {
  /// Prices of a file at its times, and a Brownian bridge between them.
  case csv(file: String, sha256: String?, time: String, price: String, volatility: Int128)
  case gbm(start: Int128, drift: Int128, volatility: Int128)
  /// GBM, and jumps of lognormal size at Poisson times (`rate` an hour).
  case jumps(start: Int128, drift: Int128, volatility: Int128, rate: Int128, mean: Int128, deviation: Int128)
}

public struct OracleScenario: Sendable, Equatable {
  public var every: Int64
  /// Standard deviation of an observation, 10^-12.
  public var noise: Int128
  /// Age of the price that is observed, in milliseconds.
  public var delay: Int64
  /// Standard deviation of other venues' perpetual price from the index, 10^-12.
  public var basis: Int128
}

public struct VenueScenario: Sendable, Equatable {
  public var name: String
  public var room: String
  /// Genesis document; nil is an empty one.
  public var preset: String?
  public var presetSHA256: String?
  /// Changes of the genesis document, by dotted path.
  public var overrides: [VenueOverride]
  /// Milliseconds between two blocks, a multiple of the clock's.
  public var block: Int64
}

public struct VenueOverride: Sendable, Equatable {
  public var path: String
  public var value: String
}

/// People who behave alike and differ in their draws.
public struct PeopleGroup: Sendable, Equatable {
  public var name: String
  public var role: Role
  public var count: Int
  public var market: String
  /// Pool that providers choose; nil is the venue's first.
  public var pool: String?
  /// Every parameter of the role, in the schema's order.
  public var parameters: [String: Distribution]

  /// `retail-0007`: the number never changes when the group grows.
  public func personName(_ index: Int) -> String { "\(name)-\(TimeText.pad(Int64(index + 1), 4))" }
}

/// Something that happens from outside. Times are milliseconds since the start.
public enum Shock: Sendable, Equatable {
  /// The outside price moves by this fraction, evenly over the time, and stays there.
  case move(at: Int64, market: String, move: Int128, over: Int64)
  /// A group of people takes no part for a while.
  case withdraw(at: Int64, group: String, duration: Int64)
  /// The oracle says nothing for a while.
  case silence(at: Int64, market: String, duration: Int64)

  public var at: Int64 {
    switch self {
    case .move(let at, _, _, _), .withdraw(let at, _, _), .silence(let at, _, _): at
    }
  }
}

public enum Comparison: String, Sendable, CaseIterable {
  case less = "<"
  case lessOrEqual = "<="
  case equal = "="
  case greaterOrEqual = ">="
  case greater = ">"

  public func holds(_ left: Int128, _ right: Int128) -> Bool {
    switch self {
    case .less: left < right
    case .lessOrEqual: left <= right
    case .equal: left == right
    case .greaterOrEqual: left >= right
    case .greater: left > right
    }
  }
}

/// A sentence that must be true at the end of a run.
public struct Assertion: Sendable, Equatable {
  public var metric: FigureName
  /// Nil is every venue.
  public var venue: String?
  public var comparison: Comparison
  /// In the figure's own unit.
  public var value: Int128
}

/// One direction in which a sweep varies the scenario.
public struct SweepAxis: Sendable, Equatable {
  public var path: String
  public var values: [String]
}

/// The figures of a finished run that assertions may speak of, one value for each venue.
public enum FigureName: String, Sendable, CaseIterable {
  case trades
  case volume
  case fees
  case liquidations
  case liquidatedValue = "liquidated-value"
  case deleveragings
  case refusals
  case lossLiquidatedTraders = "loss-liquidated-traders"
  case lossLiquidityProviders = "loss-liquidity-providers"
  case lossInsurance = "loss-insurance"
  case lossDeleveragedTraders = "loss-deleveraged-traders"
  case lossSocialised = "loss-socialised"
  case lossUnpaid = "loss-unpaid"
  case ledgerGap = "ledger-gap"
  case poolReturn = "pool-return"
  case poolValue = "pool-value"
  case markDeviation = "mark-deviation"
  case depthMinimum = "depth-minimum"
  case openInterestMaximum = "open-interest-maximum"
  case fundingPaid = "funding-paid"
  case borrowingPaid = "borrowing-paid"
  case tradeCostMean = "trade-cost-mean"
  case tradeCostMaximum = "trade-cost-maximum"
  case tradeCostMissing = "trade-cost-missing"
  case resultGap = "result-gap"

  public var kind: ParameterKind {
    switch self {
    case .trades, .liquidations, .deleveragings, .refusals, .tradeCostMissing: .count
    case .poolReturn, .markDeviation, .tradeCostMean, .tradeCostMaximum: .ratio
    default: .money
    }
  }

  public var sentence: String {
    switch self {
    case .trades: "Trades"
    case .volume: "Traded value"
    case .fees: "Fees taken"
    case .liquidations: "Liquidations"
    case .liquidatedValue: "Value liquidated"
    case .deleveragings: "Auto-deleveragings"
    case .refusals: "Refused actions"
    case .lossLiquidatedTraders: "Lost by liquidated traders"
    case .lossLiquidityProviders: "Lost by liquidity providers"
    case .lossInsurance: "Paid by insurance"
    case .lossDeleveragedTraders: "Given up by deleveraged winners"
    case .lossSocialised: "Socialised"
    case .lossUnpaid: "Unpaid"
    case .ledgerGap: "Deposits less withdrawals less all balances"
    case .poolReturn: "Return of the providers' pool"
    case .poolValue: "Value of the providers' pool"
    case .markDeviation: "Largest gap between mark and index"
    case .depthMinimum: "Least depth within 50 bp, thinner side"
    case .openInterestMaximum: "Largest open interest"
    case .fundingPaid: "Funding paid by those who pay it"
    case .borrowingPaid: "Paid for borrowing from the pool"
    case .tradeCostMean: "Mean cost of a trade of 1,000,000 USD"
    case .tradeCostMaximum: "Largest cost of a trade of 1,000,000 USD"
    case .tradeCostMissing: "Times that 1,000,000 USD could not be traded"
    case .resultGap: "Results of all people and purses together"
    }
  }
}
