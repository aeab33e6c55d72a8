import Canonical
import ConformanceKit
import GMX
import Quantities
import StateStore

/// What an action gave.
struct ActionResult {
  var status: String
  var refusal: Revert?
  var claimed: UInt256?
  var events: [ContractEvent] = []

  var value: JSONValue {
    var members = [JSONMember("status", .string(status))]
    if let refusal {
      members.append(JSONMember("error", .string(refusal.error.rawValue)))
      members.append(JSONMember("errorArgs", VectorFigures.arguments(refusal)))
    }
    if let claimed { members.append(JSONMember("claimed", .string(claimed.description))) }
    return .object(members)
  }
}

/// Figures as the files write them.
enum VectorFigures {
  static func text(_ figure: Figure) -> JSONValue {
    switch figure {
    case .flag(let flag): .bool(flag)
    case .token(let token): .string("0x" + String(repeating: "0", count: 36) + hexadecimal(0x1000 + Int(token)))
    default: .string(figure.description)
    }
  }

  private static func hexadecimal(_ value: Int) -> String { String(value, radix: 16) }

  /// Market addresses are left out of the files.
  static func arguments(_ revert: Revert) -> JSONValue {
    .object(
      revert.arguments.filter { $0.name != "market" && $0.name != "token" }.map {
        JSONMember($0.name, text($0.figure))
      })
  }

  static func event(_ event: ContractEvent) -> JSONValue {
    .object(
      [JSONMember("event", .string(event.name.rawValue))]
        + event.figures.map { JSONMember($0.name, text($0.figure)) })
  }

  static func reader(_ value: ReaderValue) -> JSONValue {
    switch value {
    case .figure(let figure): text(figure)
    case .record(let fields): .object(fields.map { JSONMember($0.name, reader($0.value)) })
    }
  }
}

extension VectorWorld {
  /// Prices of a step: by side of the one market, or by symbol.
  func context(_ prices: JSONValue, time: UInt64, oracleTime: UInt64? = nil) throws(CaseFailure) -> ExecutionContext {
    var list = [Price](repeating: Price(min: .zero, max: .zero), count: 16)
    for member in prices.members ?? [] {
      let token = try token(member.key, markets[0])
      let price = Price(
        min: try Self.unsigned(member.value[0]?.string, "prices"),
        max: try Self.unsigned(member.value[1]?.string, "prices"))
      guard Int(token) < list.count else { throw CaseFailure("prices", "too many tokens") }
      list[Int(token)] = price
    }
    let stamp = oracleTime ?? time
    return ExecutionContext(
      time: time, oracle: OraclePrices(prices: list, minTimestamp: stamp, maxTimestamp: stamp))
  }

  /// Carries out an action as the files mean it: created and executed at once, at one time and at one price.
  mutating func perform(_ action: JSONValue, _ prices: JSONValue, time: UInt64) throws(CaseFailure) -> ActionResult {
    let oracleTime = try action["oracleTime"].map { value throws(CaseFailure) in
      try Self.unsigned(value.string, "oracleTime").word0
    }
    var context = try context(prices, time: time, oracleTime: oracleTime)
    let request = try VectorRequest(action, &self)
    var result = ActionResult(status: "executed")
    var attempt = self.state
    do throws(Revert) {
      result = try request.run(&attempt, &context)
      state = attempt
    } catch {
      return ActionResult(status: "reverted", refusal: error)
    }
    if result.status == "executed" { result.events = context.events }
    return result
  }
}

/// An action of a file, read in full before anything is done.
enum VectorRequest {
  case order(OrderRecord, id: UInt64)
  case create(OrderRecord, id: UInt64)
  case execute(UInt64)
  case update(UInt64, GMXState.OrderUpdate)
  case cancel(UInt64)
  case deposit(DepositRequest, id: UInt64)
  case withdraw(WithdrawalRequest, id: UInt64)
  case liquidate(PositionKey)
  case deleverage(PositionKey, UInt256)
  case updateADL(MarketID, Bool)
  case claimFunding(MarketID, TokenID, Address)

