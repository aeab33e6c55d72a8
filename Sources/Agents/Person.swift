import Canonical
import Cryptography
import Quantities
import VenueKit

/// What a person sees: committed state only, and his own account.
public struct PersonView: Sendable {
  /// Unix milliseconds of the block that is about to be made.
  public var time: Int64
  /// Milliseconds since the scenario's start.
  public var elapsed: Int64
  /// The person's market; nil when the venue does not have it (yet).
  public var market: MarketView?
  public var account: AccountView
  public var pools: [PoolView]
  /// Whether quotes may rest on the venue.
  public var takesQuotes: Bool
  /// What a trade of `Person.costValue` would cost in each direction; nil where the venue cannot fill it, or nobody asked.
  public var longCost: TradeCost?
  public var shortCost: TradeCost?

  public init(
    time: Int64, elapsed: Int64, market: MarketView?, account: AccountView, pools: [PoolView],
    takesQuotes: Bool = true, longCost: TradeCost? = nil, shortCost: TradeCost? = nil
  ) {
    self.time = time
    self.elapsed = elapsed
    self.market = market
    self.account = account
    self.pools = pools
    self.takesQuotes = takesQuotes
    self.longCost = longCost
    self.shortCost = shortCost
  }

  /// The pool of that name, or the first that stands behind the person's market.
  func pool(named name: String?) -> PoolView? {
    pools.first { pool in
      if let name { return pool.name == name }
      return pool.symbol == nil || pool.symbol == market?.symbol
    }
  }

  var position: PositionView? {
    guard let market else { return nil }
    return account.positions.first { $0.symbol == market.symbol && $0.size != 0 }
  }
}

/// What a person wants now, and when he looks again.
public struct Decision: Sendable, Equatable {
  public var intents: [Intent]
  /// Milliseconds until the next look.
  public var pause: Int64

  public init(_ intents: [Intent] = [], pause: Int64) {
    self.intents = intents
    self.pause = pause
  }
}

/// A way of behaving. A strategy draws the same number of times at every look, whatever it sees and decides, so that the
/// draws of a person are the same on every venue.
public protocol Strategy: Sendable {
  mutating func decide(_ view: PersonView, draws: inout RandomStream) -> Decision
}

/// The parameters of one person, drawn from his group's distributions. Each has a stream of its own.
public struct PersonParameters: Sendable {
  let values: [(key: String, value: Int128)]
  /// As the scenario gives them; for lookup only.
  let distributions: [String: Distribution]

  /// The distributions are for lookup only.
  public init(role: Role, distributions: [String: Distribution], name: StreamName) {
    self.distributions = distributions
    values = role.parameters.map { schema in
      var draws = name.appending("parameters", schema.key).makeStream()
      return (schema.key, (distributions[schema.key] ?? schema.fallback).draw(&draws))
    }
  }

  public subscript(key: String) -> Int128 {
    guard let found = values.first(where: { $0.key == key }) else {
      preconditionFailure("a strategy reads only parameters of its role's schema")
    }
    return found.value
  }

  /// What a parameter is drawn from, for those that a person draws anew each time.
  func distribution(_ key: String, of role: Role) -> Distribution {
    let schema = role.parameters.first { $0.key == key }
    return distributions[key] ?? schema?.fallback ?? .fixed(self[key])
  }

  /// A duration of at least one millisecond.
  func interval(_ key: String) -> Int64 { Int64(clamping: max(1, self[key])) }
}

/// One person on one venue: a copy of the same person on another venue draws the same.
public struct Person: Sendable {
  public let name: String
  /// The group's name in the scenario.
  public let group: String
  public let role: Role
  /// The market that the person acts in.
  public let symbol: String
  public let key: PrivateKey
  public let address: Address
  /// Money brought at the start, in the common scale.
  public let deposit: Int128
  public private(set) var strategy: any Strategy
  public private(set) var draws: RandomStream
  /// Unix milliseconds of the next look.
  public private(set) var nextLook: Int64
  /// Value of the trade whose cost the person wants to see in both directions; nil for whoever does not ask.
  public let costValue: Int128?
  /// The trade that a venue of two steps has not carried out yet.
  private var waiting: (until: Int64, size: Int128)?

  public init(
    name: String, group: String, role: Role, symbol: String, pool: String?,
    // lookup only
    distributions: [String: Distribution],
    seed: UInt64, start: Int64
  ) {
    let stream = StreamName(seed: seed, ["people", name])
    let parameters = PersonParameters(role: role, distributions: distributions, name: stream)
    self.name = name
    self.group = group
    self.role = role
    self.symbol = symbol
    key = stream.makeKey()
    address = key.address
    deposit = max(0, parameters["deposit"])
    draws = stream.appending("decisions").makeStream()
    costValue = role == .arbitrageur ? parameters["size"] : nil
    strategy = Self.makeStrategy(role, parameters: parameters, pool: pool, symbol: symbol)
    var phase = stream.appending("phase").makeStream()
    nextLook = start + Int64(phase.uniform(below: UInt64(Self.spread(role, parameters))))
  }

  /// Looks at the market and decides; the next look is set.
  public mutating func look(_ view: PersonView) -> [Intent] {
    let decision = strategy.decide(view, draws: &draws)
    nextLook = view.time + max(1, decision.pause)
    return view.takesQuotes ? decision.intents : patient(decision.intents, view)
  }

  /// Where keepers carry out what people wish, who has asked for a trade does not ask again until his position has changed
  /// or a minute is over.
  private mutating func patient(_ intents: [Intent], _ view: PersonView) -> [Intent] {
    let size = view.position?.size ?? 0
    if let waiting, view.time >= waiting.until || size != waiting.size { self.waiting = nil }
    let others = intents.filter { !$0.isTrade }
    if others.count == intents.count { return intents }
    if waiting != nil { return others }
    waiting = (view.time + Self.patience, size)
    return intents
  }

  /// Milliseconds.
  private static let patience: Int64 = 60_000

  /// Sleeps until then.
  public mutating func sleep(until time: Int64) { nextLook = max(nextLook, time) }

  /// First looks are spread over this many milliseconds.
  private static func spread(_ role: Role, _ parameters: PersonParameters) -> Int64 {
    switch role {
    case .noise: parameters.interval("warmup")
    case .trend, .provider, .arbitrageur: parameters.interval("check")
    case .maker: parameters.interval("refresh")
    case .whale: parameters.interval("slice")
    case .keeper: parameters.interval("every")
    }
  }

  private static func makeStrategy(
    _ role: Role, parameters: PersonParameters, pool: String?, symbol: String
  ) -> any Strategy {
    switch role {
    case .noise: NoiseTrader(parameters)
    case .trend: TrendTrader(parameters)
    case .maker: MarketMaker(parameters)
    case .whale: Whale(parameters)
    case .provider: LiquidityProvider(parameters, pool: pool)
    case .keeper: Keeper(parameters)
    case .arbitrageur: Arbitrageur(parameters)
    }
  }
}

extension Intent {
  fileprivate var isTrade: Bool {
    switch self {
    case .open, .close: true
    default: false
    }
  }
}
