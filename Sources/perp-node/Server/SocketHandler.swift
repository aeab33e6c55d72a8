import Canonical
import HyperliquidGateway
import NIOCore
import NIOWebSocket

/// One client's socket.
final class SocketHandler: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundOut = WebSocketFrame

  private let services: NodeServices
  private var connection: SocketConnection?
  private var subscriptions: Set<StreamKey> = []
  private var inFlight = 0
  private var address = ""

  init(_ services: NodeServices) { self.services = services }

  func handlerAdded(context: ChannelHandlerContext) {
    address = context.channel.remoteAddress?.ipAddress ?? "unknown"
    connection = SocketConnection(
      context.channel, handler: NIOLoopBound(self, eventLoop: context.eventLoop), services)
    services.metrics.noteSocket(1)
  }

  func channelInactive(context: ChannelHandlerContext) {
    if let connection { services.hub.unsubscribe(connection, from: subscriptions) }
    if connection != nil { services.metrics.noteSocket(-1) }
    connection = nil
    subscriptions = []
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    switch frame.opcode {
    case .text, .binary:
      let bytes = frame.unmaskedData
      read(Array(bytes.readableBytesView), context)
    case .ping:
      let pong = WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData)
      context.writeAndFlush(wrapOutboundOut(pong), promise: nil)
    case .connectionClose:
      let channel = context.channel
      let close = WebSocketFrame(fin: true, opcode: .connectionClose, data: frame.unmaskedData)
      context.writeAndFlush(wrapOutboundOut(close)).whenComplete { _ in channel.close(promise: nil) }
    default: return
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    context.flush()
    context.fireChannelReadComplete()
  }

  // MARK: Requests

  private func read(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
    guard services.socketMessages.take(1, from: address, at: NodeClock.real) else {
      return write(SocketAnswer.error("Too many messages"), context)
    }
    if let (id, orders) = OrderBody.posted(bytes) {
      return post(id, context) { connection in
        services.submit(
          orders.transaction, signature: orders.signature, parts: orders.parts, from: address, sink: connection, id: id)
      }
    }
    guard let body = services.parse(bytes), let request = SocketRequest(body) else {
      let shown = String(decoding: bytes.prefix(200), as: UTF8.self)
      return write(SocketAnswer.error("Error parsing JSON into valid websocket request: \(shown)"), context)
    }
    switch request {
    case .ping: write(SocketAnswer.pong, context)
    case .subscribe(let subscription): subscribe(subscription, context)
    case .unsubscribe(let subscription): unsubscribe(subscription, context)
    case .postInfo(let id, let payload): write(info(id, payload), context)
    case .postAction(let id, let payload):
      post(id, context) { services.submit(payload, from: address, sink: $0, id: id) }
    case .postUnknown(let id): write(SocketAnswer.postError(id: id, "Invalid request type"), context)
    }
  }

  private func subscribe(_ subscription: JSONValue, _ context: ChannelHandlerContext) {
    guard let connection else { return }
    guard let key = StreamKey(subscription, parameters: services.store.view.state.parameters) else {
      return write(SocketAnswer.error("Invalid subscription \(subscription.text())"), context)
    }
    guard !subscriptions.contains(key) else {
      return write(SocketAnswer.error("Already subscribed: \(subscription.text())"), context)
    }
    guard subscriptions.count < services.limits.subscriptions else {
      return write(
        SocketAnswer.error("Cannot subscribe to more than \(services.limits.subscriptions) channels."), context)
    }
    if let user = key.user {
      let users = Set(subscriptions.compactMap(\.user))
      guard users.contains(user) || users.count < services.limits.usersPerConnection else {
        return write(
          SocketAnswer.error("Cannot track more than \(services.limits.usersPerConnection) total users."), context)
      }
    }
    subscriptions.insert(key)
    services.metrics.noteRequest("subscribe")
    write(SocketAnswer.acknowledged("subscribe", subscription), context)
    services.hub.subscribe(connection, to: key)
    for message in StreamService(store: services.store).snapshots(key) { write(message, context) }
  }

  private func unsubscribe(_ subscription: JSONValue, _ context: ChannelHandlerContext) {
    guard let connection else { return }
    guard let key = StreamKey(subscription, parameters: services.store.view.state.parameters),
      subscriptions.remove(key) != nil
    else { return write(SocketAnswer.error("Already unsubscribed: \(subscription.text())"), context) }
    services.hub.unsubscribe(connection, from: [key])
    write(SocketAnswer.acknowledged("unsubscribe", subscription), context)
  }

  private func info(_ id: UInt64, _ payload: JSONValue) -> [UInt8] {
    let type = payload["type"]?.string ?? ""
    guard services.weights.take(RequestWeight.info(type), from: address, at: NodeClock.real) else {
      return SocketAnswer.postError(id: id, "429: \"Too Many Requests\"")
    }
    services.metrics.noteRequest("info")
    switch InfoService(store: services.store).answer(payload) {
    case .json(let json): return SocketAnswer.info(id: id, type: type, json)
    case .unreadable: return SocketAnswer.postError(id: id, "422: \"\(ExchangeAnswer.unreadable)\"")
    case .missing: return SocketAnswer.postError(id: id, "500: null")
    }
  }

  private func post(
    _ id: UInt64, _ context: ChannelHandlerContext, _ submit: (SocketConnection) -> NodeServices.Submission
  ) {
    guard let connection else { return }
    guard inFlight < services.limits.postsInFlight else {
      return write(
        SocketAnswer.postError(id: id, "Cannot have more than \(services.limits.postsInFlight) inflight posts"), context
      )
    }
    switch submit(connection) {
    case .waiting: inFlight += 1
    case .unreadable: write(SocketAnswer.postError(id: id, "422: \"\(ExchangeAnswer.unreadable)\""), context)
    case .limited, .overloaded: write(SocketAnswer.postError(id: id, "429: \"Too Many Requests\""), context)
    }
  }

  // MARK: Writing

  /// Flushed when the read is over. Who asks and does not read is dropped.
  private func write(_ message: [UInt8], _ context: ChannelHandlerContext) {
    guard context.channel.isActive else { return }
    guard context.channel.isWritable else {
      services.metrics.noteDropped()
      return context.close(promise: nil)
    }
    context.write(
      wrapOutboundOut(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(bytes: message))), promise: nil)
  }

  fileprivate func answered(_ count: Int) { inFlight -= count }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is IdleStateHandler.IdleStateEvent { return context.close(promise: nil) }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// The socket as other threads see it.
