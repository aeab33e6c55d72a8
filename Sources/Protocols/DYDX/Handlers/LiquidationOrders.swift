import Canonical
import Quantities

// Rules DYDX-70 to DYDX-76: whose position is closed, how much of it and at which price.
extension DYDXState {
  /// The pair of a perpetual: the one of the same number, else the one with the lowest id.
  public func pair(ofPerpetual perpetual: UInt32) -> (id: UInt32, record: ClobPairRecord)? {
    if let record = pairs[perpetual], record.perpetual == perpetual { return (perpetual, record) }
    for id in pairs.sortedKeys() {
      if let record = pairs[id], record.perpetual == perpetual { return (id, record) }
    }
    return nil
  }

  /// A liquidation order for the account's first position, from `start` on, that was not liquidated in this block.
  public func liquidationOrder(
    of subaccount: Subaccount, start: (Int) -> Int
  ) throws(MathematicsError) -> LiquidationOrder {
    let holdings = try settled(subaccount)
    guard try risk(of: holdings).isLiquidatable else { throw .refused(.subaccountNotLiquidatable) }
    let done = liquidationInfos[subaccount]?.perpetuals ?? []
    let count = holdings.positions.count
    let first = count == 0 ? 0 : start(count) % count
    for offset in 0..<count {
      let position = holdings.positions[(first + offset) % count]
      if !done.contains(position.perpetual) {
        return try liquidationOrder(of: subaccount, holdings, perpetual: position.perpetual)
      }
    }
    throw .refused(.noPerpetualPositionsToLiquidate)
  }

  /// The order for one position of a settled account.
  func liquidationOrder(
    of subaccount: Subaccount, _ holdings: AccountHoldings, perpetual: UInt32
  ) throws(MathematicsError) -> LiquidationOrder {
    guard let (id, pair) = pair(ofPerpetual: perpetual) else { throw .refused(.invalidClob) }
    let position = holdings.quantums(of: perpetual)
    guard !position.isZero else { throw .refused(.noOpenPositionForPerpetual) }
    let terms = try terms(perpetual)
    let risk = try risk(of: holdings)
    let done = liquidationInfos[subaccount] ?? LiquidationInfo()
    guard !done.perpetuals.contains(perpetual) else { throw .refused(.subaccountHasLiquidatedPerpetual) }
    let left = try Liquidation.notionalLeft(parameters.liquidation, liquidated: done.notional)
    return try computing { () throws(ArithmeticError) in
      let size = try Liquidation.orderSize(
        position: position, terms: terms, liquidation: parameters.liquidation, notionalLeft: left,
        step: Int256(pair.step))
      let price = try Liquidation.fillablePrice(
        position: position, terms: terms, account: risk, liquidation: parameters.liquidation)
      let subticks = try Liquidation.subticks(
        ofFillablePrice: price, isLong: !position.isNegative, conversionExponent: Int(pair.conversionExponent),
        subticksPerTick: Int256(pair.subticksPerTick))
      guard let quantums = UInt64(exactly: size), let whole = UInt64(exactly: subticks) else {
        throw .overflow
      }
      return LiquidationOrder(
        subaccount: subaccount, pair: id, perpetual: perpetual, isBuy: position.isNegative, quantums: quantums,
        subticks: whole)
    }
  }

  /// Who is liquidated first: the greatest distance of the order's price from the oracle's, then the greatest value,
  /// then the lowest hash.
  public func sorted(_ orders: [LiquidationOrder]) throws(MathematicsError) -> [LiquidationOrder] {
    var keyed: [(order: LiquidationOrder, distance: Rational, value: Int256, hash: [UInt8])] = []
    for order in orders {
      guard let pair = pairs[order.pair] else { throw .refused(.invalidClob) }
      let terms = try terms(order.perpetual)
      let key = try computing { () throws(ArithmeticError) -> (Rational, Int256) in
        let oracle = try Units.subticks(
          of: terms.price, conversionExponent: Int(pair.conversionExponent),
          atomicResolution: terms.atomicResolution)
        let distance = try (Rational(Int256(order.subticks)) - oracle).magnitude / oracle
        return (distance, try terms.notional(Int256(order.quantums)).absolute)
      }
      keyed.append((order, key.0, key.1, order.hash.bytes))
    }
    return keyed.sorted { left, right in
      if left.distance != right.distance { return left.distance > right.distance }
      if left.value != right.value { return left.value > right.value }
      return left.hash.lexicographicallyPrecedes(right.hash)
    }.map(\.order)
  }

