import Canonical

// Reads the typed actions of MessagePack in their one canonical form. Each reader stands right behind the value of
// `type`; `keys` is the number of keys of the action, `type` included.
extension MessagePackCursor {
  mutating func readOrderAction(keys: Int) throws(WireFault) -> HyperliquidAction {
    guard keys == 3 || keys == 4 else { throw fault("an order action has three or four keys") }
    try expect("orders")
    let count = try readArrayHeader()
    var orders: [OrderRequest] = []
    orders.reserveCapacity(Swift.min(count, (end - offset) / 30))
    for _ in 0..<count { orders.append(try readOrder()) }
    try expect("grouping")
    var action = OrderAction(orders: orders, grouping: try readGrouping())
    if keys == 4 {
      try expect("builder")
      try expectMap(of: 2)
      try expect("b")
      let builder = try readAddress()
      try expect("f")
      action.builder = BuilderFee(builder: builder, fee: try readUnsigned())
    }
    return .order(action)
  }

  private mutating func readGrouping() throws(WireFault) -> OrderGrouping {
    let start = offset
    if try peek() == 0x81 {
      offset += 1
      try expect("p")
      return .priority(try readUnsigned())
    }
    let range = try readText()
    if text(range, is: "na") { return .none }
    if text(range, is: "normalTpsl") { return .normalTpsl }
    if text(range, is: "positionTpsl") { return .positionTpsl }
    throw WireFault("an unknown grouping", at: start)
  }

  /// `a b p s r t [c]`.
  mutating func readOrder() throws(WireFault) -> OrderRequest {
    let start = offset
    let keys = try readMapHeader()
    guard keys == 6 || keys == 7 else { throw WireFault("an order has six or seven keys", at: start) }
    try expect("a")
    let asset = try readUInt32()
    try expect("b")
    let isBuy = try readFlag()
    try expect("p")
    let price = try readDecimal()
    try expect("s")
    let size = try readDecimal()
    try expect("r")
    let reduceOnly = try readFlag()
    try expect("t")
    let kind = try readKind()
    var order = OrderRequest(
      asset: asset, isBuy: isBuy, price: price, size: size, reduceOnly: reduceOnly, kind: kind)
    if keys == 7 {
      try expect("c")
      order.cloid = try readClientOrderID()
    }
    return order
  }

  private mutating func readKind() throws(WireFault) -> OrderKind {
    try expectMap(of: 1)
    let start = offset
    let range = try readText()
    if text(range, is: "limit") {
      try expectMap(of: 1)
      try expect("tif")
      return .limit(try readTimeInForce())
    }
    guard text(range, is: "trigger") else { throw WireFault("an order is neither limit nor trigger", at: start) }
    try expectMap(of: 3)
    try expect("isMarket")
    let isMarket = try readFlag()
    try expect("triggerPx")
    let price = try readDecimal()
    try expect("tpsl")
    let word = offset
    let side = try readText()
    if text(side, is: "tp") { return .trigger(TriggerCondition(isMarket: isMarket, price: price, isTakeProfit: true)) }
    guard text(side, is: "sl") else { throw WireFault("a trigger is neither tp nor sl", at: word) }
    return .trigger(TriggerCondition(isMarket: isMarket, price: price, isTakeProfit: false))
  }

  private mutating func readTimeInForce() throws(WireFault) -> TimeInForce {
    let start = offset
    let range = try readText()
    if text(range, is: "Gtc") { return .goodTilCancelled }
    if text(range, is: "Ioc") { return .immediateOrCancel }
    if text(range, is: "Alo") { return .addLiquidityOnly }
    if text(range, is: "FrontendMarket") { return .frontendMarket }
    throw WireFault("an unknown time in force", at: start)
  }

  mutating func readDecimal() throws(WireFault) -> WireDecimal {
    let start = offset
    let range = try readText()
    guard let value = WireDecimalText.parse(bytes, in: range) else {
      throw WireFault("a decimal is not canonical or out of range", at: start)
    }
    return value
  }

  /// `0x` and `digits` lower-case digits, the first `8 * Words` of them from the most significant word on.
  private mutating func readHex(digits: Int) throws(WireFault) -> (UInt64, UInt64, UInt64) {
    let start = offset
    let range = try readText()
    let first = range.lowerBound + 2
    guard range.count == digits + 2, bytes[first - 2] == UInt8(ascii: "0"), bytes[first - 1] == UInt8(ascii: "x") else {
      throw WireFault("hexadecimal text has another length or no 0x", at: start)
    }
    var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
    for index in 0..<digits {
      guard let digit = Self.lowerCaseDigit(bytes[first + index]) else {
        throw WireFault("hexadecimal text has a character that is no lower-case digit", at: start)
      }
      switch index >> 4 {
      case 0: words.0 = words.0 << 4 | digit
      case 1: words.1 = words.1 << 4 | digit
      default: words.2 = words.2 << 4 | digit
      }
    }
    return words
  }

  @inline(__always) private static func lowerCaseDigit(_ byte: UInt8) -> UInt64? {
    if byte &- 0x30 < 10 { return UInt64(byte &- 0x30) }
    if byte &- 0x61 < 6 { return UInt64(byte &- 0x57) }
    return nil
  }

