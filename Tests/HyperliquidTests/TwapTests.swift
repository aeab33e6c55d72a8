import Canonical
import Testing
import VenueKit

@testable import Hyperliquid

@Suite struct TwapTests {
  private func twap(_ minutes: UInt64 = 5, size: String = "1", reduceOnly: Bool = false) throws -> TwapRequest {
    TwapRequest(
      asset: 0, isBuy: true, size: try WireDecimal(parsed(size)), reduceOnly: reduceOnly, minutes: minutes)
  }

  private func parsed(_ text: String) throws -> Int64 { try #require(WireDecimalText.parse(text)) }

  private func status(_ stage: inout Stage, _ request: TwapRequest) throws -> TwapStatus {
    try #require(try stage.send(.twapOrder(request), from: Cast.ada).twap)
  }

  /// Aim: eleven slices in five minutes, the first at once, all of it in the end.
  @Test func slices() throws {
    var stage = try AccountTests.stage()
    try stage.order(Cast.ben, "BTC", false, "1", "100100")
    #expect(try status(&stage, try twap()) == .running(id: 1))
    let first = try #require(stage.state.twapStates(Cast.ada).running.first)
    #expect(first.executed == 100_000 / 11 && first.slices == 11)
    for _ in 0..<5 { stage.advance(by: 30_000) }
    #expect(stage.state.twapStates(Cast.ada).running.first?.executed == 54_545)
    for _ in 0..<5 { stage.advance(by: 30_000) }
    let states = stage.state.twapStates(Cast.ada)
    #expect(states.running.isEmpty && states.finished.first?.status == .finished)
    #expect(stage.view(Cast.ada).positions.first?.size == usd(1))
    #expect(stage.broken() == [])
  }

  /// Aim: what was missed is caught up, at most three slices at a time.
  @Test func catchUp() throws {
    var stage = try AccountTests.stage()
    #expect(try !status(&stage, try twap()).isError)
    for _ in 0..<6 { stage.advance(by: 30_000) }
    #expect(stage.state.twapStates(Cast.ada).running.first?.executed == 0)
    try stage.order(Cast.ben, "BTC", false, "1", "100100")
    stage.advance(by: 30_000)
    #expect(stage.state.twapStates(Cast.ada).running.first?.executed == 27_273)
  }

  /// Aim: refusals with the venue's sentences, cancel, and what a reduce-only one needs.
  @Test func refusalsAndCancel() throws {
    var stage = try AccountTests.stage()
    let short = try status(&stage, try twap(1))
    guard case .error(let error, let figure) = short else { throw TwapFailure() }
    #expect(error.text(figure) == "Invalid TWAP duration: 1 min(s)")
    #expect(try status(&stage, try twap(size: "0.0005")) == .error(.minimum, figure: 100))
    #expect(try status(&stage, try twap(reduceOnly: true)) == .error(.reduceOnly, figure: 0))
    #expect(try status(&stage, try twap()) == .running(id: 1))
    #expect(try stage.send(.twapCancel(asset: 0, id: 1), from: Cast.ben).twap == .error(.missing, figure: 0))
    #expect(try stage.send(.twapCancel(asset: 0, id: 1), from: Cast.ada).twap == .success)
    #expect(try stage.send(.twapCancel(asset: 0, id: 1), from: Cast.ada).twap == .error(.missing, figure: 0))
    #expect(stage.state.twapStates(Cast.ada).finished.first?.status == .terminated)
  }

  struct TwapFailure: Error {}

  /// Aim: a triggered one waits, a stopped one ends; randomised slices add up all the same and are the same again.
  @Test func details() throws {
    var stage = try AccountTests.stage()
    try stage.order(Cast.ben, "BTC", false, "2", "101000")
    var request = try twap()
    request.isRandomized = true
    request.details = TwapDetails(trigger: try parsed("101000"), isAbove: true, stop: try parsed("104000"))
    #expect(try status(&stage, request) == .running(id: 1))
    #expect(stage.state.twapStates(Cast.ada).running.first?.status == .waiting)
    try stage.oracle([("BTC", "101500")])
    stage.advance()
    try stage.oracle([("BTC", "101500")])
    stage.advance()
    #expect(stage.state.twapStates(Cast.ada).running.first?.executed ?? 0 > 0)
    var other = stage
    for _ in 0..<10 {
      stage.advance(by: 30_000)
      other.state.rebuildDerived()
      other.advance(by: 30_000)
    }
    #expect(stage.state.twapStates(Cast.ada).finished.first?.executed == 100_000)
    #expect(stage.store.commit() == other.store.commit())
    #expect(stage.broken() == [])
  }
}
