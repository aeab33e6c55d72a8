import Canonical
import Hyperliquid

/// What a client sends over its socket.
public enum SocketRequest: Sendable {
  case subscribe(JSONValue)
  case unsubscribe(JSONValue)
  case ping
  case postInfo(id: UInt64, JSONValue)
  case postAction(id: UInt64, JSONValue)
  /// A post whose kind is not known.
  case postUnknown(id: UInt64)

  /// Nil for what is no request.
  public init?(_ body: JSONValue) {
    switch body["method"]?.string {
    case "ping": self = .ping
    case "subscribe":
      guard let subscription = body["subscription"] else { return nil }
      self = .subscribe(subscription)
    case "unsubscribe":
      guard let subscription = body["subscription"] else { return nil }
      self = .unsubscribe(subscription)
    case "post":
      guard let id = body["id"]?.uint64, let request = body["request"], let type = request["type"]?.string else {
        return nil
      }
      let payload = request["payload"] ?? .null
      switch type {
      case "info": self = .postInfo(id: id, payload)
      case "action": self = .postAction(id: id, payload)
      default: self = .postUnknown(id: id)
      }
    default: return nil
    }
  }
}

/// What the venue sends over a socket beside its streams.
public enum SocketAnswer {
  public static let pong: [UInt8] = Array(#"{"channel":"pong"}"#.utf8)

  public static func error(_ text: String) -> [UInt8] { StreamService.message("error") { $0.string(text) } }

  public static func acknowledged(_ method: StaticString, _ subscription: JSONValue) -> [UInt8] {
    StreamService.message("subscriptionResponse") { output in
      output.object { output in
        output.key("method")
        output.string(method)
        output.key("subscription")
        output.value(subscription)
      }
    }
  }

  /// An answer to a posted action.
  public static func action(id: UInt64, _ payload: [UInt8]) -> [UInt8] {
    var output = JSONOutput(reservingCapacity: payload.count + 96)
    output.fragment(#"{"channel":"post","data":{"id":"#)
    output.integer(id)
    output.fragment(#","response":{"type":"action","payload":"#)
    output.raw(payload)
    output.fragment("}}}")
    return output.bytes
  }

  /// An answer to a posted read: `{type, data}` inside the payload.
  public static func info(id: UInt64, type: String, _ data: [UInt8]) -> [UInt8] {
    post(id: id, "info") { output in
      output.object { output in
        output.key("type")
        output.string(type)
        output.key("data")
        output.raw(data)
      }
    }
  }

  public static func postError(id: UInt64, _ text: String) -> [UInt8] { post(id: id, "error") { $0.string(text) } }

  private static func post(id: UInt64, _ type: StaticString, _ payload: (inout JSONOutput) -> Void) -> [UInt8] {
    StreamService.message("post") { output in
      output.object { output in
        output.key("id")
        output.integer(id)
        output.key("response")
        output.object { output in
          output.key("type")
          output.string(type)
          output.key("payload")
          payload(&output)
        }
      }
    }
  }
}
