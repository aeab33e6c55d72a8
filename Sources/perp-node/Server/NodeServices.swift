import Canonical
import Cryptography
import Hyperliquid
import HyperliquidGateway
import Logging
import VenueKit

/// What a connection needs to answer.
final class NodeServices: Sendable {
  let store: GatewayStore
  let waiters: Waiters
  let hub: StreamHub
  let metrics: NodeMetrics
  let host: ChainHost
  let limits: ServerLimits
  let weights: RateLimiter
  let socketMessages: RateLimiter
  let connections: ConnectionCount
  let cache = InfoCache()
  let identity: NodeIdentity
  let logger: Logger
  let jsonLimits: JSONLimits

  init(
    store: GatewayStore, waiters: Waiters, hub: StreamHub, metrics: NodeMetrics, host: ChainHost,
    limits: ServerLimits, identity: NodeIdentity, logger: Logger
  ) {
    self.store = store
    self.waiters = waiters
    self.hub = hub
    self.metrics = metrics
    self.host = host
    self.limits = limits
    self.identity = identity
    self.logger = logger
    weights = RateLimiter(perMinute: limits.weightPerMinute)
    socketMessages = RateLimiter(perMinute: limits.socketMessagesPerMinute)
    connections = ConnectionCount(limit: limits.connections, limitPerAddress: limits.connectionsPerAddress)
    jsonLimits = JSONLimits(bytes: limits.bodyBytes, depth: 32, values: 200_000, numberBytes: 64)
  }

  /// A body as JSON; nil for what is none.
  func parse(_ bytes: [UInt8]) -> JSONValue? { try? JSONValue(parsing: bytes, limits: jsonLimits) }

  /// What became of the attempt to hand an action to the chain.
  enum Submission {
    case waiting
    case unreadable
    case limited
    case overloaded
  }

  /// Normalises a posted action and hands it to the chain; the answer goes to the sink.
  func submit(_ body: JSONValue, from address: String, sink: any AnswerSink, id: UInt64) -> Submission {
    let request: HyperliquidRequest
    do throws(NormalisationError) {
      request = try HyperliquidRequest(body: body)
    } catch {
      return .unreadable
    }
    if let chain = body["action"]?["hyperliquidChain"]?.string, chain != (identity.isMainnet ? "Mainnet" : "Testnet") {
      sink.deliver([(id, ExchangeAnswer.error("Invalid hyperliquidChain: \(chain)"))])
      return .waiting
    }
    return submit(
      request.transaction, signature: request.signature, parts: Self.parts(body), from: address, sink: sink, id: id)
  }

  /// Hands a canonical transaction of so many orders or cancels to the chain.
  func submit(
    _ transaction: [UInt8], signature: RecoverableSignature, parts: Int, from address: String, sink: any AnswerSink,
    id: UInt64
  ) -> Submission {
    metrics.noteRequest("exchange")
    guard weights.take(RequestWeight.exchange(parts: parts), from: address, at: NodeClock.real) else {
      return .limited
    }
    // Anybody can make the high twin of a signature; the venue's clients make the low one.
    if signature.isHighS {
      sink.deliver([(id, ExchangeAnswer.error("Unable to recover signer."))])
      return .waiting
    }
    guard let ticket = waiters.add(sink, id: id, limit: limits.waitingTransactions) else { return .overloaded }
    guard host.submit(transaction, ticket: ticket) else {
      _ = waiters.take([ticket])
      return .overloaded
    }
    return .waiting
  }

  private static func parts(_ body: JSONValue) -> Int {
    let action = body["action"] ?? .null
    return action["orders"]?.array?.count ?? action["cancels"]?.array?.count ?? action["modifies"]?.array?.count ?? 1
  }
}

/// What a node says of itself.
struct NodeIdentity: Sendable {
  var chainID: String
  var preset: String
  var isMainnet: Bool
  var folder: String
}
