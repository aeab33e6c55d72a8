import Canonical

// Writes the typed actions as the MessagePack that is hashed: the inverse of `ActionReader`.
extension MessagePackEncoder {
  mutating func write(type: String, keys: Int) {
    encodeMapHeader(count: keys)
    encode("type")
    encode(type)
  }

  /// False for actions that have no L1 form: user-signed ones and proposer's data.
  mutating func write(l1 action: HyperliquidAction, isFast: Bool) -> Bool {
    switch action {
    case .order(let order): write(order)
    case .cancel(let requests): write(requests, isFast: isFast)
    case .cancelByCloid(let requests): write(requests, isFast: isFast)
    case .modify(let request):
      write(type: "modify", keys: request.alwaysPlace ? 4 : 3)
      write(modification: request)
      if request.alwaysPlace { write(true, "a") }
    case .batchModify(let requests): write(requests)
    case .scheduleCancel(let time):
      write(type: "scheduleCancel", keys: time == nil ? 1 : 2)
      if let time { write(time, "time") }
    case .updateLeverage(let asset, let isCross, let leverage):
      write(type: "updateLeverage", keys: 4)
      write(UInt64(asset), "asset")
      write(isCross, "isCross")
      write(UInt64(leverage), "leverage")
    case .updateIsolatedMargin(let asset, let isBuy, let amount):
      write(type: "updateIsolatedMargin", keys: 4)
      write(UInt64(asset), "asset")
      write(isBuy, "isBuy")
      encode("ntli")
      encode(amount)
    case .vaultTransfer(let vault, let isDeposit, let amount):
      write(type: "vaultTransfer", keys: 4)
      write(vault, "vaultAddress")
      write(isDeposit, "isDeposit")
      write(amount, "usd")
    case .noop: write(type: "noop", keys: 1)
    case .twapOrder(let twap): write(twap)
    case .twapCancel(let asset, let id):
      write(type: "twapCancel", keys: 3)
      write(UInt64(asset), "a")
      write(id, "t")
    case .account(let action): write(action)
    case .perpDeploy(let deployment): write(deployment)
    case .unsupported(let type): write(type: type, keys: 1)
    case .usdSend, .withdraw, .approveAgent, .signed, .multiSig, .proposer: return false
    }
    return true
  }

  mutating func write(_ value: UInt64, _ key: String) {
    encode(key)
    encode(value)
  }

  mutating func write(_ value: Bool, _ key: String) {
    encode(key)
    encode(value)
  }

  mutating func write(_ value: String, _ key: String) {
    encode(key)
    encode(value)
  }

  mutating func write(_ value: Address, _ key: String) {
    encode(key)
    encode(value.description)
  }

  mutating func write(decimal value: WireDecimal, _ key: String) {
    encode(key)
    var text: [UInt8] = []
    WireDecimalText.append(value, to: &text)
    encode(utf8: text)
  }

  private mutating func write(_ id: ClientOrderID) {
    encodeTextHeader(count: 34)
    bytes.append(UInt8(ascii: "0"))
    bytes.append(UInt8(ascii: "x"))
    for word in [id.high, id.low] {
      for shift in stride(from: UInt64(60), through: 0, by: -4) {
        bytes.append(Hex.digit(UInt8(truncatingIfNeeded: word >> shift) & 15))
      }
    }
  }

  private mutating func write(_ action: OrderAction) {
    write(type: "order", keys: action.builder == nil ? 3 : 4)
    encode("orders")
    encodeArrayHeader(count: action.orders.count)
    for order in action.orders { write(order) }
    encode("grouping")
    switch action.grouping {
    case .none: encode("na")
    case .normalTpsl: encode("normalTpsl")
    case .positionTpsl: encode("positionTpsl")
    case .priority(let rate):
      encodeMapHeader(count: 1)
      write(rate, "p")
    }
    if let builder = action.builder {
      encode("builder")
      encodeMapHeader(count: 2)
      write(builder.builder, "b")
      write(builder.fee, "f")
    }
  }

  private mutating func write(_ order: OrderRequest) {
    encodeMapHeader(count: order.cloid == nil ? 6 : 7)
    write(UInt64(order.asset), "a")
    write(order.isBuy, "b")
    write(decimal: order.price, "p")
    write(decimal: order.size, "s")
    write(order.reduceOnly, "r")
    encode("t")
    encodeMapHeader(count: 1)
    switch order.kind {
    case .limit(let timeInForce):
      encode("limit")
      encodeMapHeader(count: 1)
      write(timeInForce.wireName, "tif")
    case .trigger(let trigger):
      encode("trigger")
      encodeMapHeader(count: 3)
      write(trigger.isMarket, "isMarket")
      write(decimal: trigger.price, "triggerPx")
      write(trigger.isTakeProfit ? "tp" : "sl", "tpsl")
    }
    if let cloid = order.cloid {
      encode("c")
      write(cloid)
    }
  }

  private mutating func write(_ requests: [CancelRequest], isFast: Bool) {
    write(type: "cancel", keys: isFast ? 3 : 2)
    encode("cancels")
    encodeArrayHeader(count: requests.count)
    for request in requests {
      encodeMapHeader(count: 2)
      write(UInt64(request.asset), "a")
      write(request.oid, "o")
    }
    if isFast { write(true, "f") }
  }

  private mutating func write(_ requests: [CancelByCloidRequest], isFast: Bool) {
    write(type: "cancelByCloid", keys: isFast ? 3 : 2)
    encode("cancels")
    encodeArrayHeader(count: requests.count)
    for request in requests {
      encodeMapHeader(count: 2)
      write(UInt64(request.asset), "asset")
      encode("cloid")
      write(request.cloid)
    }
    if isFast { write(true, "f") }
  }

  private mutating func write(modification request: ModifyRequest) {
    encode("oid")
    switch request.target {
    case .oid(let oid): encode(oid)
    case .cloid(let cloid): write(cloid)
    }
    encode("order")
    write(request.order)
  }

  /// All requests of a batch place always, or none does.
  private mutating func write(_ requests: [ModifyRequest]) {
    let alwaysPlace = requests.first?.alwaysPlace ?? false
    write(type: "batchModify", keys: alwaysPlace ? 3 : 2)
    encode("modifies")
    encodeArrayHeader(count: requests.count)
    for request in requests {
      encodeMapHeader(count: 2)
      write(modification: request)
    }
    if alwaysPlace { write(true, "a") }
  }
}

extension TimeInForce {
  var wireName: String {
    switch self {
    case .goodTilCancelled: "Gtc"
    case .immediateOrCancel: "Ioc"
    case .addLiquidityOnly: "Alo"
    case .frontendMarket: "FrontendMarket"
    }
  }
}