  /// What the insurance fund gains by a fill of the order, at the account's present state.
  func insuranceDelta(
    _ order: LiquidationOrder, fill: UInt64, subticks: UInt64, pair: ClobPairRecord
  ) throws(MathematicsError) -> Int256 {
    let holdings = try settled(order.subaccount)
    return try Liquidation.insuranceDelta(
      isBuy: order.isBuy, fill: Int256(fill), subticks: Int256(subticks),
      conversionExponent: Int(pair.conversionExponent), position: holdings.quantums(of: pair.perpetual),
      terms: try terms(pair.perpetual), account: try risk(of: holdings),
      maximumFeePpm: parameters.liquidation.maximumFeePpm)
  }

  /// The fund can pay, and the account stays within what a block may liquidate of it.
  func checkBlockLimits(
    _ order: LiquidationOrder, fill: UInt64, insuranceDelta: Int256, pair: ClobPairRecord
  ) throws(MathematicsError) {
    let fund = ledger.balance(of: Purse.insurance(pool(ofPerpetual: pair.perpetual)), asset: Purse.dollar)
    let isPayable = try computing { () throws(ArithmeticError) in
      try Liquidation.isPayable(insuranceDelta: insuranceDelta, balance: Int256(fund))
    }
    guard isPayable else { throw .refused(.insuranceFundHasInsufficientFunds) }
    let info = liquidationInfos[order.subaccount] ?? LiquidationInfo()
    let notional = try fillNotional(fill, pair)
    guard notional <= (try Liquidation.notionalLeft(parameters.liquidation, liquidated: info.notional)) else {
      throw .refused(.notionalLimitExceeded)
    }
    guard insuranceDelta.isNegative else { return }
    let lost = try computing { () throws(ArithmeticError) in try insuranceDelta.negated() }
    guard lost <= (try Liquidation.insuranceLeft(parameters.liquidation, lost: info.insuranceLost)) else {
      throw .refused(.insuranceLimitExceeded)
    }
  }

  /// The oracle's value of a fill.
  private func fillNotional(_ fill: UInt64, _ pair: ClobPairRecord) throws(MathematicsError) -> Int256 {
    let terms = try terms(pair.perpetual)
    return try computing { () throws(ArithmeticError) in try terms.notional(Int256(fill)) }
  }

  mutating func noteLiquidation(
    _ order: LiquidationOrder, maker: Address, fill: UInt64, match: SingleMatch, pair: ClobPairRecord
  ) throws(MathematicsError) {
    add(match.liquidationLoss, to: .lossOfTraders)
    add(1, to: .liquidations)
    let notional = try fillNotional(fill, pair)
    if isVault(maker) {
      // What the vault paid beyond the oracle's price, or sold below it.
      let loss = try? order.isBuy ? notional - match.quote : match.quote - notional
      add(loss ?? 0, to: .lossOfVaults)
    }
    try liquidationInfos.upsert(order.subaccount, default: LiquidationInfo()) { (info) throws(MathematicsError) in
      try computing { () throws(ArithmeticError) in
        info.notional = try info.notional + notional
        if match.insuranceDelta.isNegative { info.insuranceLost = try info.insuranceLost - match.insuranceDelta }
      }
    }
  }

  /// Notes that a position was tried in this block; a second time is refused.
  public mutating func markLiquidated(_ subaccount: Subaccount, perpetual: UInt32) throws(MathematicsError) {
    var info = liquidationInfos[subaccount] ?? LiquidationInfo()
    guard !info.perpetuals.contains(perpetual) else { throw .refused(.subaccountHasLiquidatedPerpetual) }
    info.perpetuals.append(perpetual)
    info.perpetuals.sort()
    liquidationInfos.set(subaccount, info)
  }
}
