import Canonical
import ConformanceKit
import DYDX
import Quantities

/// Orders of the vector files: `Owner/number` accounts, absent numbers are zero.
enum OrderJSON {
  static func key(_ json: JSONValue) throws(CaseFailure) -> OrderKey {
    OrderKey(
      try World.subaccount(json["subaccount_id"]?.string ?? ""), clientID: try json.id(of: "client_id"),
      flags: try json.id(of: "order_flags"), pair: try json.id(of: "clob_pair_id"))
  }

  static func order(_ json: JSONValue) throws(CaseFailure) -> ClobOrder {
    let time = try json.id(of: "good_til_block_time")
    var order = ClobOrder(
      key: try key(json["order_id"] ?? .null), isBuy: json["side"]?.string == "BUY",
      quantums: try whole(json, "quantums"), subticks: try whole(json, "subticks"),
      goodTil: time > 0 ? .time(time) : .block(try json.id(of: "good_til_block")))
    switch json["time_in_force"]?.string {
    case nil, "UNSPECIFIED": break
    case "IOC": order.timeInForce = .immediateOrCancel
    case "POST_ONLY": order.timeInForce = .postOnly
    default: throw CaseFailure("time_in_force", "no such time in force")
    }
    order.isReduceOnly = json["reduce_only"]?.bool ?? false
    order.clientMetadata = try json.id(of: "client_metadata")
    switch json["condition_type"]?.string {
    case nil, "UNSPECIFIED": break
    case "STOP_LOSS": order.condition = .stopLoss
    case "TAKE_PROFIT": order.condition = .takeProfit
    default: throw CaseFailure("condition_type", "no such condition")
    }
    order.triggerSubticks = try whole(json, "conditional_order_trigger_subticks")
    if let builder = json["builder_code_parameters"], !builder.isNull {
      order.builder = ClobOrder.Builder(
        address: World.address(builder["builder_address"]?.string ?? ""), feePpm: try builder.id(of: "fee_ppm"))
    }
    if let router = json["order_router_address"]?.string { order.router = World.address(router) }
    if let twap = json["twap_parameters"], !twap.isNull {
      var weighting = Order.TimeWeighting()
      weighting.duration = try twap.id(of: "duration")
      weighting.interval = try twap.id(of: "interval")
      weighting.priceTolerance = try twap.id(of: "price_tolerance")
      order.timeWeighting = weighting
    }
    return order
  }

  static func whole(_ json: JSONValue, _ key: String) throws(CaseFailure) -> UInt64 {
    guard let value = UInt64(exactly: try json.int(of: key)) else { throw CaseFailure(key, "not of 64 bits") }
    return value
  }

  static func liquidation(_ json: JSONValue) throws(CaseFailure) -> LiquidationOrder {
    LiquidationOrder(
      subaccount: try World.subaccount(json["subaccount_id"]?.string ?? ""), pair: try json.id(of: "clob_pair_id"),
      perpetual: try json.id(of: "perpetual_id"), isBuy: json["is_buy"]?.bool ?? false,
      quantums: try whole(json, "quantums"), subticks: try whole(json, "subticks"))
  }

  static func taker(_ json: JSONValue) throws(CaseFailure) -> Taker {
    json["liquidation_order"]?.bool == true ? .liquidation(try liquidation(json)) : .order(try order(json))
  }
}

/// The texts of a case's orders, so that computed orders are told in the file's own form.
struct OrderNames {
  private var subaccounts: [Subaccount: String] = [:]
  private var orders: [ClobOrder: JSONValue] = [:]
  private var liquidations: [LiquidationOrder: JSONValue] = [:]

  mutating func add(_ json: JSONValue) throws(CaseFailure) -> Taker {
    let taker = try OrderJSON.taker(json)
    switch taker {
    case .order(let order):
      orders[order] = json
      add(json["order_id"]?["subaccount_id"]?.string, order.key.subaccount)
    case .liquidation(let order):
      liquidations[order] = json
      add(json["subaccount_id"]?.string, order.subaccount)
    }
    return taker
  }

  mutating func add(_ text: String?, _ subaccount: Subaccount) { if let text { subaccounts[subaccount] = text } }

  mutating func add(_ text: String) throws(CaseFailure) -> Subaccount {
    let subaccount = try World.subaccount(text)
    subaccounts[subaccount] = text
    return subaccount
  }

  func json(_ subaccount: Subaccount) -> JSONValue { .string(subaccounts[subaccount] ?? subaccount.keyDescription) }

  func json(_ order: ClobOrder) -> JSONValue { orders[order] ?? .null }

  func json(_ taker: Taker) -> JSONValue {
    switch taker {
    case .order(let order): json(order)
    case .liquidation(let order): liquidations[order] ?? .null
    }
  }

  /// Numbers that are zero are left out, as the files do.
  func json(_ key: OrderKey) -> JSONValue {
    var members = [JSONMember("subaccount_id", json(key.subaccount))]
    for (name, value) in [("client_id", key.clientID), ("order_flags", key.flags), ("clob_pair_id", key.pair)] {
      if value != 0 || name == "client_id" || name == "clob_pair_id" {
        members.append(JSONMember(name, .string("\(value)")))
      }
    }
    return .object(members)
  }

  func text(_ key: OrderKey) -> String {
    "\(json(key.subaccount).string ?? "") client_id=\(key.clientID) order_flags=\(key.flags) clob_pair_id=\(key.pair)"
  }
}
