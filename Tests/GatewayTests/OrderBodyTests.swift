import Canonical
import Hyperliquid
import Testing
import VenueKit

@testable import HyperliquidGateway

@Suite struct OrderBodyTests {
  /// What the general reader makes of the same bytes.
  private func general(_ bytes: [UInt8]) -> [UInt8]? {
    (try? JSONValue(parsing: bytes)).flatMap { try? HyperliquidRequest(body: $0).transaction }
  }

  @Test(arguments: Samples.orderBodies)
  func readsPlainBodies(text: String) throws {
    let bytes = Array(text.utf8)
    let body = try #require(OrderBody(bytes))
    #expect(body.transaction == general(bytes))
    let posted = Array(#" {"method":"post","request":{"payload":\#(text),"type":"action"},"id":256}"#.utf8)
    let message = try #require(OrderBody.posted(posted))
    #expect(message.id == 256)
    #expect(message.body == body)
  }

  @Test func countsItsParts() throws {
    #expect(OrderBody(Array(Samples.orderBodies[1].utf8))?.parts == 2)
    #expect(OrderBody(Array(Samples.orderBodies[4].utf8))?.parts == 2)
    #expect(OrderBody(Array(Samples.orderBodies[3].utf8))?.parts == 0)
  }

  /// Spellings that are not plain are left to the general reader, which takes the first three and refuses the others.
  @Test(arguments: [
    (#""p":"1100.50""#, #""p":"01100.50""#, true), (#""p":"1100.50""#, #""\u0070":"1100.50""#, true),
    (#""r":false"#, #""r":false,"z":1"#, true), (#""p":"1100.50""#, #""p":1100.5"#, false),
    (#""p":"1100.50""#, #""p":"1e3""#, false), (#""a":1,"#, #""a":1,"a":1,"#, false),
    (#""a":1,"#, #""a":1.0,"#, false), (#""a":1,"#, #""a":4294967296,"#, false),
    (#""tif":"Gtc""#, #""tif":"Fok""#, false),
    (#""b":true,"#, "", false), (#""v": 27"#, #""v": 29"#, false), (#""grouping":"na""#, #""grouping":"x""#, false),
  ])
  func leavesTheRest(piece: String, other: String, isTaken: Bool) {
    let changed = Array(Samples.orderBodies[0].replacing(piece, with: other).utf8)
    #expect(changed != Array(Samples.orderBodies[0].utf8))
    #expect(OrderBody(changed) == nil)
    #expect((general(changed) != nil) == isTaken)
  }

  /// Cancels name orders by numbers or by client ids, all alike.
  @Test(arguments: [
    (#""type":"cancelByCloid""#, #""type":"cancel""#), (#"{"asset":1,"#, #"{"a":1,"#),
    (#""cloid":"0x00000000000000000000000000000001""#, #""o":7"#), (#"00001""#, #"0001""#),
    (#""asset":10001}]"#, #""asset":10001}],"f":true"#),
  ])
  func leavesOtherCancels(piece: String, other: String) {
    let changed = Array(Samples.orderBodies[6].replacing(piece, with: other).utf8)
    #expect(changed != Array(Samples.orderBodies[6].utf8))
    #expect(OrderBody(changed) == nil)
  }

  /// Whatever it reads of damaged bodies, the general reader reads alike; and nothing crashes either of them.
  @Test func agreesOnDamagedBodies() {
    var generator = SplitMix(state: 20_251_010)
    var readable = 0
    for index in 0..<20_000 {
      let bytes = generator.mutated(Array(Samples.orderBodies[index % Samples.orderBodies.count].utf8))
      guard let body = OrderBody(bytes) else { continue }
      readable += 1
      #expect(body.transaction == general(bytes), "\(String(decoding: bytes, as: UTF8.self))")
    }
    #expect(readable > 500)
  }

  @Test func survivesDamagedMessages() {
    var generator = SplitMix(state: 7)
    for index in 0..<5_000 {
      let text =
        #"{"method":"post","id":1,"request":{"type":"action","payload":\#(Samples.orderBodies[index % Samples.orderBodies.count])}}"#
      let bytes = generator.mutated(Array(text.utf8))
      guard let message = OrderBody.posted(bytes) else { continue }
      let value = try? JSONValue(parsing: bytes)
      #expect(value?["id"]?.uint64 == message.id)
      #expect(
        value?["request"]?["payload"].flatMap { try? HyperliquidRequest(body: $0).transaction }
          == message.body.transaction)
    }
  }
}
