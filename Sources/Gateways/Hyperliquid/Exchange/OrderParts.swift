import Canonical
import Hyperliquid

/// One order, by where its parts stand.
struct OrderPart {
  private enum Kind {
    case limit(Range<Int>)
    case trigger(isMarket: Bool, price: Range<Int>, word: Range<Int>)
  }

  private enum ClientID {
    case none
    case some(Range<Int>)
  }

  private var asset: UInt64
  private var isBuy: Bool
  private var price: Range<Int>
  private var size: Range<Int>
  private var reduceOnly: Bool
  private var kind: Kind
  private var cloid: Range<Int>?

  init?(_ cursor: inout BodyCursor) {
    var asset: UInt64?
    var isBuy: Bool?
    var price: Range<Int>?
    var size: Range<Int>?
    var reduceOnly: Bool?
    var kind: Kind?
    var cloid: ClientID?
    let isRead = cursor.object { cursor, key in
      guard key.count == 1 else { return false }
      switch cursor.bytes[key.lowerBound] {
      case UInt8(ascii: "a"): return fill(&asset, cursor.unsigned())
      case UInt8(ascii: "b"): return fill(&isBuy, cursor.flag())
      case UInt8(ascii: "p"): return fill(&price, cursor.decimal())
      case UInt8(ascii: "s"): return fill(&size, cursor.decimal())
      case UInt8(ascii: "r"): return fill(&reduceOnly, cursor.flag())
      case UInt8(ascii: "t"): return fill(&kind, Self.kind(&cursor))
      case UInt8(ascii: "c"):
        return fill(&cloid, cursor.null() ? ClientID.none : cursor.hex(digits: 32).map { .some($0) })
      default: return false
      }
    }
    guard isRead, let asset, asset <= UInt32.max, let isBuy, let price, let size, let reduceOnly, let kind else {
      return nil
    }
    self.asset = asset
    self.isBuy = isBuy
    self.price = price
    self.size = size
    self.reduceOnly = reduceOnly
    self.kind = kind
    if case .some(let range)? = cloid { self.cloid = range }
  }

  private static func kind(_ cursor: inout BodyCursor) -> Kind? {
    var kind: Kind?
    let isRead = cursor.object { cursor, key in
      if cursor.equals(key, "limit") { return fill(&kind, limit(&cursor)) }
      return cursor.equals(key, "trigger") && fill(&kind, trigger(&cursor))
    }
    return isRead ? kind : nil
  }

  private static func limit(_ cursor: inout BodyCursor) -> Kind? {
    var word: Range<Int>?
    guard cursor.object({ cursor, key in cursor.equals(key, "tif") && fill(&word, cursor.string()) }), let word,
      cursor.equals(word, "Gtc") || cursor.equals(word, "Ioc") || cursor.equals(word, "Alo")
        || cursor.equals(word, "FrontendMarket")
    else { return nil }
    return .limit(word)
  }

  private static func trigger(_ cursor: inout BodyCursor) -> Kind? {
    var isMarket: Bool?
    var price: Range<Int>?
    var word: Range<Int>?
    let isRead = cursor.object { cursor, key in
      if cursor.equals(key, "isMarket") { return fill(&isMarket, cursor.flag()) }
      if cursor.equals(key, "triggerPx") { return fill(&price, cursor.decimal()) }
      return cursor.equals(key, "tpsl") && fill(&word, cursor.string())
    }
    guard isRead, let isMarket, let price, let word, cursor.equals(word, "tp") || cursor.equals(word, "sl") else {
      return nil
    }
    return .trigger(isMarket: isMarket, price: price, word: word)
  }

  func write(_ packer: inout MessagePackEncoder, _ cursor: BodyCursor) {
    packer.encodeMapHeader(count: cloid == nil ? 6 : 7)
    packer.key("a")
    packer.encode(asset)
    packer.key("b")
    packer.encode(isBuy)
    packer.key("p")
    packer.encode(cursor, price)
    packer.key("s")
    packer.encode(cursor, size)
    packer.key("r")
    packer.encode(reduceOnly)
    packer.key("t")
    packer.encodeMapHeader(count: 1)
    switch kind {
    case .limit(let word):
      packer.encode("limit")
      packer.encodeMapHeader(count: 1)
      packer.encode("tif")
      packer.encode(cursor, word)
    case .trigger(let isMarket, let price, let word):
      packer.encode("trigger")
      packer.encodeMapHeader(count: 3)
      packer.encode("isMarket")
      packer.encode(isMarket)
      packer.encode("triggerPx")
      packer.encode(cursor, price)
      packer.encode("tpsl")
      packer.encode(cursor, word)
    }
    if let cloid {
      packer.key("c")
      packer.encode(lowered: cursor, cloid)
    }
  }
}

/// One cancel, by number or by client id.
struct CancelPart {
  private enum Order {
    case number(UInt64)
    case cloid(Range<Int>)
  }

  private var asset: UInt64
  private var order: Order

  var isByCloid: Bool {
    if case .cloid = order { true } else { false }
  }

  init?(_ cursor: inout BodyCursor) {
    var asset: UInt64?
    var order: Order?
    var isShort: Bool?
    // `a` goes with `o`, `asset` with `cloid`: a mixture is no plain spelling.
    func agrees(_ short: Bool) -> Bool {
      if isShort == nil { isShort = short }
      return isShort == short
    }
    let isRead = cursor.object { cursor, key in
      if cursor.equals(key, "a") { return agrees(true) && fill(&asset, cursor.unsigned()) }
      if cursor.equals(key, "o") { return agrees(true) && fill(&order, cursor.unsigned().map { .number($0) }) }
      if cursor.equals(key, "asset") { return agrees(false) && fill(&asset, cursor.unsigned()) }
      return cursor.equals(key, "cloid") && agrees(false)
        && fill(&order, cursor.hex(digits: 32).map { .cloid($0) })
    }
    guard isRead, let asset, asset <= UInt32.max, let order else { return nil }
    self.asset = asset
    self.order = order
  }

  func write(_ packer: inout MessagePackEncoder, _ cursor: BodyCursor) {
    packer.encodeMapHeader(count: 2)
    switch order {
    case .number(let oid):
      packer.key("a")
      packer.encode(asset)
      packer.key("o")
      packer.encode(oid)
    case .cloid(let cloid):
      packer.encode("asset")
      packer.encode(asset)
      packer.encode("cloid")
      packer.encode(lowered: cursor, cloid)
    }
  }
}

extension MessagePackEncoder {
  /// A key of one letter.
  @inline(__always) mutating func key(_ letter: Unicode.Scalar) {
    bytes.append(0xa1)
    bytes.append(UInt8(truncatingIfNeeded: letter.value))
  }

  @inline(__always) mutating func encode(_ cursor: BodyCursor, _ range: Range<Int>) {
    encodeTextHeader(count: range.count)
    bytes.append(contentsOf: cursor.bytes[range])
  }

  mutating func encode(lowered cursor: BodyCursor, _ range: Range<Int>) {
    encodeTextHeader(count: range.count)
    for byte in cursor.bytes[range] { bytes.append(byte >= 0x41 && byte <= 0x46 ? byte + 0x20 : byte) }
  }
}
