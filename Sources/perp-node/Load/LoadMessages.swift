import Canonical
import Foundation
import NIOCore
import Synchronization
import VenueKit

/// A frame's content, ready to be sent.
struct LoadMessage: Sendable {
  var buffer: ByteBuffer
  var user: Address
  /// Of an order that rests; empty otherwise.
  var cloid: String

  init(_ body: SignedOrders.Body, id: Int, user: Address) {
    buffer = ByteBuffer(string: #"{"method":"post","id":\#(id),"request":{"type":"action","payload":"#)
    buffer.writeBytes(body.bytes)
    buffer.writeString("}}")
    cloid = body.cloid
    self.user = user
  }
}

/// What a load needs of `{"channel":"post","data":{"id":N,"response":...}}`.
enum LoadAnswer {
  private static let idKey = Array(#""id":"#.utf8)
  private static let oidKey = Array(#""oid":"#.utf8)
  private static let refusal = Array(#""status":"err""#.utf8)

  static func id(_ bytes: UnsafeRawBufferPointer) -> Int? { number(behind: idKey, bytes) }
  static func oid(_ bytes: UnsafeRawBufferPointer) -> Int? { number(behind: oidKey, bytes) }
  static func isRefused(_ bytes: UnsafeRawBufferPointer) -> Bool { find(refusal, bytes) != nil }

  private static func number(behind key: [UInt8], _ bytes: UnsafeRawBufferPointer) -> Int? {
    guard var index = find(key, bytes) else { return nil }
    var value = 0
    while index < bytes.count, bytes[index] >= 48, bytes[index] <= 57, value < 1 << 56 {
      value = value * 10 + Int(bytes[index] - 48)
      index += 1
    }
    return value
  }

  /// Where the bytes behind the first occurrence begin.
  private static func find(_ wanted: [UInt8], _ bytes: UnsafeRawBufferPointer) -> Int? {
    var start = 0
    while start + wanted.count <= bytes.count {
      var length = 0
      while length < wanted.count, bytes[start + length] == wanted[length] { length += 1 }
      if length == wanted.count { return start + length }
      start += 1
    }
    return nil
  }
}

/// A file of acknowledged orders: `address cloid oid` lines, each written before the next answer is read.
final class LoadRecord: Sendable {
  private let handle: Mutex<FileHandle>

  init(path: String) throws {
    let files = FileManager.default
    if !files.fileExists(atPath: path) { _ = files.createFile(atPath: path, contents: nil) }
    guard let handle = FileHandle(forWritingAtPath: path) else {
      throw NodeFailure(.wrongRequest, "\(path): cannot be written")
    }
    _ = try handle.seekToEnd()
    self.handle = Mutex(handle)
  }

  func note(_ message: LoadMessage, oid: Int) {
    let line = Data("\(message.user) \(message.cloid) \(oid)\n".utf8)
    handle.withLock { $0.write(line) }
  }
}