final class SocketConnection: AnswerSink, StreamSubscriber {
  private let channel: any Channel
  private let handler: NIOLoopBound<SocketHandler>
  private let metrics: NodeMetrics

  init(_ channel: any Channel, handler: NIOLoopBound<SocketHandler>, _ services: NodeServices) {
    self.channel = channel
    self.handler = handler
    metrics = services.metrics
  }

  func deliver(_ answers: [(id: UInt64, json: [UInt8])]) {
    channel.eventLoop.execute {
      self.handler.value.answered(answers.count)
      guard self.isTakingMore() else { return }
      for answer in answers {
        self.write(ByteBuffer(bytes: SocketAnswer.action(id: answer.id, answer.json)))
      }
      self.channel.flush()
    }
  }

  func send(_ messages: [ByteBuffer]) {
    channel.eventLoop.execute {
      guard self.isTakingMore() else { return }
      for message in messages { self.write(message) }
      self.channel.flush()
    }
  }

  /// A reader with too much unsent is dropped: nobody waits for it.
  private func isTakingMore() -> Bool {
    if !channel.isActive { return false }
    if channel.isWritable { return true }
    metrics.noteDropped()
    channel.close(promise: nil)
    return false
  }

  private func write(_ message: ByteBuffer) {
    channel.write(WebSocketFrame(fin: true, opcode: .text, data: message), promise: nil)
  }
}
