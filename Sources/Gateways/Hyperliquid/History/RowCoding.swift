import Canonical
import Hyperliquid
import VenueKit

// The rows of history in bytes, as an archive keeps them: fields in the order of their declaration.

extension CanonicalDecoder {
  mutating func decodeFigure() throws(CanonicalError) -> Int128 {
    var folded: UInt128 = 0
    for place in 0..<19 {
      let byte = try decodeTag()
      // The last of 19 bytes has two bits left.
      if place == 18 && byte > 3 { break }
      folded |= UInt128(byte & 0x7f) << UInt128(7 * place)
      if byte < 0x80 { return Int128(truncatingIfNeeded: folded >> 1) ^ -Int128(truncatingIfNeeded: folded & 1) }
    }
    throw .invalidValue("figure of more than 128 bits")
  }

  mutating func decodeCloid() throws(CanonicalError) -> ClientOrderID {
    ClientOrderID(high: try decodeInteger(), low: try decodeInteger())
  }
}

extension CanonicalEncoder {
  /// Seven bits a byte, the lowest first, the sign in the lowest bit: most figures are small, and rows are many. 1 is
  /// `02`, -1 is `01`, 100 is `c8 01`.
  mutating func encode(figure: Int128) {
    var left = UInt128(truncatingIfNeeded: figure << 1 ^ figure >> 127)
    while left >= 0x80 {
      encode(tag: UInt8(truncatingIfNeeded: left) | 0x80)
      left >>= 7
    }
    encode(tag: UInt8(truncatingIfNeeded: left))
  }

  mutating func encode(cloid: ClientOrderID) {
    encode(cloid.high)
    encode(cloid.low)
  }
}

extension FillRow: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(user)
    encoder.encode(coin)
    encoder.encode(figure: price)
    encoder.encode(figure: size)
    encoder.encode(isBuy)
    encoder.encode(time)
    encoder.encode(figure: startPosition)
    encoder.encode(direction)
    encoder.encode(figure: closedProfit)
    encoder.encode(hash)
    encoder.encode(oid)
    encoder.encode(crossed)
    encoder.encode(figure: fee)
    encoder.encode(feeToken)
    encoder.encode(UInt32(clamping: feeScale))
    encoder.encode(option: builderFee) { $0.encode(figure: $1) }
    encoder.encode(tid)
    encoder.encode(option: cloid) { $0.encode(cloid: $1) }
    encoder.encode(option: liquidation) { encoder, liquidation in
      encoder.encode(liquidation.user)
      encoder.encode(figure: liquidation.mark)
      encoder.encode(liquidation.method)
    }
    encoder.encode(option: twapID) { $0.encode($1) }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    user = try decoder.decodeAddress()
    coin = try decoder.decodeText()
    price = try decoder.decodeFigure()
    size = try decoder.decodeFigure()
    isBuy = try decoder.decodeFlag()
    time = try decoder.decodeInteger()
    startPosition = try decoder.decodeFigure()
    direction = try decoder.decodeText()
    closedProfit = try decoder.decodeFigure()
    hash = try decoder.decodeHash()
    oid = try decoder.decodeInteger()
    crossed = try decoder.decodeFlag()
    fee = try decoder.decodeFigure()
    feeToken = try decoder.decodeText()
    feeScale = Int(try decoder.decodeInteger(UInt32.self))
    builderFee = try decoder.decodeFlag() ? try decoder.decodeFigure() : nil
    tid = try decoder.decodeInteger()
    cloid = try decoder.decodeFlag() ? try decoder.decodeCloid() : nil
    liquidation =
      try decoder.decodeFlag()
      ? Liquidation(
        user: try decoder.decodeAddress(), mark: try decoder.decodeFigure(), method: try decoder.decodeText()) : nil
    twapID = try decoder.decodeFlag() ? try decoder.decodeInteger(UInt64.self) : nil
  }
}

