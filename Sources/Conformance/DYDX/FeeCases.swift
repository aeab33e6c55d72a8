import Canonical
import ConformanceKit
import DYDX
import Ledger
import Quantities

/// `fees_rewards`: tiers, discounts and the weights of rewards.
enum FeeCases {
  static let table = TestTable(tests: [
    "TestGetPerpetualFeePpm": .computed(fee), "TestGetStakingDiscountPpm": .computed(staking),
    "TestAddRewardSharesForFill": .computed(rewards), "TestDistributeFees": .computed(distribute),
  ])

  /// The tiers that the source's test sets up.
  private static let tiers = [
    FeeTier(name: "1", makerFeePpm: 1, takerFeePpm: 10),
    FeeTier(name: "2", volumeRequirement: 1_000, makerFeePpm: 2, takerFeePpm: 20),
    FeeTier(name: "3", volumeRequirement: 1_000_000_000, makerSharePpm: 500_000, makerFeePpm: 3, takerFeePpm: 30),
  ]

  private static func levels(_ c: inout VectorCase, tier: String) throws(CaseFailure) -> [StakingLevel] {
    var result: [StakingLevel] = []
    for entry in c.list("staking_tiers") where entry["fee_tier_name"]?.string == tier {
      for level in entry.list(of: "levels") {
        result.append(
          StakingLevel(
            leastTokens: try level.int(of: "min_staked_base_tokens"),
            discountPpm: try level.int(of: "fee_discount_ppm")))
      }
    }
    return result
  }

  private static func staking(_ c: inout VectorCase) throws(CaseFailure) {
    let levels = try levels(&c, tier: c.text("fee_tier_name") ?? "")
    c.expect("expected_discount_ppm", Fees.stakingDiscountPpm(levels, staked: try c.int("staked_base_tokens")))
  }

  private static func fee(_ c: inout VectorCase) throws(CaseFailure) {
    let isVault = (c.text("user") ?? "").hasPrefix("module:Vault")
    let (user, global) = (c.node("user_stats"), c.node("global_stats"))
    let (taker, maker) = (try user.int(of: "taker_notional"), try user.int(of: "maker_notional"))
    let volume = try global.int(of: "notional_traded")
    let reached = try figure("user_stats") { () throws(ArithmeticError) in
      try Fees.tier(tiers, takerVolume: taker, makerVolume: maker, globalVolume: volume)
    }
    let tier = tiers[isVault ? tiers.count - 1 : reached]
    let pair = try c.int("clob_pair_id")
    let time = try c.node("block_time").int(of: "unix")
    c.reader.labels("setup_fee_discount")
    var charge: Int256?
    if let discount = c.reader.optional("discount_params"), try discount.int(of: "clob_pair_id") == pair {
      let start = try (discount["start_time"] ?? .null).int(of: "unix")
      let end = try (discount["end_time"] ?? .null).int(of: "unix")
      if start <= time, time < end { charge = try discount.int(of: "charge_ppm") }
    }
    let levels = try levels(&c, tier: tier.name)
    let discount = Fees.stakingDiscountPpm(levels, staked: try c.int("user_bonded_tokens"))
    let chargePpm = charge
    for (key, ppm) in [
      ("expected_taker_fee_ppm", tier.takerFeePpm), ("expected_maker_fee_ppm", tier.makerFeePpm),
    ] {
      c.expect(
        key,
        try figure(key) { () throws(ArithmeticError) in
          try Fees.fee(ppm, chargePpm: chargePpm, stakingDiscountPpm: discount)
        })
    }
  }