  func run(_ state: inout GMXState, _ context: inout ExecutionContext) throws(Revert) -> ActionResult {
    switch self {
    case .order(let order, let id):
      try state.create(order, id: id, context)
      return Self.result(try state.execute(order: id, &context))
    case .create(let order, let id):
      try state.create(order, id: id, context)
      return ActionResult(status: "created")
    case .execute(let id): return Self.result(try state.execute(order: id, &context))
    case .update(let id, let update): try state.update(order: id, update, context)
    case .cancel(let id): try state.cancel(order: id, context)
    case .deposit(let request, let id): return try Self.run(request, id, &state, &context)
    case .withdraw(let request, let id): return try Self.run(request, id, &state, &context)
    case .liquidate(let key): try state.liquidate(key, &context)
    case .deleverage(let key, let size): try state.deleverage(key, size: size, &context)
    case .updateADL(let market, let isLong): try state.updateADLState(market, isLong: isLong, &context)
    case .claimFunding(let market, let token, let account):
      let claimed = try state.claimFunding(market, token, account, &context)
      return ActionResult(status: "executed", claimed: claimed)
    }
    return ActionResult(status: "executed")
  }

  /// Both steps at once; the files leave out the event of the creation.
  private static func run<Request: LiquidityRequest>(
    _ request: Request, _ id: UInt64, _ state: inout GMXState, _ context: inout ExecutionContext
  ) throws(Revert) -> ActionResult {
    var creation = context
    try state.create(request, receiver: request.account, id: id, &creation)
    return result(try state.execute(Request.self, id, &context))
  }

  private static func result(_ outcome: RequestOutcome) -> ActionResult {
    switch outcome {
    case .executed: ActionResult(status: "executed")
    case .cancelled(let revert): ActionResult(status: "cancelled", refusal: revert)
    case .frozen(let revert): ActionResult(status: "frozen", refusal: revert)
    }
  }
}

extension VectorRequest {
  init(_ action: JSONValue, _ world: inout VectorWorld) throws(CaseFailure) {
    let fields = ActionFields(action)
    let market = try world.market(action["market"]?.string)
    let id = market.record.market
    switch try fields.text("type") {
    case "order": self = .order(try fields.order(&world, market), id: world.nextOrderID(nil))
    case "createOrder":
      self = .create(try fields.order(&world, market), id: world.nextOrderID(try fields.text("id")))
    case "executeOrder": self = .execute(try world.orderID(fields.text("id")))
    case "updateOrder": self = .update(try world.orderID(fields.text("id")), try fields.update())
    case "cancelOrder": self = .cancel(try world.orderID(fields.text("id")))
    case "deposit": self = .deposit(try fields.deposit(&world, market), id: world.nextOrderID(nil))
    case "withdraw":
      var request = WithdrawalRequest(
        account: try world.account(fields.text("account")), market: id,
        marketTokens: try fields.number("marketTokens"))
      request.longSwapPath = try fields.path("longSwapPath", world)
      request.shortSwapPath = try fields.path("shortSwapPath", world)
      request.minLongTokenAmount = try fields.number("minLongTokenAmount")
      request.minShortTokenAmount = try fields.number("minShortTokenAmount")
      if let receiver = action["uiFeeReceiver"]?.string { request.uiFeeReceiver = try world.account(receiver) }
      self = .withdraw(request, id: world.nextOrderID(nil))
    case "liquidate": self = .liquidate(try world.positionKey(action, market))
    case "adl": self = .deleverage(try world.positionKey(action, market), try fields.number("sizeDeltaUsd"))
    case "updateAdlState": self = .updateADL(id, try fields.flag("isLong"))
    case "claimFunding":
      self = .claimFunding(
        id, try world.token(fields.text("token"), market), try world.account(fields.text("account")))
    default: throw CaseFailure("action.type", "an unknown action")
    }
  }
}

/// The fields of an action; absent numbers are zero.
struct ActionFields {
  let action: JSONValue

  init(_ action: JSONValue) { self.action = action }

  func text(_ name: String) throws(CaseFailure) -> String {
    guard let text = action[name]?.string else { throw CaseFailure("action." + name, "not a text") }
    return text
  }