extension OrderRow: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(oid)
    encoder.encode(user)
    encoder.encode(coin)
    encoder.encode(isBuy)
    encoder.encode(figure: limitPrice)
    encoder.encode(figure: size)
    encoder.encode(figure: originalSize)
    encoder.encode(reduceOnly)
    encoder.encode(tag: timeInForce.rawValue)
    encoder.encode(option: trigger) { encoder, trigger in
      encoder.encode(figure: trigger.price)
      encoder.encode(trigger.isMarket)
      encoder.encode(trigger.isTakeProfit)
      encoder.encode(trigger.firesAbove)
      encoder.encode(trigger.isPosition)
    }
    encoder.encode(UInt32(children.count))
    for child in children { encoder.encode(child) }
    encoder.encode(option: cloid) { $0.encode(cloid: $1) }
    encoder.encode(time)
    encoder.encode(word.rawValue)
    encoder.encode(wordTime)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    oid = try decoder.decodeInteger()
    user = try decoder.decodeAddress()
    coin = try decoder.decodeText()
    isBuy = try decoder.decodeFlag()
    limitPrice = try decoder.decodeFigure()
    size = try decoder.decodeFigure()
    originalSize = try decoder.decodeFigure()
    reduceOnly = try decoder.decodeFlag()
    guard let timeInForce = TimeInForce(rawValue: try decoder.decodeTag()) else {
      throw .invalidValue("time in force")
    }
    self.timeInForce = timeInForce
    trigger =
      try decoder.decodeFlag()
      ? Trigger(
        price: try decoder.decodeFigure(), isMarket: try decoder.decodeFlag(),
        isTakeProfit: try decoder.decodeFlag(), firesAbove: try decoder.decodeFlag(),
        isPosition: try decoder.decodeFlag()) : nil
    for _ in 0..<(try decoder.decodeCount(minimumSize: 8)) { children.append(try decoder.decodeInteger()) }
    cloid = try decoder.decodeFlag() ? try decoder.decodeCloid() : nil
    time = try decoder.decodeInteger()
    guard let word = OrderWord(rawValue: try decoder.decodeText()) else { throw .invalidValue("word") }
    self.word = word
    wordTime = try decoder.decodeInteger()
  }
}

extension TradeRow: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(coin)
    encoder.encode(takerIsBuyer)
    encoder.encode(figure: price)
    encoder.encode(figure: size)
    encoder.encode(time)
    encoder.encode(hash)
    encoder.encode(tid)
    encoder.encode(buyer)
    encoder.encode(seller)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    coin = try decoder.decodeText()
    takerIsBuyer = try decoder.decodeFlag()
    price = try decoder.decodeFigure()
    size = try decoder.decodeFigure()
    time = try decoder.decodeInteger()
    hash = try decoder.decodeHash()
    tid = try decoder.decodeInteger()
    buyer = try decoder.decodeAddress()
    seller = try decoder.decodeAddress()
  }
}

extension FundingRow: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(time)
    encoder.encode(coin)
    encoder.encode(figure: usdc)
    encoder.encode(figure: size)
    encoder.encode(figure: rate)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    time = try decoder.decodeInteger()
    coin = try decoder.decodeText()
    usdc = try decoder.decodeFigure()
    size = try decoder.decodeFigure()
    rate = try decoder.decodeFigure()
  }
}

extension FundingRateRow: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(time)
    encoder.encode(figure: rate)
    encoder.encode(figure: premium)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    time = try decoder.decodeInteger()
    rate = try decoder.decodeFigure()
    premium = try decoder.decodeFigure()
  }
}

extension LedgerRow: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(time)
    encoder.encode(hash)
    encoder.encode(list: delta)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    time = try decoder.decodeInteger()
    hash = try decoder.decodeHash()
    delta = try decoder.decodeBytes()
  }
}

extension Candle: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(start)
    encoder.encode(figure: open)
    encoder.encode(figure: high)
    encoder.encode(figure: low)
    encoder.encode(figure: close)
    encoder.encode(figure: volume)
    encoder.encode(UInt64(trades))
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    start = try decoder.decodeInteger()
    open = try decoder.decodeFigure()
    high = try decoder.decodeFigure()
    low = try decoder.decodeFigure()
    close = try decoder.decodeFigure()
    volume = try decoder.decodeFigure()
    trades = Int(clamping: try decoder.decodeInteger(UInt64.self))
  }
}

extension ValueSample: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(time)
    encoder.encode(figure: value)
    encoder.encode(figure: profit)
    encoder.encode(figure: volume)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    time = try decoder.decodeInteger()
    value = try decoder.decodeFigure()
    profit = try decoder.decodeFigure()
    volume = try decoder.decodeFigure()
  }
}

extension HourBucket: CanonicalCodable {
  func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(hour)
    encoder.encode(figure: base)
    encoder.encode(figure: notional)
    encoder.encode(figure: mark)
  }

  init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    hour = try decoder.decodeInteger()
    base = try decoder.decodeFigure()
    notional = try decoder.decodeFigure()
    mark = try decoder.decodeFigure()
  }
}

extension FollowedPosition: CanonicalCodable {
  func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(lots)
    encoder.encode(figure: cost)
    encoder.encode(figure: fundingAllTime)
    encoder.encode(figure: fundingSinceOpen)
    encoder.encode(figure: fundingSinceChange)
  }

  init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    lots = try decoder.decodeInteger()
    cost = try decoder.decodeFigure()
    fundingAllTime = try decoder.decodeFigure()
    fundingSinceOpen = try decoder.decodeFigure()
    fundingSinceChange = try decoder.decodeFigure()
  }
}
