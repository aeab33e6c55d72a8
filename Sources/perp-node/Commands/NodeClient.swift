import Canonical
import Foundation

/// A small client for the node's own pages on this machine.
struct NodeClient {
  let host: String
  let port: UInt16

  init(_ base: String) throws {
    guard let url = URL(string: base), let host = url.host, let port = url.port.flatMap({ UInt16(exactly: $0) }) else {
      throw NodeFailure(.wrongRequest, "\(base): no address of a node")
    }
    self.host = host
    self.port = port
  }

  /// The body of a page.
  func get(_ path: String) throws -> [UInt8] { try ask("GET \(path) HTTP/1.1", body: "") }

  func post(_ path: String, _ json: String) throws -> [UInt8] { try ask("POST \(path) HTTP/1.1", body: json) }

  private func ask(_ line: String, body: String) throws -> [UInt8] {
    let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(handle) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    let isBound = inet_pton(AF_INET, host == "0.0.0.0" ? "127.0.0.1" : host, &address.sin_addr) == 1
    let isOpen = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard isBound, isOpen == 0 else { throw NodeFailure(.wrongRequest, "\(host):\(port): no node answers") }
    let request = Array(
      ("\(line)\r\nhost: \(host)\r\ncontent-length: \(body.utf8.count)\r\nconnection: close\r\n\r\n" + body).utf8)
    guard write(handle, request, request.count) == request.count else {
      throw NodeFailure(.wrongRequest, "\(host):\(port): no node answers")
    }
    var received: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(handle, &buffer, buffer.count)
      if count <= 0 { break }
      received += buffer[..<count]
    }
    let separator: [UInt8] = [13, 10, 13, 10]
    for index in received.indices.dropLast(3) where Array(received[index..<index + 4]) == separator {
      return Array(received[(index + 4)...])
    }
    throw NodeFailure(.wrongRequest, "\(host):\(port): answered nothing")
  }
}

/// `/status` for people.
struct StatusScreen {
  private let status: JSONValue
  private let base: String

  init(_ body: [UInt8], _ base: String) throws {
    guard let status = try? JSONValue(parsing: body) else {
      throw NodeFailure(.wrongRequest, "\(base): answered no status")
    }
    self.status = status
    self.base = base
  }

  func show() {
    func line(_ name: String, _ value: String) {
      print(name.padding(toLength: 14, withPad: " ", startingAt: 0) + value)
    }
    line("address", base)
    for key in ["chain", "network", "folder", "root"] { line(key, status[key]?.string ?? "") }
    for key in ["height", "time", "waiting", "connections"] { line(key, status[key]?.numberText ?? "") }
    for market in status["markets"]?.array ?? [] {
      line(
        market["coin"]?.string ?? "",
        "mark \(market["mark"]?.string ?? "")  oracle \(market["oracle"]?.string ?? "")  "
          + "open interest \(market["openInterest"]?.string ?? "")")
    }
  }
}
