import Canonical
import Hyperliquid
import HyperliquidGateway
import NIOCore
import VenueKit

/// Requests of whoever runs the node: `{"type":"step","blocks":1,"milliseconds":100}`,
/// `{"type":"price","coin":"BTC","price":"101000"}`, `{"type":"deposit","user":"0x..","usdc":"1000"}`,
/// `{"type":"snapshot"}`.
enum NodeControl {
  static let blockMaximum = 100_000

  static func command(_ request: JSONValue, _ services: NodeServices) -> HostCommand? {
    switch request["type"]?.string {
    case "step":
      let count = request["blocks"] == nil ? 1 : request["blocks"]?.int ?? 0
      let milliseconds = request["milliseconds"] == nil ? 100 : request["milliseconds"]?.int64 ?? 0
      guard (1...blockMaximum).contains(count), (1...86_400_000).contains(milliseconds) else { return nil }
      return .step(count: count, milliseconds: milliseconds)
    case "price":
      let markets = services.store.view.state.parameters.markets
      guard let coin = request["coin"]?.string,
        let market = markets.first(where: { $0.symbol == coin && $0.isPerpetual }),
        let price = (request["price"]?.string ?? request["price"]?.numberText).flatMap({ PriceFeed.wire($0) })
      else { return nil }
      return .price(market.asset, price)
    case "deposit":
      guard let user = request["user"]?.string.flatMap({ Address(hex: $0) }), user != .zero,
        let amount = (request["usdc"]?.string ?? request["usdc"]?.numberText).flatMap({ PriceFeed.wire($0) }),
        amount >= 100
      else { return nil }
      return .deposit(user, microUSDC: UInt64(amount / 100))
    case "snapshot": return .snapshot
    default: return nil
    }
  }

  static func isLoopback(_ address: SocketAddress?) -> Bool {
    guard let ip = address?.ipAddress else { return false }
    return ip.hasPrefix("127.") || ip == "::1" || ip.hasPrefix("::ffff:127.")
  }
}

/// What `/status` and `perp node status` tell.
enum NodeStatus {
  static func json(_ services: NodeServices) -> [UInt8] {
    let view = services.store.view
    return makeJSON { output in
      output.object { output in
        output.key("chain")
        output.string(services.identity.chainID)
        output.key("network")
        output.string(services.identity.isMainnet ? "mainnet" : "testnet")
        output.key("folder")
        output.string(services.identity.folder)
        output.key("height")
        output.integer(view.block.height)
        output.key("time")
        output.integer(view.block.time)
        output.key("root")
        output.string(view.root.hex)
        output.key("waiting")
        output.integer(services.host.waiting)
        output.key("connections")
        output.integer(services.connections.open)
        output.key("markets")
        output.array(of: view.state.parameters.markets) { output, market in
          let reading = view.state.marketReading(market)
          output.object { output in
            output.key("coin")
            output.string(market.symbol)
            output.key("mark")
            output.decimal(market.wireFigure(price: reading.mark), scale: 8)
            output.key("oracle")
            output.decimal(market.wireFigure(price: reading.oracle), scale: 8)
            output.key("openInterest")
            output.decimal(market.wireFigure(size: reading.openInterest), scale: 8)
          }
        }
      }
    }
  }
}
