import NIOCore
import Testing

@testable import perp_node

/// Frames against a plain writer and reader of the same rules (RFC 6455 section 5).
@Suite struct SocketFramesTests {
  /// A client's frame, byte by byte.
  private func frame(
    _ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true, mask: [UInt8] = [0x37, 0xfa, 0x21, 0x3d]
  ) -> [UInt8] {
    var bytes = [opcode | (isFinal ? 0x80 : 0)]
    switch payload.count {
    case ..<126: bytes.append(0x80 | UInt8(payload.count))
    case ...0xffff: bytes += [0xfe, UInt8(payload.count >> 8), UInt8(payload.count & 0xff)]
    default: bytes += [0xff] + (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
    }
    return bytes + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
  }

  private func text(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ count) } }

  private func read(
    _ bytes: [UInt8], pieces: Int = .max, limit: Int = 100_000
  ) throws(SocketProblem) -> [SocketMessage] {
    var reader = SocketFrameReader(limit: limit)
    var messages: [SocketMessage] = []
    var buffer = ByteBuffer()
    var start = 0
    while start < bytes.count {
      let end = start + min(pieces, bytes.count - start)
      buffer.writeBytes(bytes[start..<end])
      start = end
      while let message = try reader.next(&buffer) { messages.append(message) }
    }
    return messages
  }

  @Test(arguments: [0, 1, 7, 8, 9, 125, 126, 127, 4_096, 65_535, 65_536, 99_999])
  func readsEveryLength(count: Int) throws {
    let payload = text(count)
    #expect(try read(frame(1, payload)) == [.data(payload)])
    #expect(try read(frame(2, payload, mask: [0, 0, 0, 0])) == [.data(payload)])
    let message = frame(1, payload) + frame(9, [1, 2]) + frame(1, payload, mask: [255, 1, 2, 3])
    let pieces = count > 10_000 ? [1_000, 65_537] : [1, 2, 3, 13]
    for piece in pieces {
      #expect(try read(message, pieces: piece) == [.data(payload), .ping([1, 2]), .data(payload)])
    }
  }

  /// Pings may come between the pieces of a message.
  @Test func putsFragmentsTogether() throws {
    let pieces =
      frame(1, text(3), isFinal: false) + frame(9, []) + frame(0, [], isFinal: false) + frame(10, [9])
      + frame(0, text(5))
    #expect(try read(pieces + frame(2, [4])) == [.ping([]), .pong, .data(text(3) + text(5)), .data([4])])
    #expect(try read(frame(8, [3, 232])) == [.close([3, 232])])
  }

  private static let broken: [[UInt8]] = [
    [0x81, 0x01, 0x41], [0xc1, 0x80, 0, 0, 0, 0], [0x83, 0x80, 0, 0, 0, 0], [0x8b, 0x80, 0, 0, 0, 0],
    [0x09, 0x80, 0, 0, 0, 0], [0x89, 0xfe, 0, 126, 0, 0, 0, 0], [0x80, 0x80, 0, 0, 0, 0],
  ]

  @Test(arguments: broken)
  func refusesWhatIsNoFrame(bytes: [UInt8]) {
    #expect(throws: SocketProblem.protocolError) { try read(bytes) }
  }

  @Test func refusesFragmentsOutOfPlace() {
    #expect(throws: SocketProblem.protocolError) {
      try read(frame(1, [1], isFinal: false) + frame(1, [2]))
    }
    #expect(throws: SocketProblem.protocolError) { try read(frame(1, [1]) + frame(0, [2])) }
  }

  /// Nothing is kept of what is too long: the header is enough.
  @Test func refusesWhatIsTooLong() {
    #expect(throws: SocketProblem.messageTooBig) { try read([0x81, 0xfe, 0x03, 0xe9], limit: 1_000) }
    #expect(throws: SocketProblem.messageTooBig) { try read([0x81, 0xff] + [UInt8](repeating: 0xff, count: 8)) }
    #expect(throws: SocketProblem.messageTooBig) {
      try read(frame(1, text(600), isFinal: false) + frame(0, text(401)), limit: 1_000)
    }
    let many = (0..<1_100).flatMap { frame($0 == 0 ? 1 : 0, [], isFinal: false) }
    #expect(throws: SocketProblem.messageTooBig) { try read(many) }
  }

  @Test(arguments: [0, 125, 126, 65_535, 65_536])
  func writesFramesWithoutMask(count: Int) {
    let payload = text(count)
    var frames = SocketFrames()
    frames.append(text: payload)
    frames.append(pong: [7])
    frames.append(text: ByteBuffer(bytes: payload))
    var head: [UInt8] = [0x81]
    switch count {
    case ..<126: head.append(UInt8(count))
    case ...0xffff: head += [126, UInt8(count >> 8), UInt8(count & 0xff)]
    default: head += [127, 0, 0, 0, 0, 0, 1, 0, 0]
    }
    #expect(Array(frames.buffer.readableBytesView) == head + payload + [0x8a, 1, 7] + head + payload)
  }

  /// Aim: whatever bytes come, in whatever pieces, the reader ends with messages or a problem.
  @Test func survivesAnything() {
    var word: UInt64 = 88
    func next() -> UInt64 {
      word = word &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return word >> 33
    }
    for _ in 0..<3_000 {
      var bytes = frame(UInt8(next() % 3), text(Int(next() % 40)), isFinal: next() % 4 > 0) + frame(9, text(3))
      for _ in 0..<(next() % 4) { bytes[Int(next()) % bytes.count] = UInt8(truncatingIfNeeded: next()) }
      let whole = Result { () throws(SocketProblem) in try read(bytes, limit: 200) }
      let pieces = Result { () throws(SocketProblem) in try read(bytes, pieces: 1 + Int(next() % 5), limit: 200) }
      #expect(whole == pieces)
    }
  }
}
