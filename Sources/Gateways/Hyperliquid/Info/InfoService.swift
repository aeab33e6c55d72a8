import Canonical
import Hyperliquid
import VenueKit

/// What a read answers.
public enum InfoAnswer: Sendable, Equatable {
  case json([UInt8])
  /// Status 422 and the venue's text for what it cannot read.
  case unreadable
  /// Status 500 and `null`: a market that does not exist, where the venue answers so.
  case missing
}

/// Answers `/info` from one published view.
public struct InfoService: Sendable {
  public let store: GatewayStore
  let view: GatewayView

  public init(store: GatewayStore) {
    self.store = store
    view = store.view
  }

  var state: HyperliquidState { view.state }
  var time: Int64 { view.block.time }
  var parameters: HyperliquidParameters { view.state.parameters }

  public func answer(_ body: JSONValue) -> InfoAnswer {
    guard let type = body["type"]?.string else { return .unreadable }
    let request = InfoRequest(body: body)
    return marketAnswer(type, request) ?? userAnswer(type, request) ?? orderAnswer(type, request)
      ?? historyAnswer(type, request) ?? vaultAnswer(type, request) ?? otherAnswer(type, request) ?? .unreadable
  }

  func json(_ body: (inout JSONOutput) -> Void) -> InfoAnswer { .json(makeJSON(body)) }

  func market(_ coin: String) -> MarketParameters? { parameters.markets.first { $0.symbol == coin } }

  /// 0 for the venue's own perpetual dex, a builder's number for its name; nil for a name that nobody has.
  func dexNumber(_ request: InfoRequest) -> UInt32? {
    request.dex.isEmpty ? 0 : parameters.dex(named: request.dex)?.index
  }

  func dexName(_ dex: UInt32) -> String { dex == 0 ? "" : parameters.dexs.first { $0.index == dex }?.name ?? "" }

  func perpetuals(_ dex: UInt32) -> [MarketParameters] {
    parameters.markets.filter { !$0.isSpot && $0.dex == dex }
  }

  var pairs: [MarketParameters] { parameters.markets.filter(\.isSpot) }

  /// An answer about one perpetual dex.
  func forDex(_ request: InfoRequest, _ body: (UInt32) -> InfoAnswer) -> InfoAnswer {
    guard let dex = dexNumber(request) else { return .missing }
    return body(dex)
  }

  /// An answer that needs a user; without a readable one the request is.
  func forUser(_ request: InfoRequest, _ body: (Address) -> InfoAnswer) -> InfoAnswer {
    guard let user = request.user else { return .unreadable }
    return body(user)
  }
}

/// A request's fields. Null counts as absent; keys that are not known are passed over.
struct InfoRequest {
  let body: JSONValue

  subscript(key: String) -> JSONValue? {
    guard let value = body[key], !value.isNull else { return nil }
    return value
  }

  var user: Address? { self["user"]?.string.flatMap { Address(hex: $0) } }
  var coin: String? { self["coin"]?.string }
  /// The empty name, or none, is the venue's own perpetual dex.
  var dex: String { self["dex"]?.string ?? "" }
  var startTime: Int64? { self["startTime"]?.int64 }
  var endTime: Int64? { self["endTime"]?.int64 }

  /// From its start, or the beginning, to its end, or now.
  var span: TimeSpan { TimeSpan(first: startTime ?? 0, last: endTime ?? .max) }

  /// False when a time was given and is none.
  var hasReadableTimes: Bool {
    (self["startTime"] == nil || startTime != nil) && (self["endTime"] == nil || endTime != nil)
  }
}
