import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// HTTP and WebSocket on one port.
final class NodeServer: Sendable {
  private let group: MultiThreadedEventLoopGroup
  private let services: NodeServices

  init(_ services: NodeServices, threads: Int) {
    self.services = services
    group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
  }

  /// Binds and returns the port.
  func start(host: String, port: Int) throws -> Int {
    let services = services
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 512)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
      .childChannelOption(.maxMessagesPerRead, value: 8)
      .childChannelOption(
        .writeBufferWaterMark,
        value: ChannelOptions.Types.WriteBufferWaterMark(
          low: services.limits.unsentBytes / 2, high: services.limits.unsentBytes)
      )
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try Self.configure(channel, services) }
      }
    let channel = try bootstrap.bind(host: host, port: port).wait()
    return channel.localAddress?.port ?? port
  }

  func stop() { try? group.syncShutdownGracefully() }

  private static func configure(_ channel: any Channel, _ services: NodeServices) throws {
    let address = channel.remoteAddress?.ipAddress ?? "unknown"
    guard services.connections.enter(address) else { throw ChannelError.connectPending }
    channel.closeFuture.whenComplete { _ in services.connections.leave(address) }
    let pipeline = channel.pipeline.syncOperations
    let encoder = HTTPResponseEncoder()
    var headerLimits = NIOHTTPDecoderLimitConfiguration()
    headerLimits.maxHeaderFieldSize = services.limits.headerBytes
    headerLimits.maxHeaderListSize = services.limits.headerBytes
    let decoder = ByteToMessageHandler(
      HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: headerLimits))
    let pipelining = HTTPServerPipelineHandler()
    let errors = HTTPServerProtocolErrorHandler()
    let idle = IdleStateHandler(allTimeout: .seconds(Int64(services.limits.idleSeconds)))
    try pipeline.addHandlers(idle, encoder, decoder, pipelining, errors)
    try pipeline.addHandler(HTTPHandler(services, wire: [errors, pipelining, decoder, encoder, idle]))
  }

  /// Answers a socket's handshake. Clients ask for one on connections that carried requests before, which the library's
  /// own pipeline would not allow: the handler changes the pipeline itself.
  static func handshake(_ request: HTTPRequestHead, _ channel: any Channel) -> EventLoopFuture<HTTPHeaders> {
    NIOWebSocketServerUpgrader(
      shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture(HTTPHeaders()) },
      upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() }
    ).buildUpgradeResponse(
      channel: channel, upgradeRequest: request,
      initialResponseHeaders: HTTPHeaders([("connection", "upgrade"), ("upgrade", "websocket")]))
  }
}
