import Canonical
import HyperliquidGateway
import NIOCore
import NIOHTTP1

/// Requests of one connection, one after another.
final class HTTPHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let services: NodeServices
  /// The handlers that make a connection HTTP, from this one's side; a socket has none of them.
  private let wire: [any RemovableChannelHandler]
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []
  private var isRefused = false
  private var discarded = 0
  private var isWaiting = false
  private var address = ""

  init(_ services: NodeServices, wire: [any RemovableChannelHandler]) {
    self.services = services
    self.wire = wire
  }

  func handlerAdded(context: ChannelHandlerContext) {
    address = context.channel.remoteAddress?.ipAddress ?? "unknown"
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body.removeAll(keepingCapacity: true)
      isRefused = false
      let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
      if length > services.limits.bodyBytes { refuse(context) }
    case .body(let part):
      if isRefused { return discard(part.readableBytes, context) }
      if body.count + part.readableBytes > services.limits.bodyBytes { return refuse(context) }
      body.append(contentsOf: part.readableBytesView)
    case .end:
      if isRefused { return context.close(promise: nil) }
      if let head { route(head, context) }
    }
  }

  /// The answer goes out at once; what the client still sends is thrown away, so that it gets to read it.
  private func refuse(_ context: ChannelHandlerContext) {
    isRefused = true
    discarded = 0
    body.removeAll()
    respond(context, HTTPAnswer(.payloadTooLarge, text: "length limit exceeded"), keepAlive: false, closes: false)
  }

  private func discard(_ count: Int, _ context: ChannelHandlerContext) {
    discarded += count
    if discarded > 16 * services.limits.bodyBytes { context.close(promise: nil) }
  }

  // MARK: Routes

  private func route(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    let path = String(head.uri.prefix { $0 != "?" })
    switch (head.method, path) {
    case (.POST, "/info"): respond(context, info(body))
    case (.POST, "/exchange"): exchange(context)
    case (.POST, "/control"): control(head, context)
    case (.GET, "/ws") where head.headers[canonicalForm: "upgrade"].contains { $0.lowercased() == "websocket" }:
      openSocket(head, context)
    case (.GET, "/health"): respond(context, HTTPAnswer(json: Array(#"{"status":"ok"}"#.utf8)))
    case (.GET, "/status"): respond(context, HTTPAnswer(json: NodeStatus.json(services)))
    case (.GET, "/metrics"):
      respond(context, HTTPAnswer(.ok, text: services.metrics.text(waiting: services.host.waiting)))
    case (.OPTIONS, _): respond(context, HTTPAnswer(.noContent, text: ""))
    case (_, "/info"), (_, "/exchange"), (_, "/control"):
      respond(context, HTTPAnswer(.methodNotAllowed, text: ""))
    default: respond(context, HTTPAnswer(.notFound, text: ""))
    }
  }

  private func info(_ bytes: [UInt8]) -> HTTPAnswer {
    guard let request = services.parse(bytes) else { return .unreadable }
    let type = request["type"]?.string ?? ""
    guard services.weights.take(RequestWeight.info(type), from: address, at: NodeClock.real) else { return .limited }
    services.metrics.noteRequest("info")
    let height = services.store.view.block.height
    if let known = services.cache.answer(to: bytes, at: height) { return HTTPAnswer(json: known) }
    switch InfoService(store: services.store).answer(request) {
    case .json(let json):
      if InfoCache.holds(type) { services.cache.keep(json, to: bytes, at: height) }
      return HTTPAnswer(json: json)
    case .unreadable: return .unreadable
    case .missing: return HTTPAnswer(.internalServerError, json: Array("null".utf8))
    }
  }

  private func exchange(_ context: ChannelHandlerContext) {
    let sink = HTTPSink(NIOLoopBound(self, eventLoop: context.eventLoop), context)
    let submission: NodeServices.Submission
    if let orders = OrderBody(body) {
      submission = services.submit(
        orders.transaction, signature: orders.signature, parts: orders.parts, from: address, sink: sink, id: 0)
    } else if let request = services.parse(body) {
      submission = services.submit(request, from: address, sink: sink, id: 0)
    } else {
      submission = .unreadable
    }
    switch submission {
    case .waiting: isWaiting = true
    case .unreadable: respond(context, .unreadable)
    case .limited, .overloaded: respond(context, .limited)
    }
  }

  /// Answers the handshake and makes the connection a socket.
  private func openSocket(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    NodeServer.handshake(head, context.channel)
      .whenComplete { result in
        let (handler, context) = bound.value
        switch result {
        case .success(let made):
          let response = HTTPResponseHead(version: .http1_1, status: .switchingProtocols, headers: made)
          context.write(handler.wrapOutboundOut(.head(response)), promise: nil)
          context.writeAndFlush(handler.wrapOutboundOut(.end(nil)), promise: nil)
          for part in handler.wire { context.pipeline.syncOperations.removeHandler(part, promise: nil) }
          try? context.pipeline.syncOperations.addHandler(SocketHandler(handler.services))
          context.pipeline.syncOperations.removeHandler(handler, promise: nil)
        case .failure: handler.respond(context, HTTPAnswer(.badRequest, text: "not a WebSocket handshake"))
        }
      }
  }

  private func control(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    // A page in the owner's browser could post here too, but not without an origin.
    guard NodeControl.isLoopback(context.channel.remoteAddress), head.headers.first(name: "origin") == nil else {
      return respond(context, HTTPAnswer(.forbidden, text: "control requests come from this machine"))
    }
    guard let request = services.parse(body), let command = NodeControl.command(request, services) else {
      return respond(context, .unreadable)
    }
    let sink = HTTPSink(NIOLoopBound(self, eventLoop: context.eventLoop), context)
    isWaiting = true
    services.host.command(command) { result in
      switch result {
      case .success(let height): sink.deliver([(0, Array(#"{"status":"ok","height":\#(height)}"#.utf8))])
      case .failure(let failure): sink.deliver([(0, ExchangeAnswer.error(failure.message))])
      }
    }
  }

  // MARK: Responses

  fileprivate func finish(_ json: [UInt8], _ context: ChannelHandlerContext) {
    isWaiting = false
    respond(context, HTTPAnswer(json: json))
  }

  private func respond(
    _ context: ChannelHandlerContext, _ answer: HTTPAnswer, keepAlive: Bool? = nil, closes: Bool = true
  ) {
    guard context.channel.isActive else { return }
    // Who sends requests and does not read the answers is dropped.
    guard context.channel.isWritable else {
      services.metrics.noteDropped()
      return context.close(promise: nil)
    }
    let stays = keepAlive ?? head?.isKeepAlive ?? false
    var headers = HTTPHeaders()
    headers.add(name: "content-type", value: answer.contentType)
    headers.add(name: "content-length", value: String(answer.body.count))
    headers.add(name: "access-control-allow-origin", value: "*")
    if !stays { headers.add(name: "connection", value: "close") }
    let response = HTTPResponseHead(version: head?.version ?? .http1_1, status: answer.status, headers: headers)
    context.write(wrapOutboundOut(.head(response)), promise: nil)
    if !answer.body.isEmpty {
      context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil)
    }
    let done = context.eventLoop.makePromise(of: Void.self)
    if !stays && closes {
      let channel = context.channel
      done.futureResult.whenComplete { _ in channel.close(promise: nil) }
    }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: done)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is IdleStateHandler.IdleStateEvent {
      if !isWaiting { context.close(promise: nil) }
      return
    }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// An answer over HTTP.
struct HTTPAnswer {
  var status: HTTPResponseStatus
  var contentType: String
  var body: [UInt8]

  init(_ status: HTTPResponseStatus = .ok, json: [UInt8]) {
    self.status = status
    contentType = "application/json"
    body = json
  }

  init(_ status: HTTPResponseStatus, text: String) {
    self.status = status
    contentType = "text/plain; charset=utf-8"
    body = Array(text.utf8)
  }

  static let unreadable = HTTPAnswer(.unprocessableEntity, text: ExchangeAnswer.unreadable)
  static let limited = HTTPAnswer(.tooManyRequests, text: "Too Many Requests")
}

/// Takes the one answer of an action that was posted over HTTP.
private final class HTTPSink: AnswerSink {
  private let handler: NIOLoopBound<HTTPHandler>
  private let context: NIOLoopBound<ChannelHandlerContext>
  private let loop: any EventLoop

  init(_ handler: NIOLoopBound<HTTPHandler>, _ context: ChannelHandlerContext) {
    self.handler = handler
    self.context = NIOLoopBound(context, eventLoop: context.eventLoop)
    loop = context.eventLoop
  }

  func deliver(_ answers: [(id: UInt64, json: [UInt8])]) {
    guard let json = answers.first?.json else { return }
    loop.execute { self.handler.value.finish(json, self.context.value) }
  }
}
