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
    try pipeline.addHandler(IdleStateHandler(allTimeout: .seconds(Int64(services.limits.idleSeconds))))
    try pipeline.addHandlers(encoder, decoder, pipelining, errors)
    try pipeline.addHandler(HTTPHandler(services, wire: [errors, pipelining, decoder, encoder]))
  }

  /// What turns a request for `/ws` into a socket. Clients ask for it on connections that carried requests before, which
  /// the library's own pipeline would not allow.
  static func upgrader(_ services: NodeServices) -> NIOWebSocketServerUpgrader {
    NIOWebSocketServerUpgrader(
      maxFrameSize: services.limits.bodyBytes,
      shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture(HTTPHeaders()) },
      upgradePipelineHandler: { channel, _ in
        channel.eventLoop.makeCompletedFuture { try upgrade(channel, services) }
      })
  }

  private static func upgrade(_ channel: any Channel, _ services: NodeServices) throws {
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(
      NIOWebSocketFrameAggregator(
        minNonFinalFragmentSize: 1, maxAccumulatedFrameCount: 1_024,
        maxAccumulatedFrameSize: services.limits.bodyBytes))
    // The venue closes sockets on which it had nothing to say for so long.
    try pipeline.addHandler(IdleStateHandler(writeTimeout: .seconds(Int64(services.limits.idleSeconds))))
    try pipeline.addHandler(SocketHandler(services))
  }
}