  func number(_ name: String) throws(CaseFailure) -> UInt256 {
    guard let value = action[name] else { return .zero }
    return try VectorWorld.unsigned(value.string, "action." + name)
  }

  func flag(_ name: String) throws(CaseFailure) -> Bool {
    guard let value = action[name] else { return false }
    guard let flag = value.bool else { throw CaseFailure("action." + name, "neither true nor false") }
    return flag
  }

  func path(_ name: String, _ world: VectorWorld) throws(CaseFailure) -> [MarketID] {
    guard let value = action[name] else { return [] }
    var path: [MarketID] = []
    for element in value.array ?? [] {
      path.append(try world.market(element.string).record.market)
    }
    return path
  }

  func order(_ world: inout VectorWorld, _ market: VectorMarket) throws(CaseFailure) -> OrderRecord {
    let name = try text("orderType")
    guard let type = Self.orderTypes.first(where: { $0.0 == name })?.1 else {
      throw CaseFailure("action.orderType", "an unknown order type")
    }
    let swapName = action["swapType"]?.string ?? "NoSwap"
    guard let swap = Self.swapTypes.first(where: { $0.0 == swapName })?.1 else {
      throw CaseFailure("action.swapType", "an unknown swap type")
    }
    var path = try path("swapPath", world)
    if try flag("swap") { path = [market.record.market] }
    let receiver = action["uiFeeReceiver"]?.string
    return OrderRecord(
      account: try world.account(text("account")), market: type.isSwap ? 0 : market.record.market,
      initialCollateralToken: try world.token(text("collateral"), market), swapPath: path,
      uiFeeReceiver: try receiver.map { name throws(CaseFailure) in try world.account(name) } ?? .zero,
      orderType: type, decreaseSwap: swap, isLong: try flag("isLong"), sizeDeltaUsd: try number("sizeDeltaUsd"),
      initialCollateralDeltaAmount: try number("amount"), triggerPrice: try number("triggerPrice"),
      acceptablePrice: try number("acceptablePrice"), minOutputAmount: try number("minOutputAmount"),
      validFromTime: try number("validFromTime").word0, autoCancel: try flag("autoCancel"))
  }

  private static let orderTypes: [(String, OrderType)] = [
    ("MarketSwap", .marketSwap), ("LimitSwap", .limitSwap), ("MarketIncrease", .marketIncrease),
    ("LimitIncrease", .limitIncrease), ("StopIncrease", .stopIncrease), ("MarketDecrease", .marketDecrease),
    ("LimitDecrease", .limitDecrease), ("StopLossDecrease", .stopLossDecrease), ("Liquidation", .liquidation),
  ]

  private static let swapTypes: [(String, DecreaseSwap)] = [
    ("NoSwap", .none), ("SwapPnlTokenToCollateralToken", .profitToCollateral),
    ("SwapCollateralTokenToPnlToken", .collateralToProfit),
  ]

  func update() throws(CaseFailure) -> GMXState.OrderUpdate {
    GMXState.OrderUpdate(
      sizeDeltaUsd: try number("sizeDeltaUsd"), acceptablePrice: try number("acceptablePrice"),
      triggerPrice: try number("triggerPrice"), minOutputAmount: try number("minOutputAmount"),
      validFromTime: try number("validFromTime").word0, autoCancel: try flag("autoCancel"))
  }

  func deposit(_ world: inout VectorWorld, _ market: VectorMarket) throws(CaseFailure) -> DepositRequest {
    let long = action["initialLongToken"]?.string ?? "longToken"
    let short = action["initialShortToken"]?.string ?? "shortToken"
    var request = DepositRequest(
      account: try world.account(text("account")), market: market.record.market,
      initialLongToken: try world.token(long, market), initialShortToken: try world.token(short, market),
      longAmount: try number("longAmount"), shortAmount: try number("shortAmount"))
    request.longSwapPath = try path("longSwapPath", world)
    request.shortSwapPath = try path("shortSwapPath", world)
    request.minMarketTokens = try number("minMarketTokens")
    if let receiver = action["uiFeeReceiver"]?.string { request.uiFeeReceiver = try world.account(receiver) }
    return request
  }
}
