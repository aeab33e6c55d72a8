import Canonical
import ConformanceKit
import GMX
import Quantities

/// `reader_*.json`: calls of the reader contract over written states.
enum ReaderCases {
  static func run(_ document: JSONValue) -> [CaseResult] {
    guard let worlds = document["worlds"]?.array, !worlds.isEmpty else {
      return [.failure("document", field: "worlds", expected: "worlds", got: "none")]
    }
    return worlds.enumerated().flatMap { index, world in
      kind(world).run(list: world["calls"]?.array ?? [], section: "worlds[\(index)].calls")
    }
  }

  static func answer(_ document: JSONValue) -> JSONValue {
    guard var members = document.members, let place = members.firstIndex(where: { $0.key == "worlds" }),
      let worlds = members[place].value.array
    else { return document }
    members[place].value = .array(
      worlds.map { world in
        let kind = kind(world)
        return .object(
          (world.members ?? []).map { member in
            guard member.key == "calls" else { return member }
            return JSONMember("calls", .array((member.value.array ?? []).map { kind.answer($0) }))
          })
      })
    return .object(members)
  }

  private static func kind(_ document: JSONValue) -> CaseKind {
    let world = Result { () throws(CaseFailure) in try self.world(document) }
    return CaseKind(order: ["fn", "args", "out", "error", "errorArgs"]) { (reader) throws(CaseFailure) in
      var world = try world.get()
      try compute(&reader, document, &world)
    }
  }

  private static func world(_ document: JSONValue) throws(CaseFailure) -> VectorWorld {
    var reader = CaseReader(document)
    var world = try VectorWorld(
      kind: reader.text("kind"), isVirtual: reader.flag("virtual"),
      time: VectorWorld.number(reader.value("time"), "time"))
    try world.configure(reader.value("config"), world.markets[0])
    try world.importState(reader.value("state"))
    try world.importPositions(reader.list("positions"))
    try world.grant(VectorWorld.unsigned(reader.text("marketTokenSupply"), "marketTokenSupply"), to: nil)
    return world
  }

  private static func compute(
    _ reader: inout CaseReader, _ document: JSONValue, _ world: inout VectorWorld
  ) throws(CaseFailure) {
    let function = try reader.text("fn")
    let arguments = ActionFields(try reader.value("args"))
    let context = try world.context(document["prices"] ?? .null, time: world.time)
    let call = try ReaderCall(function, arguments, &world)
    do throws(Revert) {
      let prices = try context.oracle.prices(of: world.markets[0].record)
      let contract = try ContractReader(state: world.state, market: 1, prices: prices, time: world.time)
      let output = VectorFigures.reader(try call.run(contract))
      reader.expect("out", output, .accepted { StateDifference.isSame($0, output) })
    } catch {
      reader.expect("error", .string(error.error.rawValue))
      let arguments = VectorFigures.arguments(error)
      reader.expect("errorArgs", arguments, .accepted { StateDifference.isSame($0, arguments) })
    }
  }
}

/// A call with its arguments.
enum ReaderCall {
  case marketInfo
  case distribution
  case marketTokenPrice(ProfitCap, Bool)
  case profit(Bool, Bool)
  case netProfit(Bool)
  case openInterest(Bool, Bool)
  case profitFactor(Bool, Bool)
  case adlState(Bool)
  case executionPrice(UInt256, UInt256, Int256, Int256, Bool)
  case swapOutput(Bool, UInt256)
  case swapImpact(Bool, UInt256)
  case deposit(UInt256, UInt256, SwapPricing, Bool)
  case withdrawal(UInt256, SwapPricing)
  case positionProfit(PositionKey, UInt256)
  case positionInfo(PositionKey, UInt256)
  case liquidation(PositionKey, Bool, Bool)

