import Canonical
import Cryptography
import Hyperliquid
import VenueKit

/// Orders and cancels, which are most of what is posted, brought from bytes into the form that is hashed
/// without a tree of values between. It knows the plainest spelling only and is otherwise nil; then the general reader,
/// with which it always agrees, decides.
public struct OrderBody: Sendable, Equatable {
  /// The canonical transaction for the mempool.
  public var transaction: [UInt8]
  public var signature: RecoverableSignature
  /// Orders or cancels.
  public var parts: Int

  /// A body posted to `/exchange`.
  public init?(_ bytes: [UInt8]) {
    var cursor = BodyCursor(bytes)
    var parts = Parts()
    guard parts.read(&cursor), cursor.isAtEnd, let made = parts.made(cursor) else { return nil }
    self = made
  }

  /// A message over a socket that posts an action, with the number that its answer repeats.
  public static func posted(_ bytes: [UInt8]) -> (id: UInt64, body: OrderBody)? {
    var cursor = BodyCursor(bytes)
    var parts = Parts()
    var id: UInt64?
    var method: Bool?
    var kind: Bool?
    var payload: Bool?
    let isRead = cursor.object { cursor, key in
      if cursor.equals(key, "id") { return fill(&id, cursor.unsigned()) }
      if cursor.equals(key, "method") { return fill(&method, cursor.string().map { cursor.equals($0, "post") }) }
      guard cursor.equals(key, "request"), payload == nil else { return false }
      return cursor.object { cursor, key in
        if cursor.equals(key, "type") { return fill(&kind, cursor.string().map { cursor.equals($0, "action") }) }
        return cursor.equals(key, "payload") && fill(&payload, parts.read(&cursor) ? true : nil)
      }
    }
    guard isRead, cursor.isAtEnd, method == true, kind == true, payload == true, let id,
      let made = parts.made(cursor)
    else { return nil }
    return (id, made)
  }
}

/// Where the parts of a body stand in its bytes.
private struct Parts {
  private enum Place {
    case none
    case some(Range<Int>)
  }

  private var nonce: UInt64?
  private var vault: Place?
  private var expiry: UInt64??
  private var signature: RecoverableSignature?
  private var kind: Range<Int>?
  private var grouping: Range<Int>?
  private var builder: (address: Range<Int>, fee: UInt64)??
  private var orders: [OrderPart]?
  private var cancels: [CancelPart]?
  private var hasAction = false

  private static let most = 1_000

  mutating func read(_ cursor: inout BodyCursor) -> Bool {
    cursor.object { cursor, key in
      if cursor.equals(key, "action") {
        if hasAction { return false }
        hasAction = true
        return cursor.object { readAction(&$0, $1) }
      }
      if cursor.equals(key, "nonce") { return fill(&nonce, cursor.unsigned()) }
      if cursor.equals(key, "signature") { return fill(&signature, Self.signature(&cursor)) }
      if cursor.equals(key, "vaultAddress") {
        return fill(&vault, cursor.null() ? Place.none : cursor.hex(digits: 40).map { .some($0) })
      }
      guard cursor.equals(key, "expiresAfter") else { return false }
      return fill(&expiry, cursor.null() ? .some(nil) : cursor.unsigned().map { .some($0) })
    }
  }

  private mutating func readAction(_ cursor: inout BodyCursor, _ key: Range<Int>) -> Bool {
    if cursor.equals(key, "type") { return fill(&kind, cursor.string()) }
    if cursor.equals(key, "grouping") { return fill(&grouping, cursor.string()) }
    if cursor.equals(key, "orders") { return fill(&orders, Self.items(&cursor) { OrderPart(&$0) }) }
    if cursor.equals(key, "cancels") { return fill(&cancels, Self.items(&cursor) { CancelPart(&$0) }) }
    guard cursor.equals(key, "builder") else { return false }
    return fill(&builder, cursor.null() ? .some(nil) : Self.builder(&cursor).map { .some($0) })
  }

