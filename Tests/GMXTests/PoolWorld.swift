import Canonical
import GMX
import Quantities
import StateStore

/// A small venue for tests of liquidity: markets 1 (ETH) and 2 (a synthetic index) over the same two tokens, market 3
/// over another long token, market 4 over one token alone; two vaults. No fees and no impact until a test sets them.
struct PoolWorld {
  static let weth: TokenID = 1
  static let usdc: TokenID = 2
  static let index: TokenID = 3
  static let wbtc: TokenID = 4
  static let one: UInt256 = 1_000_000_000_000_000_000_000_000_000_000
  static let wei: UInt256 = 1_000_000_000_000_000_000
  /// One USDC has 6 decimals, so that its price is 10^24; an ether's is dollars x 10^12.
  static let dollar: UInt256 = 1_000_000_000_000_000_000_000_000
  static let etherUnit: UInt256 = 1_000_000_000_000
  static let alice = account(10)
  static let bob = account(11)
  static let carol = account(12)

  static func account(_ number: UInt8) -> Address { Address([UInt8](repeating: number, count: 20)) ?? .zero }

  var state = GMXState()
  var time: UInt64 = 1_000_000
  var etherMin: UInt256 = 5_000
  var etherMax: UInt256 = 5_000
  private var lastID: UInt64 = 0

  init() {
    for (id, index, long, short) in [
      (1, Self.weth, Self.weth, Self.usdc), (2, Self.index, Self.weth, Self.usdc),
      (3, Self.wbtc, Self.wbtc, Self.usdc), (4, Self.weth, Self.weth, Self.weth), (5, Self.weth, Self.weth, Self.wbtc),
    ] as [(MarketID, TokenID, TokenID, TokenID)] {
      state.markets.set(id, MarketRecord(market: id, indexToken: index, longToken: long, shortToken: short))
      for token in [long, short] {
        set(.maxPoolAmount, id, token: token, UInt256.max >> 8)
        set(.maxPoolUSDForDeposit, id, token: token, UInt256.max >> 8)
        for isLong in [true, false] { set(.maxCollateralSum, id, token: token, flag: isLong, UInt256.max >> 8) }
      }
      for isLong in [true, false] {
        set(.reserveFactor, id, flag: isLong, Self.one)
        set(.openInterestReserveFactor, id, flag: isLong, Self.one)
        set(.maxOpenInterest, id, flag: isLong, UInt256.max >> 8)
        for cap in ProfitCap.allCases {
          set(.maxPnLFactor, id, flag: isLong, number: UInt64(cap.rawValue), Self.one)
        }
      }
    }
    set(.requestExpirationTime, 0, 300)
    set(.maxSwapPathLength, 0, 3)
    set(.maxOraclePriceAge, 0, 300)
    set(.maxAtomicOraclePriceAge, 0, 30)
    state.holdsAccountsToDeposits = true
  }

  mutating func set(
    _ kind: StoreKind, _ scope: UInt16, token: TokenID = 0, flag: Bool = false, number: UInt64 = 0, _ value: UInt256
  ) {
    state.settings.set(StoreKey(kind, scope, token: token, flag: flag, number: number), value)
  }

  mutating func give(_ account: Address, _ token: TokenID, _ amount: UInt256) {
    let held = state.balances[Pair(account, token)] ?? .zero
    state.balances.set(Pair(account, token), held &+ Int256(bitPattern: amount))
  }

  func balance(_ account: Address, _ token: TokenID) -> UInt256 { state.balance(of: account, token).magnitude }

  /// A pool and its market tokens, all of them in one hand.
  mutating func seed(_ market: MarketID, long: UInt256, short: UInt256, supply: UInt256, owner: Address) {
    guard let record = state.markets[market] else { return }
    for (token, amount) in [(record.longToken, long), (record.shortToken, short)] where !amount.isZero {
      state.amounts.set(StoreKey(.poolAmount, market, token: token), amount)
      give(Holder.market(market), token, amount)
    }
    state.supplies.set(market, supply)
    give(owner, GMXState.marketTokenBase + market, supply)
  }

  /// A vault which holds market tokens, and its own tokens in one hand.
  mutating func seedGLV(_ glv: GLVID, holding: [(MarketID, UInt256)], supply: UInt256, owner: Address) {
    for (market, amount) in holding {
      give(Holder.glv(glv), GMXState.marketTokenBase + market, amount)
      state.amounts.set(StoreKey(.glvMarketTokenBalance, glv, number: UInt64(market)), amount)
    }
    state.glvSupplies.set(glv, supply)
    give(owner, GMXState.glvTokenBase + glv, supply)
  }

  mutating func openGLV(_ glv: GLVID, _ markets: [MarketID]) throws {
    var context = context()
    try state.createGLV(glv, longToken: Self.weth, shortToken: Self.usdc)
    for market in markets { try state.addMarket(market, toGLV: glv, &context) }
  }

  func context(oracleTime: UInt64? = nil) -> ExecutionContext {
    let ether = Price(min: etherMin &* Self.etherUnit, max: etherMax &* Self.etherUnit)
    let stable = Price(min: Self.dollar, max: Self.dollar)
    let none = Price(min: 0, max: 0)
    let prices = [none, ether, stable, Price(min: 7, max: 7), Price(min: 60_000, max: 60_000)]
    return ExecutionContext(
      time: time,
      oracle: OraclePrices(prices: prices, minTimestamp: oracleTime ?? time, maxTimestamp: oracleTime ?? time))
  }

  mutating func create<Request: LiquidityRequest>(
    _ request: Request, receiver: Address? = nil
  ) throws -> UInt64 {
    var context = context()
    lastID += 1
    try state.create(request, receiver: receiver ?? request.account, id: lastID, &context)
    return lastID
  }

  mutating func execute<Request: LiquidityRequest>(
    _ kind: Request.Type, _ id: UInt64, oracleTime: UInt64? = nil
  ) throws -> RequestOutcome {
    var context = context(oracleTime: oracleTime)
    return try state.execute(kind, id, &context)
  }

  /// Both steps at one time.
  mutating func run<Request: LiquidityRequest>(
    _ request: Request, receiver: Address? = nil
  ) throws -> RequestOutcome {
    let id = try create(request, receiver: receiver)
    return try execute(Request.self, id)
  }

  mutating func cancel<Request: LiquidityRequest>(
    _ kind: Request.Type, _ id: UInt64, by account: Address
  ) throws {
    var context = context()
    try state.cancel(kind, id, by: account, &context)
  }

  mutating func runShift(_ request: GLVShiftRequest) throws -> RequestOutcome {
    var context = context()
    lastID += 1
    try state.createGLVShift(request, id: lastID, &context)
    return try state.executeGLVShift(lastID, &context)
  }
}

extension RequestOutcome {
  /// The refusal that ended a request.
  var refusal: Revert? {
    switch self {
    case .executed: nil
    case .cancelled(let revert), .frozen(let revert): revert
    }
  }
}

/// The refusal of a body, nil when it is not refused.
func refusal(_ body: () throws -> Void) -> Revert? {
  do {
    try body()
    return nil
  } catch {
    return error as? Revert
  }
}

extension UInt256 {
  /// The floor of a quotient, for figures of tests.
  static func / (left: UInt256, right: UInt256) -> UInt256 {
    (try? left.divided(by: right, rounding: .floor)) ?? .zero
  }
}
