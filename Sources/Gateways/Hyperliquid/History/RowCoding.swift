import Canonical
import Hyperliquid
import VenueKit

// The rows of history in bytes, as an archive keeps them: fields in the order of their declaration.

extension CanonicalDecoder {
  mutating func decodeInt128() throws(CanonicalError) -> Int128 { try decodeInteger(Int128.self) }

  mutating func decodeCloid() throws(CanonicalError) -> ClientOrderID {
    ClientOrderID(high: try decodeInteger(), low: try decodeInteger())
  }
}

extension CanonicalEncoder {
  mutating func encode(cloid: ClientOrderID) {
    encode(cloid.high)
    encode(cloid.low)
  }
}

extension FillRow: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(user)
    encoder.encode(coin)
    encoder.encode(price)
    encoder.encode(size)
    encoder.encode(isBuy)
    encoder.encode(time)
    encoder.encode(startPosition)
    encoder.encode(direction)
    encoder.encode(closedProfit)
    encoder.encode(hash)
    encoder.encode(oid)
    encoder.encode(crossed)
    encoder.encode(fee)
    encoder.encode(feeToken)
    encoder.encode(UInt32(clamping: feeScale))
    encoder.encode(option: builderFee) { $0.encode($1) }
    encoder.encode(tid)
    encoder.encode(option: cloid) { $0.encode(cloid: $1) }
    encoder.encode(option: liquidation) { encoder, liquidation in
      encoder.encode(liquidation.user)
      encoder.encode(liquidation.mark)
      encoder.encode(liquidation.method)
    }
    encoder.encode(option: twapID) { $0.encode($1) }
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    user = try decoder.decodeAddress()
    coin = try decoder.decodeText()
    price = try decoder.decodeInt128()
    size = try decoder.decodeInt128()
    isBuy = try decoder.decodeFlag()
    time = try decoder.decodeInteger()
    startPosition = try decoder.decodeInt128()
    direction = try decoder.decodeText()
    closedProfit = try decoder.decodeInt128()
    hash = try decoder.decodeHash()
    oid = try decoder.decodeInteger()
    crossed = try decoder.decodeFlag()
    fee = try decoder.decodeInt128()
    feeToken = try decoder.decodeText()
    feeScale = Int(try decoder.decodeInteger(UInt32.self))
    builderFee = try decoder.decodeFlag() ? try decoder.decodeInt128() : nil
    tid = try decoder.decodeInteger()
    cloid = try decoder.decodeFlag() ? try decoder.decodeCloid() : nil
    liquidation =
      try decoder.decodeFlag()
      ? Liquidation(
        user: try decoder.decodeAddress(), mark: try decoder.decodeInt128(), method: try decoder.decodeText()) : nil
    twapID = try decoder.decodeFlag() ? try decoder.decodeInteger(UInt64.self) : nil
  }
}

extension OrderRow: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(oid)
    encoder.encode(user)
    encoder.encode(coin)
    encoder.encode(isBuy)
    encoder.encode(limitPrice)
    encoder.encode(size)
    encoder.encode(originalSize)
    encoder.encode(reduceOnly)
    encoder.encode(tag: timeInForce.rawValue)
    encoder.encode(option: trigger) { encoder, trigger in
      encoder.encode(trigger.price)
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
    limitPrice = try decoder.decodeInt128()
    size = try decoder.decodeInt128()
    originalSize = try decoder.decodeInt128()
    reduceOnly = try decoder.decodeFlag()
    guard let timeInForce = TimeInForce(rawValue: try decoder.decodeTag()) else {
      throw .invalidValue("time in force")
    }
    self.timeInForce = timeInForce
    trigger =
      try decoder.decodeFlag()
      ? Trigger(
        price: try decoder.decodeInt128(), isMarket: try decoder.decodeFlag(),
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
    encoder.encode(price)
    encoder.encode(size)
    encoder.encode(time)
    encoder.encode(hash)
    encoder.encode(tid)
    encoder.encode(buyer)
    encoder.encode(seller)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    coin = try decoder.decodeText()
    takerIsBuyer = try decoder.decodeFlag()
    price = try decoder.decodeInt128()
    size = try decoder.decodeInt128()
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
    encoder.encode(usdc)
    encoder.encode(size)
    encoder.encode(rate)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    time = try decoder.decodeInteger()
    coin = try decoder.decodeText()
    usdc = try decoder.decodeInt128()
    size = try decoder.decodeInt128()
    rate = try decoder.decodeInt128()
  }
}

extension FundingRateRow: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(time)
    encoder.encode(rate)
    encoder.encode(premium)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    time = try decoder.decodeInteger()
    rate = try decoder.decodeInt128()
    premium = try decoder.decodeInt128()
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
    encoder.encode(open)
    encoder.encode(high)
    encoder.encode(low)
    encoder.encode(close)
    encoder.encode(volume)
    encoder.encode(UInt64(trades))
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    start = try decoder.decodeInteger()
    open = try decoder.decodeInt128()
    high = try decoder.decodeInt128()
    low = try decoder.decodeInt128()
    close = try decoder.decodeInt128()
    volume = try decoder.decodeInt128()
    trades = Int(clamping: try decoder.decodeInteger(UInt64.self))
  }
}

extension ValueSample: CanonicalCodable {
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(time)
    encoder.encode(value)
    encoder.encode(profit)
    encoder.encode(volume)
  }

  public init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    time = try decoder.decodeInteger()
    value = try decoder.decodeInt128()
    profit = try decoder.decodeInt128()
    volume = try decoder.decodeInt128()
  }
}

extension HourBucket: CanonicalCodable {
  func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(hour)
    encoder.encode(base)
    encoder.encode(notional)
    encoder.encode(mark)
  }

  init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    hour = try decoder.decodeInteger()
    base = try decoder.decodeInt128()
    notional = try decoder.decodeInt128()
    mark = try decoder.decodeInt128()
  }
}

extension FollowedPosition: CanonicalCodable {
  func encode(into encoder: inout CanonicalEncoder) {
    encoder.encode(lots)
    encoder.encode(cost)
    encoder.encode(fundingAllTime)
    encoder.encode(fundingSinceOpen)
    encoder.encode(fundingSinceChange)
  }

  init(from decoder: inout CanonicalDecoder) throws(CanonicalError) {
    lots = try decoder.decodeInteger()
    cost = try decoder.decodeInt128()
    fundingAllTime = try decoder.decodeInt128()
    fundingSinceOpen = try decoder.decodeInt128()
    fundingSinceChange = try decoder.decodeInt128()
  }
}