  private static func items<Item>(
    _ cursor: inout BodyCursor, _ read: (inout BodyCursor) -> Item?
  ) -> [Item]? {
    var items: [Item] = []
    let isRead = cursor.list { cursor in
      guard items.count < most, let item = read(&cursor) else { return false }
      items.append(item)
      return true
    }
    return isRead ? items : nil
  }

  private static func builder(_ cursor: inout BodyCursor) -> (address: Range<Int>, fee: UInt64)? {
    var address: Range<Int>?
    var fee: UInt64?
    let isRead = cursor.object { cursor, key in
      if cursor.equals(key, "b") { return fill(&address, cursor.hex(digits: 40)) }
      return cursor.equals(key, "f") && fill(&fee, cursor.unsigned())
    }
    guard isRead, let address, let fee else { return nil }
    return (address, fee)
  }

  private static func signature(_ cursor: inout BodyCursor) -> RecoverableSignature? {
    var r: Hash32?
    var s: Hash32?
    var v: UInt64?
    let isRead = cursor.object { cursor, key in
      if cursor.equals(key, "r") { return fill(&r, cursor.string().flatMap { Hash32(hexInteger: cursor.bytes[$0]) }) }
      if cursor.equals(key, "s") { return fill(&s, cursor.string().flatMap { Hash32(hexInteger: cursor.bytes[$0]) }) }
      return cursor.equals(key, "v") && fill(&v, cursor.unsigned())
    }
    guard isRead, let r, let s, let v, v < 256 else { return nil }
    return try? RecoverableSignature(r: r, s: s, v: UInt8(v))
  }

  // MARK: The form that is hashed

  func made(_ cursor: BodyCursor) -> OrderBody? {
    guard let nonce, let signature, let kind else { return nil }
    var packer = MessagePackEncoder(reservingCapacity: cursor.bytes.count)
    let count: Int
    if cursor.equals(kind, "order"), let orders, let grouping, cancels == nil, Self.isKnown(grouping, cursor) {
      count = orders.count
      packer.encodeMapHeader(count: (builder ?? nil) == nil ? 3 : 4)
      packer.encode("type")
      packer.encode("order")
      packer.encode("orders")
      packer.encodeArrayHeader(count: orders.count)
      for order in orders { order.write(&packer, cursor) }
      packer.encode("grouping")
      packer.encode(cursor, grouping)
      if let builder = builder ?? nil {
        packer.encode("builder")
        packer.encodeMapHeader(count: 2)
        packer.key("b")
        packer.encode(lowered: cursor, builder.address)
        packer.key("f")
        packer.encode(builder.fee)
      }
    } else if let cancels, orders == nil, grouping == nil, builder == nil {
      count = cancels.count
      let isByCloid = cursor.equals(kind, "cancelByCloid")
      guard isByCloid || cursor.equals(kind, "cancel"), cancels.allSatisfy({ $0.isByCloid == isByCloid }) else {
        return nil
      }
      packer.encodeMapHeader(count: 2)
      packer.encode("type")
      packer.encode(cursor, kind)
      packer.encode("cancels")
      packer.encodeArrayHeader(count: cancels.count)
      for cancel in cancels { cancel.write(&packer, cursor) }
    } else {
      return nil
    }
    var address: Address?
    if case .some(let range)? = vault { address = Address(hex: cursor.text(range)) }
    return OrderBody(
      made: HyperliquidWire.transaction(
        scheme: .hyperliquidL1, nonce: nonce, vaultAddress: address, expiresAfter: expiry ?? nil,
        signature: .signed(signature), messagePack: packer.bytes), signature, count)
  }

  private static func isKnown(_ grouping: Range<Int>, _ cursor: BodyCursor) -> Bool {
    cursor.equals(grouping, "na") || cursor.equals(grouping, "normalTpsl") || cursor.equals(grouping, "positionTpsl")
  }
}

extension OrderBody {
  fileprivate init(made transaction: [UInt8], _ signature: RecoverableSignature, _ parts: Int) {
    self.transaction = transaction
    self.signature = signature
    self.parts = parts
  }
}
