import Canonical
import Cryptography
import Quantities
import StateStore
import Testing
import VenueKit

@testable import GMX

/// Relayed calls and the first generation's vault through the venue's seam.
@Suite struct GenerationVenueTests {
  private let trader = PrivateKey(ofName: "generation trader")
  private let other = PrivateKey(ofName: "generation other")
  private let one = CommonScale.one

  private func order(of account: Address, _ relay: RelayConfiguration, amount: UInt256) -> RelayOrder {
    var order = RelayOrder(
      receiver: account, market: relay.address(ofMarket: 1), initialCollateralToken: relay.address(ofToken: 2),
      orderType: .marketIncrease, isLong: true)
    order.sizeDeltaUsd = 5_000_000_000_000_000_000_000_000_000_000_000
    order.initialCollateralDeltaAmount = amount
    order.acceptablePrice = .max
    return order
  }

  private func transaction(
    _ stage: VenueStage, nonce: UInt256, amount: UInt256 = 1_000_000_000
  ) -> RelayTransaction {
    let relay = stage.venue.genesis.relay
    let parameters = RelayParameters(
      feeToken: relay.address(ofToken: 1), feeAmount: .zero, userNonce: nonce,
      deadline: UInt256(UInt64(stage.block.time / 1_000) + 60), destinationChainID: UInt256(relay.chainID))
    return RelayTransaction(
      account: trader.address, parameters: parameters,
      call: .createOrder(order(of: trader.address, relay, amount: amount)))
  }

  /// Bytes to receipt as a node does it.
  private func send(_ bytes: [UInt8], _ stage: inout VenueStage) throws -> GMXAnswer {
    let read = try stage.venue.decode(bytes)
    #expect(stage.venue.seal(read.content, authority: .key(trader)) == bytes)
    guard case .signature(let digest, let signature) = read.authorization else {
      Issue.record("a relayed call is signed")
      return .done
    }
    return try stage.run(read.content, Secp256k1.recoverAddress(digest: digest, signature: signature))
  }

  @Test func relayedOrdersRun() throws {
    var stage = try VenueStage("arbitrum", price: 3_000)
    try stage.bringIn(5_000, to: trader.address)
    let bytes = transaction(stage, nonce: 1).seal(stage.venue.genesis.relay, authority: .key(trader))
    #expect(bytes.first == TransactionScheme.gmxRelay.rawValue)
    let answer = try send(bytes, &stage)
    guard case .created(let id) = answer else {
      Issue.record("\(answer)")
      return
    }
    #expect(stage.state.orders[id]?.account == trader.address)
    #expect(stage.state.orders[id]?.initialCollateralToken == 2)
    #expect(throws: GMXRefusal.self) { try send(bytes, &stage) }
    // Another digest, but the money is not there: nothing stays, not even the digest.
    let poor = transaction(stage, nonce: 2, amount: UInt256(UInt64.max))
    #expect(throws: GMXRefusal.self) {
      try send(poor.seal(stage.venue.genesis.relay, authority: .key(trader)), &stage)
    }
    #expect(stage.state.usedDigests.count == 1)
    stage.advance()
    #expect(stage.broken().isEmpty)
    #expect(stage.gap == 0)
    // Signed and unsigned runs carry the same digest.
    let unsigned = try stage.venue.decode(
      RelayTransaction(bytes: bytes).seal(stage.venue.genesis.relay, authority: .unsigned(trader.address)))
    let signed = try stage.venue.decode(bytes)
    #expect(unsigned.content.digest == signed.content.digest)
  }

  @Test func configurationOfRelays() throws {
    var document = try VenueStage.document("arbitrum")
    let router = "0x1111111111111111111111111111111111111111"
    guard case .object(let members) = document else {
      Issue.record("a preset is an object")
      return
    }
    let part: JSONValue = ["router": .string(router), "markets": ["ETH": .string(router)], "wrappedNative": "WETH"]
    document = .object(members + [JSONMember("relay", part)])
    let relay = try GMXGenesis(document).relay
    #expect(relay.router.description == router)
    #expect(relay.address(ofMarket: 1).description == router)
    #expect(relay.address(ofMarket: 2) == Holder.market(2))
    let wrong: JSONValue = .object(members + [JSONMember("relay", ["routr": .string(router)])])
    #expect(throws: GenesisError.self) { try GMXGenesis(wrong) }
  }

  /// Shares are bought, a short opens by a request and a keeper, and closes; the value of the venue stays whole.
  @Test func firstGenerationRuns() throws {
    var stage = try VenueStage("arbitrum-v1", price: 3_000)
    let provider = other.address
    try stage.bringIn(100_000, to: provider)
    try stage.bringIn(5_000, to: trader.address)
    let shares = try stage.send(
      .v1(.addLiquidity(2, amount: 90_000_000_000, minUSDG: .zero, minGLP: .zero)), from: provider)
    // A quarter of a percent: the first purchase has no target to miss.
    #expect(shares == .paid(89_775_000_000_000_000_000_000))
    var request = V1Request(
      isIncrease: true, path: [2], indexToken: 1, isLong: false,
      sizeDelta: 10_000_000_000_000_000_000_000_000_000_000_000, acceptablePrice: .zero)
    request.amountIn = 2_000_000_000
    let asked = try stage.send(.v1(.request(request)), from: trader.address)
    #expect(asked == .created(1))
    stage.advance(by: 2)
    #expect(try stage.send(.v1(.executeRequest(1)), from: provider) == .executed)
    let key = V1PositionKey(account: trader.address, collateralToken: 2, indexToken: 1, isLong: false)
    let context = ExecutionContext(
      time: UInt64(stage.block.time / 1_000),
      oracle: OraclePrices(prices: stage.state.derived.prices, minTimestamp: 0, maxTimestamp: 0))
    let view = try #require(try stage.state.v1View(key, context))
    #expect(view.liquidation == .healthy)
    #expect(view.position.collateral == 1_990_000_000_000_000_000_000_000_000_000_000)
    #expect(try stage.state.v1SharePrice(maximise: true, context) > 990_000_000_000_000_000_000_000_000_000)
    #expect(stage.broken().isEmpty)
    #expect(stage.gap == 0)
    stage.advance(by: 4_000)
    try stage.observe(2_900)
    var close = V1Request(
      isIncrease: false, path: [2], indexToken: 1, isLong: false, sizeDelta: request.sizeDelta, acceptablePrice: .max)
    close.minOut = .zero
    try stage.send(.v1(.request(close)), from: trader.address)
    stage.advance(by: 2)
    #expect(try stage.send(.v1(.executeRequest(2)), from: provider) == .executed)
    #expect(stage.state.v1Positions.isEmpty)
    #expect(stage.broken().isEmpty)
    #expect(stage.gap == 0)
    #expect(throws: GMXRefusal.self) { try stage.send(.v1(.liquidate(key)), from: provider) }
  }

  /// A venue without a vault refuses its actions.
  @Test func noVaultNoActions() throws {
    var stage = try VenueStage("arbitrum", price: 3_000)
    try stage.bringIn(100, to: trader.address)
    let refusal = #expect(throws: GMXRefusal.self) {
      try stage.send(
        .v1(.addLiquidity(2, amount: 1_000_000, minUSDG: .zero, minGLP: .zero)), from: trader.address)
    }
    guard case .revert(let revert)? = refusal else {
      Issue.record("\(String(describing: refusal))")
      return
    }
    #expect(revert.arguments.first?.figure == .text("Vault: not initialized"))
  }
}

extension GMXContent {
  fileprivate var digest: Hash32? {
    guard case .relay(_, let digest) = body else { return nil }
    return digest
  }
}
