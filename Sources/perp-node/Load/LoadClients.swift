import Dispatch
import NIOCore
import NIOPosix
import NIOWebSocket

/// A socket that keeps so many posts in flight until its messages are used up.
final class SocketLoadHandler: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundOut = WebSocketFrame

  private let messages: [ByteBuffer]
  private let depth: Int
  private let tally: LoadTally
  private let done: EventLoopPromise<Void>
  private var next = 0
  private var waiting = 0
  /// When each was sent, by its place.
  private var sent: [UInt64]

  init(_ messages: [ByteBuffer], depth: Int, tally: LoadTally, done: EventLoopPromise<Void>) {
    self.messages = messages
    self.depth = depth
    self.tally = tally
    self.done = done
    sent = [UInt64](repeating: 0, count: messages.count)
  }

  func begin(_ context: ChannelHandlerContext) { fill(context) }

  private func fill(_ context: ChannelHandlerContext) {
    while waiting < depth, next < messages.count {
      sent[next] = DispatchTime.now().uptimeNanoseconds
      let frame = WebSocketFrame(fin: true, opcode: .text, maskKey: [1, 2, 3, 4], data: messages[next])
      context.write(wrapOutboundOut(frame), promise: nil)
      next += 1
      waiting += 1
    }
    context.flush()
    if waiting == 0 { done.succeed() }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    guard frame.opcode == .text,
      let text = frame.data.getString(at: frame.data.readerIndex, length: frame.data.readableBytes),
      let id = Self.id(text), id < sent.count
    else { return }
    waiting -= 1
    tally.note(
      nanoseconds: [DispatchTime.now().uptimeNanoseconds - sent[id]],
      refused: text.utf8.count < 400 && text.contains(#""status":"err""#) ? 1 : 0)
  }

  func channelReadComplete(context: ChannelHandlerContext) { fill(context) }

  func channelInactive(context: ChannelHandlerContext) { done.fail(ChannelError.eof) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    done.fail(error)
    context.close(promise: nil)
  }

  /// `{"channel":"post","data":{"id":N,...`
  private static func id(_ text: String) -> Int? {
    guard let start = text.range(of: #""id":"#)?.upperBound else { return nil }
    return Int(text[start...].prefix { $0.isNumber })
  }
}

/// Does the handshake by hand, then makes the connection a socket.
final class SocketOpening: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let handler: SocketLoadHandler
  private var received: [UInt8] = []

  init(_ handler: SocketLoadHandler) { self.handler = handler }

  func channelActive(context: ChannelHandlerContext) {
    let request =
      "GET /ws HTTP/1.1\r\nhost: load\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
      + "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n"
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request)), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    received += Array(unwrapInboundIn(data).readableBytesView)
    guard received.suffix(4) == [13, 10, 13, 10] else { return }
    let pipeline = context.pipeline.syncOperations
    do {
      try pipeline.addHandler(WebSocketFrameEncoder())
      try pipeline.addHandler(ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: 1 << 24)))
      try pipeline.addHandler(handler)
      let inner = try pipeline.context(handler: handler)
      pipeline.removeHandler(self, promise: nil)
      handler.begin(inner)
    } catch {
      context.close(promise: nil)
    }
  }
}

/// A connection that posts bodies one after another, each when the last was answered.
final class PostLoadHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let bodies: [[UInt8]]
  private let path: String
  private let tally: LoadTally
  private let done: EventLoopPromise<Void>
  private var next = 0
  private var sent: UInt64 = 0
  private var received: [UInt8] = []

  init(_ bodies: [[UInt8]], path: String, tally: LoadTally, done: EventLoopPromise<Void>) {
    self.bodies = bodies
    self.path = path
    self.tally = tally
    self.done = done
  }

  func channelActive(context: ChannelHandlerContext) { send(context) }

  private func send(_ context: ChannelHandlerContext) {
    guard next < bodies.count else { return done.succeed() }
    let body = bodies[next]
    next += 1
    received.removeAll(keepingCapacity: true)
    var buffer = ByteBuffer(
      string:
        "POST \(path) HTTP/1.1\r\nhost: load\r\ncontent-type: application/json\r\ncontent-length: \(body.count)\r\n\r\n"
    )
    buffer.writeBytes(body)
    sent = DispatchTime.now().uptimeNanoseconds
    context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    received += Array(unwrapInboundIn(data).readableBytesView)
    let text = String(decoding: received, as: UTF8.self)
    guard let head = text.range(of: "\r\n\r\n"), let line = text.range(of: "content-length: "),
      let length = Int(text[line.upperBound...].prefix { $0.isNumber }),
      text[head.upperBound...].utf8.count >= length
    else { return }
    tally.note(
      nanoseconds: [DispatchTime.now().uptimeNanoseconds - sent],
      refused: text.hasPrefix("HTTP/1.1 200") && !text.contains(#""status":"err""#) ? 0 : 1)
    send(context)
  }

  func channelInactive(context: ChannelHandlerContext) { done.fail(ChannelError.eof) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    done.fail(error)
    context.close(promise: nil)
  }
}