  func run(_ reader: ContractReader) throws(Revert) -> ReaderValue {
    switch self {
    case .marketInfo: try reader.marketInfo()
    case .distribution: try reader.pendingDistribution()
    case .marketTokenPrice(let cap, let maximize): try reader.marketTokenPrice(cap, maximize: maximize)
    case .profit(let isLong, let maximize): try reader.profit(isLong: isLong, maximize: maximize)
    case .netProfit(let maximize): try reader.netProfit(maximize: maximize)
    case .openInterest(let isLong, let maximize):
      try reader.openInterestWithProfit(isLong: isLong, maximize: maximize)
    case .profitFactor(let isLong, let maximize): try reader.profitToPoolFactor(isLong: isLong, maximize: maximize)
    case .adlState(let isLong): try reader.adlState(isLong: isLong)
    case .executionPrice(let usd, let tokens, let delta, let pending, let isLong):
      try reader.executionPrice(
        sizeInUsd: usd, sizeInTokens: tokens, sizeDelta: delta, pendingImpactAmount: pending, isLong: isLong)
    case .swapOutput(let isLongIn, let amount): try reader.swapOutput(isLongIn: isLongIn, amount)
    case .swapImpact(let isLongIn, let amount): try reader.swapImpact(isLongIn: isLongIn, amount)
    case .deposit(let long, let short, let pricing, let includes):
      try reader.depositOutput(long: long, short: short, pricing: pricing, includesVirtual: includes)
    case .withdrawal(let amount, let pricing): try reader.withdrawalOutput(amount, pricing: pricing)
    case .positionProfit(let key, let size): try reader.positionProfit(key, sizeDelta: size)
    case .positionInfo(let key, let size): try reader.positionInfo(key, sizeDelta: size)
    case .liquidation(let key, let checks, let forLiquidation):
      try reader.liquidationCheck(key, checksMinCollateral: checks, forLiquidation: forLiquidation)
    }
  }

  init(_ function: String, _ fields: ActionFields, _ world: inout VectorWorld) throws(CaseFailure) {
    let market = world.markets[0]
    let isLong = try fields.flag("isLong")
    let maximize = try fields.flag("maximize")
    switch function {
    case "getMarketInfo": self = .marketInfo
    case "getPendingPositionImpactPoolDistributionAmount": self = .distribution
    case "getMarketTokenPrice":
      let name = try fields.text("pnlFactorType")
      guard let cap = ProfitCap.allCases.first(where: { $0.name == name }) else {
        throw CaseFailure("args.pnlFactorType", "an unknown limit of profits")
      }
      self = .marketTokenPrice(cap, maximize)
    case "getPnl": self = .profit(isLong, maximize)
    case "getNetPnl": self = .netProfit(maximize)
    case "getOpenInterestWithPnl": self = .openInterest(isLong, maximize)
    case "getPnlToPoolFactor": self = .profitFactor(isLong, maximize)
    case "getAdlState": self = .adlState(isLong)
    case "getExecutionPrice":
      self = .executionPrice(
        try fields.number("positionSizeInUsd"), try fields.number("positionSizeInTokens"),
        try VectorWorld.signed(fields.text("sizeDeltaUsd"), "args.sizeDeltaUsd"),
        try VectorWorld.signed(fields.text("pendingImpactAmount"), "args.pendingImpactAmount"), isLong)
    case "getSwapAmountOut", "getSwapPriceImpact":
      let isLongIn = try world.token(fields.text("tokenIn"), market) == market.record.longToken
      let amount = try fields.number("amountIn")
      self = function == "getSwapAmountOut" ? .swapOutput(isLongIn, amount) : .swapImpact(isLongIn, amount)
    case "getDepositAmountOut":
      self = .deposit(
        try fields.number("longTokenAmount"), try fields.number("shortTokenAmount"), try Self.pricing(fields),
        try fields.flag("includeVirtualInventoryImpact"))
    case "getWithdrawalAmountOut":
      self = .withdrawal(try fields.number("marketTokenAmount"), try Self.pricing(fields))
    case "getPositionPnlUsd":
      self = .positionProfit(try world.positionKey(fields.action, market), try fields.number("sizeDeltaUsd"))
    case "getPositionInfo":
      self = .positionInfo(try world.positionKey(fields.action, market), try fields.number("sizeDeltaUsd"))
    case "isPositionLiquidatable":
      self = .liquidation(
        try world.positionKey(fields.action, market), try fields.flag("shouldValidateMinCollateralUsd"),
        try fields.flag("forLiquidation"))
    default: throw CaseFailure("fn", "an unknown function")
    }
  }

  private static func pricing(_ fields: ActionFields) throws(CaseFailure) -> SwapPricing {
    guard let number = fields.action["swapPricingType"]?.uint64, let raw = UInt8(exactly: number),
      let pricing = SwapPricing(rawValue: raw)
    else { throw CaseFailure("args.swapPricingType", "an unknown pricing") }
    return pricing
  }
}