  private static func rewards(_ c: inout VectorCase) throws(CaseFailure) {
    let (fill, shares) = (c.node("fill"), c.node("rev_shares_for_fill"))
    var lowest: Int256 = 0
    for tier in c.list("fee_tiers") { lowest = min(lowest, try tier.int(of: "maker_fee_ppm")) }
    var routers: [String: Int256] = [:]
    var netPpm: Int256 = 0
    for share in shares.list(of: "all_rev_shares") {
      let source = share["rev_share_fee_source"]?.string ?? ""
      if source == "NET_PROTOCOL_REVENUE" {
        let ppm = try share.int(of: "rev_share_ppm")
        netPpm = try figure("rev_shares_for_fill") { () throws(ArithmeticError) in try netPpm.adding(ppm) }
      } else if share["rev_share_type"]?.string == "ORDER_ROUTER" {
        routers[source] = try share.int(of: "quote_quantums")
      }
    }
    let (takerFee, makerFee) = (
      try fill.int(of: "taker_fee_quote_quantums"), try fill.int(of: "maker_fee_quote_quantums")
    )
    let (quote, volume) = (
      try fill.int(of: "fill_quote_quantums"), try fill.int(of: "monthly_rolling_taker_volume_quantums")
    )
    let (least, ppm) = (lowest, netPpm)
    let (takerShare, makerShare) = (routers["TAKER_FEE"] ?? 0, routers["MAKER_FEE"] ?? 0)
    let weights = try figure("fill") { () throws(ArithmeticError) -> [Int256] in
      [
        try Rewards.takerWeight(
          fee: takerFee, fillQuote: quote, lowestMakerPpm: least, volume: volume, routerShare: takerShare,
          netRevenueSharePpm: ppm),
        try Rewards.makerWeight(fee: makerFee, routerShare: makerShare, netRevenueSharePpm: ppm),
      ]
    }
    for (index, side) in ["taker", "maker"].enumerated() {
      let before = try c.node("prev_\(side)_reward_share").int(of: "weight")
      let sum = try figure("prev_\(side)_reward_share") { () throws(ArithmeticError) in
        try before.adding(weights[index])
      }
      c.expect(
        "expected_\(side)_share",
        ["address": fill["\(side)_addr"] ?? .null, "weight": JSONValue(sum)], zero: nil)
    }
  }

  // Perpetuals 3 and 4 are the isolated ones of the source's fixtures.
  private static func pool(of perpetual: UInt32) -> CollateralPool {
    perpetual == 3 || perpetual == 4 ? .isolated(perpetual) : .cross
  }

  /// The collateral pool's account as the case names it: the shared one, or that of an isolated perpetual.
  private static func purse(_ name: String?) -> Purse.Name {
    let name = name ?? ""
    return Purse.Name(module: name.hasPrefix("module:") ? String(name.dropFirst(7)) : "subaccounts")
  }

  private static func distribute(_ c: inout VectorCase) throws(CaseFailure) {
    var state = try World.state(perpetuals: [], parameters: try World.parameters())
    let collateral = purse(c.text("collateral_pool_addr"))
    c.reader.labels("asset")
    try World.fund(&state, collateral, try c.int("subaccount_module_acc_balance"))
    try World.fund(&state, Purse.Name(module: "fee_collector"), try c.int("fee_module_acc_balance"))
    let mapper = c.text("market_mapper_rev_share_acct_addr") ?? ""
    let fill = c.node("fill")
    let revenue = c.node("rev_share")
    var shares: [(recipient: Address, amount: Int256)] = []
    for share in revenue.list(of: "all_rev_shares") {
      shares.append((World.address(share["recipient"]?.string ?? ""), try share.int(of: "quote_quantums")))
    }
    if let before = Int128(exactly: try c.int("market_mapper_acc_balance")), before > 0 {
      try? state.ledger.deposit(before, asset: Purse.dollar, to: Purse.bank(World.address(mapper)))
    }
    let isKnown = !c.flag("skip_set_up_usdc")
    let (taker, maker) = (try fill.int(of: "taker_fee_quote_quantums"), try fill.int(of: "maker_fee_quote_quantums"))
    let pool = pool(of: try fill.id(of: "product_id"))
    let list = shares
    var changed = state
    let outcome = Outcome { () throws(MathematicsError) in
      guard isKnown else { throw .refused(.assetDoesNotExist) }
      try changed.distributeFees(takerFee: taker, makerFee: maker, shares: list, from: pool)
    }
    if case .value = outcome { state = changed }
    c.expect(outcome, { _, _ in })
    func balance(_ account: LedgerAccount) -> Int256 {
      Int256(state.ledger.balance(of: account, asset: Purse.dollar))
    }
    c.expect("expected_subaccounts_module_acc_balance", balance(collateral.account))
    c.expect("expected_fee_module_acc_balance", balance(Purse.fees))
    for (key, owner) in [
      ("expected_market_mapper_acc_balance", mapper),
      ("expected_affiliate_acc_balance", c.text("affiliate_rev_share_acct_addr") ?? ""),
      ("expected_unconditional_rev_share_acc_balance", c.text("unconditional_rev_share_acct_addr") ?? ""),
      ("expected_buy_side_order_router_rev_share", c.text("buy_side_order_router_rev_share_acct_addr") ?? ""),
      ("expected_sell_side_order_router_rev_share", c.text("sell_side_order_router_rev_share_acct_addr") ?? ""),
    ] {
      c.expectWhereGiven(key, owner.isEmpty ? 0 : balance(Purse.bank(World.address(owner))))
    }
  }
}
