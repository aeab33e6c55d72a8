import Canonical
import ConformanceKit
import Cryptography
import DYDX
import Quantities

/// The state that a table test starts from.
enum World {
  /// The four people of the source's tests; other owners are labels, whose addresses are made from their names.
  private static let people = [
    "Alice": "dydx199tqg4wdlnu4qjlxchpd7seg454937hjrknju4", "Bob": "dydx10fx7sy6ywd5senxae9dwytf8jxek3t2gcen2vs",
    "Carl": "dydx1fjg6zp6vv8t9wvy4lps03r5l4g7tkjw9wvmh70", "Dave": "dydx1wau5mja7j7zdavtfq9lu7ejef05hm6ffenlcsn",
  ]

  static func address(_ name: String) -> Address {
    if let text = people[name], let address = Bech32Owner.address(text) { return address }
    return Address(SHA256.hash(Array(name.utf8)).bytes.prefix(20)) ?? .zero
  }

  static func subaccount(_ text: String) throws(CaseFailure) -> Subaccount {
    let parts = text.split(separator: "/")
    guard parts.count == 2, let number = UInt32(parts[1]) else {
      throw CaseFailure("subaccount_id", "not owner/number")
    }
    return Subaccount(address(String(parts[0])), number)
  }

  static let noLimit = LiquidationTerms(
    maximumFeePpm: 5_000, bankruptcyAdjustmentPpm: 1_000_000, spreadToMaintenanceRatioPpm: 100_000,
    minimumPositionNotional: 1, maximumPositionPortionPpm: 1_000_000, maximumNotional: Int256(UInt64.max),
    maximumInsuranceLost: Int256(UInt64.max))

  static func parameters(
    liquidation: LiquidationTerms = Fixtures.liquidation, fees: JSONValue? = nil
  ) throws(CaseFailure) -> DYDXParameters {
    var tiers: [FeeTier] = []
    for tier in fees?.list(of: "tiers") ?? [] {
      tiers.append(
        FeeTier(
          name: tier["name"]?.string ?? "", volumeRequirement: try tier.int(of: "absolute_volume_requirement"),
          totalSharePpm: try tier.int(of: "total_volume_share_requirement_ppm"),
          makerSharePpm: try tier.int(of: "maker_volume_share_requirement_ppm"),
          makerFeePpm: try tier.int(of: "maker_fee_ppm"), takerFeePpm: try tier.int(of: "taker_fee_ppm")))
    }
    if tiers.isEmpty { tiers = [FeeTier(name: "1", makerFeePpm: 200, takerFeePpm: 500)] }
    return DYDXParameters(liquidation: liquidation, feeTiers: tiers)
  }

  /// Default prices and tiers, and the perpetuals of the case with the source's default open interest.
  static func state(
    perpetuals: [JSONValue], pairs: [JSONValue] = [], prices: [UInt32: UInt64] = [:], parameters: DYDXParameters
  ) throws(CaseFailure) -> DYDXState {
    var state = DYDXState(parameters: parameters)
    for (market, price) in Fixtures.prices {
      state.markets.set(
        market, MarketRecord(pair: "M\(market)-USD", exponent: Int32(price.exponent), minimumChangePpm: 50))
      state.prices.set(market, Whole(prices[market] ?? UInt64(exactly: price.price) ?? 0))
    }
    for (id, tier) in Fixtures.tiers { state.tiers.set(id, tier) }
    for json in perpetuals { try add(perpetual: json, to: &state) }
    for json in pairs { state.pairs.set(try json.id(of: "id"), try pair(json)) }
    return state
  }

  private static let openInterests: [UInt32: Int256] = [0: 100_000_000, 1: 1_000_000_000]

  private static func add(perpetual json: JSONValue, to state: inout DYDXState) throws(CaseFailure) {
    let id = try json.id(of: "id")
    state.perpetuals.set(
      id,
      PerpetualRecord(
        ticker: json["ticker"]?.string ?? "", market: try json.id(of: "market_id"),
        atomicResolution: Int32(try json.small(of: "atomic_resolution")),
        defaultFundingPpm: Int32(try json.small(of: "default_funding_ppm")), tier: try json.id(of: "liquidity_tier"),
        isIsolated: json["market_type"]?.string == "ISOLATED"))
    let given = try json.int(of: "open_interest")
    state.infos.set(
      id,
      PerpetualInfo(
        fundingIndex: try json.int(of: "funding_index"), openInterest: given.isZero ? openInterests[id] ?? 0 : given))
  }

  static func pair(_ json: JSONValue) throws(CaseFailure) -> ClobPairRecord {
    ClobPairRecord(
      perpetual: try json.id(of: "perpetual_id"), step: UInt64(try json.small(of: "step_base_quantums")),
      subticksPerTick: UInt32(try json.small(of: "subticks_per_tick")),
      conversionExponent: Int32(try json.small(of: "quantum_conversion_exponent")),
      status: try status(json["status"]?.string))
  }

  private static func status(_ text: String?) throws(CaseFailure) -> PairStatus {
    switch text {
    case "ACTIVE", nil: .active
    case "PAUSED": .paused
    case "CANCEL_ONLY": .cancelOnly
    case "POST_ONLY": .postOnly
    case "INITIALIZING": .initializing
    case "FINAL_SETTLEMENT": .finalSettlement
    default: throw CaseFailure("status", "no such status")
    }
  }

  /// Puts accounts into the state and as much money behind them as the pools of the source's tests hold.
  static func add(_ accounts: [JSONValue], to state: inout DYDXState) throws(CaseFailure) {
    for json in accounts {
      let holdings = try Fixtures.holdings(json)
      if !holdings.isEmpty { state.subaccounts.set(try subaccount(json["id"]?.string ?? ""), holdings) }
    }
  }

  static func fund(_ state: inout DYDXState, _ purse: Purse.Name, _ amount: Int256) throws(CaseFailure) {
    guard let whole = Int128(exactly: amount),
      (try? state.ledger.deposit(whole, asset: Purse.dollar, to: purse.account)) != nil
    else { throw CaseFailure("balance", "outside of 128 bits") }
  }

  static func position(_ position: PerpetualPosition) -> JSONValue {
    [
      "perpetual_id": .string("\(position.perpetual)"), "quantums": JSONValue(position.quantums),
      "funding_index": JSONValue(position.fundingIndex), "quote_balance": "0",
    ]
  }

  static func positions(_ positions: [PerpetualPosition]) -> JSONValue { .array(positions.map { position($0) }) }

  static func asset(_ quantums: Int256) -> JSONValue {
    .array([["asset_id": "0", "quantums": JSONValue(quantums)]])
  }
}