  mutating func readAddress() throws(WireFault) -> Address {
    let words = try readHex(digits: 40)
    return Address(word0: words.0, word1: words.1, word2: UInt32(truncatingIfNeeded: words.2))
  }

  mutating func readClientOrderID() throws(WireFault) -> ClientOrderID {
    let words = try readHex(digits: 32)
    return ClientOrderID(high: words.0, low: words.1)
  }

  /// `f: true`, or nothing.
  private mutating func readTrueFlag(_ key: StaticString, keys: Int, least: Int) throws(WireFault) -> Bool {
    guard keys == least || keys == least + 1 else { throw fault("the action has another number of keys") }
    guard keys > least else { return false }
    try expect(key)
    guard try readFlag() else { throw WireFault("false is written by leaving the key out", at: offset - 1) }
    return true
  }

  mutating func readCancel(keys: Int) throws(WireFault) -> (HyperliquidAction, isFast: Bool) {
    guard keys >= 2 else { throw fault("a cancel has no list") }
    try expect("cancels")
    let count = try readArrayHeader()
    var requests: [CancelRequest] = []
    requests.reserveCapacity(Swift.min(count, (end - offset) / 7))
    for _ in 0..<count {
      try expectMap(of: 2)
      try expect("a")
      let asset = try readUInt32()
      try expect("o")
      requests.append(CancelRequest(asset: asset, oid: try readUnsigned()))
    }
    return (.cancel(requests), try readTrueFlag("f", keys: keys, least: 2))
  }

  mutating func readCancelByCloid(keys: Int) throws(WireFault) -> (HyperliquidAction, isFast: Bool) {
    guard keys >= 2 else { throw fault("a cancel has no list") }
    try expect("cancels")
    let count = try readArrayHeader()
    var requests: [CancelByCloidRequest] = []
    requests.reserveCapacity(Swift.min(count, (end - offset) / 50))
    for _ in 0..<count {
      try expectMap(of: 2)
      try expect("asset")
      let asset = try readUInt32()
      try expect("cloid")
      requests.append(CancelByCloidRequest(asset: asset, cloid: try readClientOrderID()))
    }
    return (.cancelByCloid(requests), try readTrueFlag("f", keys: keys, least: 2))
  }

  private mutating func readModification() throws(WireFault) -> ModifyRequest {
    try expect("oid")
    let tag = try peek()
    let isText = tag & 0xe0 == 0xa0 || tag == 0xd9
    let target: OrderReference = isText ? .cloid(try readClientOrderID()) : .oid(try readUnsigned())
    try expect("order")
    return ModifyRequest(target: target, order: try readOrder())
  }

  mutating func readModify(keys: Int) throws(WireFault) -> HyperliquidAction {
    guard keys >= 3 else { throw fault("a modify has an id and an order") }
    var request = try readModification()
    request.alwaysPlace = try readTrueFlag("a", keys: keys, least: 3)
    return .modify(request)
  }

  mutating func readBatchModify(keys: Int) throws(WireFault) -> HyperliquidAction {
    guard keys >= 2 else { throw fault("a batch has no list") }
    try expect("modifies")
    let count = try readArrayHeader()
    var requests: [ModifyRequest] = []
    requests.reserveCapacity(Swift.min(count, (end - offset) / 40))
    for _ in 0..<count {
      try expectMap(of: 2)
      requests.append(try readModification())
    }
    if try readTrueFlag("a", keys: keys, least: 2) {
      guard count > 0 else { throw fault("an empty batch places nothing") }
      for index in requests.indices { requests[index].alwaysPlace = true }
    }
    return .batchModify(requests)
  }

  mutating func readScheduleCancel(keys: Int) throws(WireFault) -> HyperliquidAction {
    guard keys > 1 else { return .scheduleCancel(time: nil) }
    guard keys == 2 else { throw fault("the action has another number of keys") }
    try expect("time")
    return .scheduleCancel(time: try readUnsigned())
  }

  mutating func readUpdateLeverage(keys: Int) throws(WireFault) -> HyperliquidAction {
    guard keys == 4 else { throw fault("the action has another number of keys") }
    try expect("asset")
    let asset = try readUInt32()
    try expect("isCross")
    let isCross = try readFlag()
    try expect("leverage")
    return .updateLeverage(asset: asset, isCross: isCross, leverage: try readUInt32())
  }

  mutating func readUpdateIsolatedMargin(keys: Int) throws(WireFault) -> HyperliquidAction {
    guard keys == 4 else { throw fault("the action has another number of keys") }
    try expect("asset")
    let asset = try readUInt32()
    try expect("isBuy")
    let isBuy = try readFlag()
    try expect("ntli")
    return .updateIsolatedMargin(asset: asset, isBuy: isBuy, amount: try readSigned())
  }

  mutating func readVaultTransfer(keys: Int) throws(WireFault) -> HyperliquidAction {
    guard keys == 4 else { throw fault("the action has another number of keys") }
    try expect("vaultAddress")
    let vault = try readAddress()
    try expect("isDeposit")
    let isDeposit = try readFlag()
    try expect("usd")
    return .vaultTransfer(vault: vault, isDeposit: isDeposit, amount: try readUnsigned())
  }
}
