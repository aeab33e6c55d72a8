import Canonical
import Hyperliquid
import VenueKit

/// What the venue answers to posted actions. Section and rule numbers: Specs/Node.md.
public enum ExchangeAnswer {
  /// The text with which the venue answers, status 422, what it cannot read.
  public static let unreadable = "Failed to deserialize the JSON body into the target type"

  /// `{"status":"err","response":text}`
  public static func error(_ text: String) -> [UInt8] {
    makeJSON { output in
      output.object { output in
        output.key("status")
        output.string("err")
        output.key("response")
        output.string(text)
      }
    }
  }

  /// A refusal of the chain in the venue's words.
  public static func refused(_ refusal: Refusal) -> [UInt8] { error(text(of: refusal)) }

  static func text(of refusal: Refusal) -> String {
    switch refusal.name {
    case "signatureInvalid", "signatureHighS": "Unable to recover signer."
    case "malformed":
      "Invalid action:" + (refusal.text.firstIndex(of: ":").map { refusal.text[$0...].dropFirst() } ?? "")
    default: refusal.text
    }
  }

  /// The answer to an action that was carried out; `data` is its receipt's. The action is asked for where an order of it
  /// failed: the sentence names the market.
  public static func done(_ data: [UInt8], of action: () -> HyperliquidAction?) -> [UInt8] {
    guard let answer = try? HyperliquidAnswer(canonicalBytes: data) else { return error("Internal error") }
    // A single modify has no statuses in its answer, so its failure is the action's.
    if answer.kind == .default, case .error(let problem, let bid, let ask)? = answer.statuses.first {
      return error(problem.text(bid: wireText(bid), ask: wireText(ask)))
    }
    var output = JSONOutput()
    output.fragment(#"{"status":"ok","response":{"type":"#)
    write(action, answer, &output)
    output.fragment("}}")
    return output.bytes
  }

  private static func write(_ action: () -> HyperliquidAction?, _ answer: HyperliquidAnswer, _ output: inout JSONOutput)
  {
    switch answer.kind {
    case .default: output.string("default")
    case .order:
      output.string("order")
      writeStatuses(answer, action, &output)
    case .cancel:
      output.string("cancel")
      writeStatuses(answer, action, &output)
    case .twapOrder, .twapCancel:
      output.string(answer.kind == .twapOrder ? "twapOrder" : "twapCancel")
      output.key("data")
      output.object { output in
        output.key("status")
        write(answer.twap ?? .success, &output)
      }
    case .createSubAccount, .createVault:
      output.string(answer.kind == .createVault ? "createVault" : "createSubAccount")
      output.key("data")
      output.address(answer.created ?? .zero)
    }
  }

  private static func write(_ status: TwapStatus, _ output: inout JSONOutput) {
    switch status {
    case .success: output.string("success")
    case .running(let id):
      output.object { output in
        output.key("running")
        output.object { output in
          output.key("twapId")
          output.integer(id)
        }
      }
    case .error(let error, let figure):
      output.object { output in
        output.key("error")
        output.string(error.text(figure))
      }
    }
  }

  private static func writeStatuses(
    _ answer: HyperliquidAnswer, _ action: () -> HyperliquidAction?, _ output: inout JSONOutput
  ) {
    output.fragment(#","data":{"statuses":["#)
    for (index, status) in answer.statuses.enumerated() {
      if index > 0 { output.fragment(",") }
      let asset = status.isError ? action()?.asset(at: index) : nil
      write(status, asset: asset, isCancel: answer.kind == .cancel, &output)
    }
    output.fragment("]}")
  }

  /// One of the statuses, which stand behind brackets and commas already.
  private static func write(
    _ status: OrderStatus, asset: UInt32?, isCancel: Bool, _ output: inout JSONOutput
  ) {
    switch status {
    case .waitingForFill: output.fragment(#""waitingForFill""#)
    case .waitingForTrigger: output.fragment(#""waitingForTrigger""#)
    case .resting where isCancel: output.fragment(#""success""#)
    case .resting(let oid, let cloid):
      output.fragment(#"{"resting":{"oid":"#)
      output.integer(oid)
      write(cloid, &output)
      output.fragment("}}")
    case .filled(let size, let price, let oid, let cloid):
      output.fragment(#"{"filled":{"totalSz":"#)
      output.decimal(size, scale: 8)
      output.fragment(#","avgPx":"#)
      output.decimal(price, scale: 8)
      output.fragment(#","oid":"#)
      output.integer(oid)
      write(cloid, &output)
      output.fragment("}}")
    case .error(let error, let bid, let ask):
      var text = error.text(bid: wireText(bid), ask: wireText(ask))
      if error == .minimumValue, let asset, (10_000..<100_000).contains(asset) {
        text = "Order must have minimum value of 10 USDC."
      }
      output.fragment(#"{"error":"#)
      output.string(asset.map { "\(text) asset=\($0)" } ?? text)
      output.fragment("}")
    }
  }

  private static func write(_ cloid: ClientOrderID?, _ output: inout JSONOutput) {
    guard let cloid else { return }
    output.fragment(#","cloid":"#)
    output.cloid(cloid)
  }

  /// A wire decimal without a point where it is whole: `0.56057`, `1670`; an empty side is 0.
  static func wireText(_ figure: WireDecimal) -> String {
    var output = JSONOutput()
    output.decimal(figure, scale: 8)
    var text = String(decoding: output.bytes.dropFirst().dropLast(), as: UTF8.self)
    if text.hasSuffix(".0") { text.removeLast(2) }
    return text
  }
}

extension HyperliquidAction {
  /// The market, as the wire names it, of the action's part at this place.
  func asset(at index: Int) -> UInt32? {
    switch self {
    case .multiSig(let envelope): envelope.action.asset(at: index)
    case .order(let action): index < action.orders.count ? action.orders[index].asset : nil
    case .cancel(let requests): index < requests.count ? requests[index].asset : nil
    case .cancelByCloid(let requests): index < requests.count ? requests[index].asset : nil
    case .modify(let request): request.order.asset
    case .batchModify(let requests): index < requests.count ? requests[index].order.asset : nil
    default: nil
    }
  }
}
