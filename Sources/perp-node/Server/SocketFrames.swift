import NIOCore

/// What a client's socket says, with its frames put together.
enum SocketMessage: Equatable {
  /// Text or binary, unmasked.
  case data([UInt8])
  case ping([UInt8])
  case pong
  case close([UInt8])
}

/// Why a client's bytes are no WebSocket frames. The codes are those of the close frame, RFC 6455 section 7.4.1.
enum SocketProblem: UInt16, Error {
  /// Reserved bits or opcodes, no mask, a broken control frame, a fragment out of place.
  case protocolError = 1_002
  case messageTooBig = 1_009
}

/// Reads the frames that clients send (RFC 6455 section 5). Ours, because with the library's handlers the threads of the
/// sockets took a sixth of a loaded node's time, and without them they take a sixteenth: here a frame goes from the socket's buffer to unmasked bytes in one step. Nothing is
/// kept but a message that came in pieces, which is bounded.
struct SocketFrameReader {
  private static let fragmentsMaximum = 1_024

  /// Bytes that a message may have.
  let limit: Int
  private var fragments: [UInt8] = []
  /// Frames of the message that is still open; zero when none is.
  private var fragmentCount = 0

  init(limit: Int) { self.limit = limit }

  private struct Header {
    var isFinal: Bool
    var opcode: UInt8
    /// As it stands in the bytes.
    var mask: UInt32
    /// Bytes of header and payload.
    var headerLength: Int
    var length: Int
  }

  /// The next whole message, which is taken off the buffer; nil when more bytes are needed.
  mutating func next(_ buffer: inout ByteBuffer) throws(SocketProblem) -> SocketMessage? {
    while let header = try header(buffer), buffer.readableBytes >= header.headerLength + header.length {
      let payload = Self.unmasked(buffer, header)
      buffer.moveReaderIndex(forwardBy: header.headerLength + header.length)
      switch header.opcode {
      case 0, 1, 2:
        guard (header.opcode == 0) == (fragmentCount > 0) else { throw .protocolError }
        if header.isFinal && fragmentCount == 0 { return .data(payload) }
        if let whole = try gather(payload, isLast: header.isFinal) { return .data(whole) }
      case 8: return .close(payload)
      case 9: return .ping(payload)
      default: return .pong
      }
    }
    return nil
  }

  private mutating func gather(_ payload: [UInt8], isLast: Bool) throws(SocketProblem) -> [UInt8]? {
    guard fragments.count + payload.count <= limit, fragmentCount < Self.fragmentsMaximum else {
      throw .messageTooBig
    }
    fragments += payload
    fragmentCount += 1
    if !isLast { return nil }
    defer {
      fragments = []
      fragmentCount = 0
    }
    return fragments
  }

  /// Nil while it has not come whole.
  private func header(_ buffer: ByteBuffer) throws(SocketProblem) -> Header? {
    let start = buffer.readerIndex
    guard let pair = buffer.getInteger(at: start, as: UInt16.self) else { return nil }
    let opcode = UInt8(truncatingIfNeeded: pair >> 8 & 15)
    let isFinal = pair & 0x8000 != 0
    guard pair & 0x7000 == 0, pair & 0x80 != 0, opcode <= 2 || (8...10).contains(opcode) else {
      throw .protocolError
    }
    var length = Int(pair & 0x7f)
    var headerLength = 2
    if opcode >= 8 {
      guard isFinal, length <= 125 else { throw .protocolError }
    } else if length == 126 {
      guard let wide = buffer.getInteger(at: start + 2, as: UInt16.self) else { return nil }
      length = Int(wide)
      headerLength = 4
    } else if length == 127 {
      guard let wide = buffer.getInteger(at: start + 2, as: UInt64.self) else { return nil }
      guard wide <= UInt64(limit) else { throw .messageTooBig }
      length = Int(wide)
      headerLength = 10
    }
    guard length <= limit || opcode >= 8 else { throw .messageTooBig }
    guard let mask = buffer.getInteger(at: start + headerLength, endianness: .host, as: UInt32.self) else { return nil }
    return Header(isFinal: isFinal, opcode: opcode, mask: mask, headerLength: headerLength + 4, length: length)
  }

  private static func unmasked(_ buffer: ByteBuffer, _ header: Header) -> [UInt8] {
    buffer.withUnsafeReadableBytes { readable in
      let source = UnsafeRawBufferPointer(rebasing: readable[header.headerLength...].prefix(header.length))
      return [UInt8](unsafeUninitializedCapacity: source.count) { bytes, count in
        let target = UnsafeMutableRawBufferPointer(bytes)
        let wide = UInt64(header.mask) << 32 | UInt64(header.mask)
        var index = 0
        while index + 8 <= source.count {
          let word = source.loadUnaligned(fromByteOffset: index, as: UInt64.self)
          target.storeBytes(of: word ^ wide, toByteOffset: index, as: UInt64.self)
          index += 8
        }
        withUnsafeBytes(of: header.mask) { mask in
          while index < source.count {
            target[index] = source[index] ^ mask[index & 3]
            index += 1
          }
        }
        count = source.count
      }
    }
  }
}

/// Frames on their way to a client: as many as there are to be sent, in one piece.
struct SocketFrames {
  private(set) var buffer: ByteBuffer

  init(reservingCapacity capacity: Int = 256) { buffer = ByteBufferAllocator().buffer(capacity: capacity) }

  mutating func append(text bytes: [UInt8]) {
    header(opcode: 1, bytes.count)
    buffer.writeBytes(bytes)
  }

  mutating func append(text message: ByteBuffer) {
    header(opcode: 1, message.readableBytes)
    buffer.writeImmutableBuffer(message)
  }

  mutating func append(pong bytes: [UInt8]) {
    header(opcode: 10, bytes.count)
    buffer.writeBytes(bytes)
  }

  mutating func append(close bytes: [UInt8]) {
    header(opcode: 8, bytes.count)
    buffer.writeBytes(bytes)
  }

  /// From a server frames come without a mask.
  private mutating func header(opcode: UInt8, _ length: Int) {
    buffer.writeInteger(0x80 | opcode)
    switch length {
    case ..<126: buffer.writeInteger(UInt8(length))
    case ...0xffff: buffer.writeMultipleIntegers(UInt8(126), UInt16(length))
    default: buffer.writeMultipleIntegers(UInt8(127), UInt64(length))
    }
  }
}
