import Dispatch
import Foundation
import NIOCore
import NIOPosix
import NIOWebSocket

/// What all connections of a run share.
final class LoadStage: Sendable {
  let tally = LoadTally()
  let depth: Int
  /// Uptime in nanoseconds after which nothing is sent any more.
  let end: UInt64
  let acknowledged: LoadRecord?

  init(depth: Int, seconds: Double, acknowledged: LoadRecord?) {
    self.depth = depth
    self.acknowledged = acknowledged
    end = DispatchTime.now().uptimeNanoseconds + UInt64(seconds * 1e9)
  }
}

/// A socket that keeps so many posts in flight until the time is over or its messages are used up.
final class SocketLoadHandler: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundOut = WebSocketFrame

  private let messages: [LoadMessage]
  private let stage: LoadStage
  private let done: EventLoopPromise<Void>
  private var next = 0
  private var waiting = 0
  /// When each was sent, by its place.
  private var sent: [UInt64]
  /// Of one read, noted together.
  private var times: [UInt64] = []
  private var refused = 0

  init(_ messages: [LoadMessage], stage: LoadStage, done: EventLoopPromise<Void>) {
    self.messages = messages
    self.stage = stage
    self.done = done
    sent = [UInt64](repeating: 0, count: messages.count)
  }

  func begin(_ context: ChannelHandlerContext) { fill(context) }

  private func fill(_ context: ChannelHandlerContext) {
    let now = DispatchTime.now().uptimeNanoseconds
    while waiting < stage.depth, next < messages.count, now < stage.end {
      sent[next] = now
      let frame = WebSocketFrame(fin: true, opcode: .text, maskKey: [1, 2, 3, 4], data: messages[next].buffer)
      context.write(wrapOutboundOut(frame), promise: nil)
      next += 1
      waiting += 1
    }
    context.flush()
    if waiting == 0 { done.succeed() }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    guard frame.opcode == .text else { return }
    frame.data.withUnsafeReadableBytes { bytes in
      guard let id = LoadAnswer.id(bytes), id < sent.count else { return }
      waiting -= 1
      times.append(DispatchTime.now().uptimeNanoseconds - sent[id])
      if LoadAnswer.isRefused(bytes) { refused += 1 }
      if let record = stage.acknowledged, !messages[id].cloid.isEmpty, let oid = LoadAnswer.oid(bytes) {
        record.note(messages[id], oid: oid)
      }
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    stage.tally.note(nanoseconds: times, refused: refused)
    times.removeAll(keepingCapacity: true)
    refused = 0
    fill(context)
  }

  func channelInactive(context: ChannelHandlerContext) { done.fail(ChannelError.eof) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    done.fail(error)
    context.close(promise: nil)
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

/// A connection that posts bodies one after another: the next when the last was answered, and not before its turn.
final class PostLoadHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let bodies: [[UInt8]]
  private let path: String
  private let stage: LoadStage
  private let done: EventLoopPromise<Void>
  /// Nanoseconds between two posts; zero posts at once.
  private let pause: Int64
  private var next = 0
  private var sent: UInt64 = 0
  private var received: [UInt8] = []

  /// Bodies are used again from the first when `pause` is not zero.
  init(_ bodies: [[UInt8]], path: String, pause: Int64 = 0, stage: LoadStage, done: EventLoopPromise<Void>) {
    self.bodies = bodies
    self.path = path
    self.pause = pause
    self.stage = stage
    self.done = done
  }

  func channelActive(context: ChannelHandlerContext) { send(context) }

  private func send(_ context: ChannelHandlerContext) {
    sent = DispatchTime.now().uptimeNanoseconds
    guard next < bodies.count || pause > 0, sent < stage.end else { return done.succeed() }
    let body = bodies[next % bodies.count]
    next += 1
    received.removeAll(keepingCapacity: true)
    var buffer = ByteBuffer(
      string:
        "POST \(path) HTTP/1.1\r\nhost: load\r\ncontent-type: application/json\r\ncontent-length: \(body.count)\r\n\r\n"
    )
    buffer.writeBytes(body)
    context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    received += Array(unwrapInboundIn(data).readableBytesView)
    let text = String(decoding: received, as: UTF8.self)
    guard let head = text.range(of: "\r\n\r\n"), let line = text.range(of: "content-length: "),
      let length = Int(text[line.upperBound...].prefix { $0.isNumber }),
      text[head.upperBound...].utf8.count >= length
    else { return }
    stage.tally.note(
      nanoseconds: [DispatchTime.now().uptimeNanoseconds - sent],
      refused: text.hasPrefix("HTTP/1.1 200") && !text.contains(#""status":"err""#) ? 0 : 1)
    if pause == 0 { return send(context) }
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    context.eventLoop.scheduleTask(in: .nanoseconds(pause)) { bound.value.0.send(bound.value.1) }
  }

  func channelInactive(context: ChannelHandlerContext) { done.fail(ChannelError.eof) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    done.fail(error)
    context.close(promise: nil)
  }
}
