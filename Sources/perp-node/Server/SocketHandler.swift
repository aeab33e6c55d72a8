import Canonical
import HyperliquidGateway
import NIOCore

/// One client's socket.
final class SocketHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let services: NodeServices
  private var reader: SocketFrameReader
  /// The begin of a frame whose end has not come.
  private var unread: ByteBuffer?
  private var isClosing = false
  private var hasRead = false
  /// Answers of what was read together, sent together.
  private var unsent: SocketFrames?
  private var lastWrite = NIODeadline.now()
  private var idleCheck: Scheduled<Void>?
  private var connection: SocketConnection?
  private var subscriptions: Set<StreamKey> = []
  private var inFlight = 0
  private var address = ""

  init(_ services: NodeServices) {
    self.services = services
    reader = SocketFrameReader(limit: services.limits.bodyBytes)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    address = context.channel.remoteAddress?.ipAddress ?? "unknown"
    connection = SocketConnection(
      context.channel, handler: NIOLoopBound(self, eventLoop: context.eventLoop), services)
    services.metrics.noteSocket(1)
    checkIdle(context, after: .seconds(Int64(services.limits.idleSeconds)))
  }

  func channelInactive(context: ChannelHandlerContext) {
    if let connection { services.hub.unsubscribe(connection, from: subscriptions) }
    if connection != nil { services.metrics.noteSocket(-1) }
    connection = nil
    subscriptions = []
    idleCheck?.cancel()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var buffer = unwrapInboundIn(data)
    if var begun = unread {
      unread = nil
      begun.writeBuffer(&buffer)
      buffer = begun
    }
    do throws(SocketProblem) {
      while !isClosing, let message = try reader.next(&buffer) { take(message, context) }
    } catch {
      close(context, with: [UInt8(error.rawValue >> 8), UInt8(error.rawValue & 0xff)])
    }
    // What came behind the handshake in one piece is handed on without a word that the reading is complete.
    if !hasRead { flush(context) }
    hasRead = true
    if isClosing || buffer.readableBytes == 0 { return }
    buffer.discardReadBytes()
    unread = buffer
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    flush(context)
    context.fireChannelReadComplete()
  }

  private func take(_ message: SocketMessage, _ context: ChannelHandlerContext) {
    switch message {
    case .data(let bytes): read(bytes, context)
    case .ping(let bytes): send(context) { $0.append(pong: bytes) }
    case .pong: return
    case .close(let bytes): close(context, with: bytes)
    }
  }

  /// Says goodbye and closes once that is sent.
  private func close(_ context: ChannelHandlerContext, with reason: [UInt8]) {
    isClosing = true
    send(context) { $0.append(close: reason) }
    guard let frames = unsent else { return }
    unsent = nil
    let channel = context.channel
    context.writeAndFlush(wrapOutboundOut(frames.buffer)).whenComplete { _ in channel.close(promise: nil) }
  }

  /// The venue closes sockets on which it had nothing to say for so long.
  private func checkIdle(_ context: ChannelHandlerContext, after time: TimeAmount) {
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    idleCheck = context.eventLoop.scheduleTask(in: time) {
      let (handler, context) = bound.value
      let left = handler.lastWrite + .seconds(Int64(handler.services.limits.idleSeconds)) - .now()
      if left <= .zero { return context.close(promise: nil) }
      handler.checkIdle(context, after: left)
    }
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

  private func write(_ message: [UInt8], _ context: ChannelHandlerContext) {
    send(context) { $0.append(text: message) }
  }

  /// Goes out when the read is over. Who asks and does not read is dropped.
  private func send(_ context: ChannelHandlerContext, _ add: (inout SocketFrames) -> Void) {
    guard context.channel.isActive else { return }
    guard context.channel.isWritable else {
      services.metrics.noteDropped()
      return context.close(promise: nil)
    }
    // Taken out while it grows, so that its bytes are not copied.
    var frames = unsent.take() ?? SocketFrames()
    add(&frames)
    let isLarge = frames.buffer.readableBytes > services.limits.unsentBytes / 2
    unsent = frames
    if isLarge { flush(context) }
  }

  private func flush(_ context: ChannelHandlerContext) {
    guard let frames = unsent else { return }
    unsent = nil
    lastWrite = .now()
    context.writeAndFlush(wrapOutboundOut(frames.buffer), promise: nil)
  }

  fileprivate func answered(_ count: Int) { inFlight -= count }

  fileprivate func wrote() { lastWrite = .now() }

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
    var frames = SocketFrames(reservingCapacity: 256 * answers.count)
    for answer in answers { frames.append(text: SocketAnswer.action(id: answer.id, answer.json)) }
    let buffer = frames.buffer
    channel.eventLoop.execute {
      self.handler.value.answered(answers.count)
      self.write(buffer)
    }
  }

  func send(_ messages: [ByteBuffer]) {
    var frames = SocketFrames(reservingCapacity: messages.reduce(0) { $0 + $1.readableBytes + 10 })
    for message in messages { frames.append(text: message) }
    let buffer = frames.buffer
    channel.eventLoop.execute { self.write(buffer) }
  }

  /// A reader with too much unsent is dropped: nobody waits for it.
  private func write(_ frames: ByteBuffer) {
    guard channel.isActive else { return }
    guard channel.isWritable else {
      metrics.noteDropped()
      return channel.close(promise: nil)
    }
    handler.value.wrote()
    channel.writeAndFlush(frames, promise: nil)
  }
}
