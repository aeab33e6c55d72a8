import Canonical
import Cryptography
import Testing
import VenueKit

@testable import Hyperliquid

@Suite struct MultiSigTests {
  /// Ada becomes an account of Ben and Cleo.
  private func converted(threshold: Int = 2) throws -> Stage {
    var stage = try AccountTests.stage()
    let text = #"{"authorizedUsers": ["\#(Cast.ben)", "\#(Cast.cleo)"], "threshold": \#(threshold)}"#
    try stage.send(AccountTests.signed(.convertToMultiSig(signers: text)), from: Cast.ada)
    return stage
  }

  private func envelope(
    _ action: HyperliquidAction, by signers: [Address], led leader: Address = Cast.ben
  ) -> HyperliquidAction {
    .multiSig(
      MultiSigEnvelope(
        signatures: signers.map { .claimed($0) }, user: Cast.ada, outerSigner: leader, payload: action.payload(),
        action: action))
  }

  /// Aim: who may act for a converted account, and with how many signatures.
  @Test func thresholdAndSigners() throws {
    var stage = try converted()
    #expect(stage.state.multiSigSigners(Cast.ada)?.threshold == 2)
    let order = HyperliquidAction.order(OrderAction(orders: [try stage.request("BTC", true, "0.1", "90000")]))
    #expect(throws: AccountTests.refusal(.multiSigOnly(Cast.ada))) { try stage.send(order, from: Cast.ada) }
    #expect(throws: AccountTests.refusal(.multiSigThreshold(have: 1, need: 2))) {
      try stage.send(envelope(order, by: [Cast.ben]), from: Cast.ben)
    }
    #expect(throws: AccountTests.refusal(.multiSigSigner(Cast.ben))) {
      try stage.send(envelope(order, by: [Cast.ben, Cast.ben]), from: Cast.ben)
    }
    #expect(throws: AccountTests.refusal(.multiSigSigner(Cast.dora))) {
      try stage.send(envelope(order, by: [Cast.ben, Cast.dora]), from: Cast.ben)
    }
    #expect(throws: AccountTests.refusal(.multiSigOuter(Cast.dora))) {
      try stage.send(envelope(order, by: [Cast.ben, Cast.cleo], led: Cast.dora), from: Cast.dora)
    }
    let answer = try stage.send(envelope(order, by: [Cast.ben, Cast.cleo]), from: Cast.ben)
    #expect(answer.kind == .order && answer.statuses.first?.isError == false)
    #expect(stage.state.openOrders(Cast.ada).count == 1)
    let send = HyperliquidAction.usdSend(stage.state.userTransfer(to: Cast.dora, "100.0"))
    try stage.send(envelope(send, by: [Cast.cleo, Cast.ben]), from: Cast.ben)
    #expect(stage.view(Cast.dora).equity == usd(100_100))
    stage.advance()
    #expect(stage.broken() == [])
  }

  /// Aim: an agent of an authorised user leads; the account is an ordinary one again after `null`.
  @Test func agentsLeadAndBack() throws {
    var stage = try converted(threshold: 1)
    let agent = Address(word0: 8, word1: 8, word2: 8)
    try stage.send(
      .approveAgent(AgentApproval(signatureChainID: "0x1", isMainnet: false, agent: agent, name: "", nonce: 0)),
      from: Cast.ben)
    try stage.send(envelope(.noop, by: [Cast.cleo], led: agent), from: agent)
    let back = AccountTests.signed(.convertToMultiSig(signers: "null"))
    try stage.send(envelope(back, by: [Cast.cleo]), from: Cast.ben)
    try stage.send(.noop, from: Cast.ada)
    #expect(throws: AccountTests.refusal(.multiSigUnknown(Cast.ada))) {
      try stage.send(envelope(.noop, by: [Cast.cleo]), from: Cast.ben)
    }
  }

  @Test(arguments: [
    "", "{}", #"{"authorizedUsers": [], "threshold": 1}"#,
    #"{"authorizedUsers": ["0x0000000000000be000000000000000000000000200000002"], "threshold": 1}"#, "null", "[1]",
    #"{"authorizedUsers": ["\#(Cast.ben)"], "threshold": 2}"#,
    #"{"authorizedUsers": ["\#(Cast.ada)"], "threshold": 1}"#,
    #"{"authorizedUsers": ["\#(Cast.ben)", "\#(Cast.ben)"], "threshold": 1}"#,
  ])
  func badConversions(text: String) throws {
    var stage = try AccountTests.stage()
    #expect(throws: (any Error).self) {
      try stage.send(AccountTests.signed(.convertToMultiSig(signers: text)), from: Cast.ada)
    }
  }

  /// Aim: real signatures over an envelope travel as bytes, and the chain's own check recovers every signer.
  @Test func signaturesAreRecovered() throws {
    let keys = ["one", "two"].map { PrivateKey(ofName: $0) }
    let user = Address(word0: 1, word1: 2, word2: 3)
    for action in [
      HyperliquidAction.noop, .order(OrderAction(orders: [try Stage("local").request("BTC", true, "0.1", "90000")])),
      .usdSend(
        UserTransfer(
          signatureChainID: "0x66eee", isMainnet: false, destination: user.description, amount: "1.0",
          time: 1_763_866_800_000)),
    ] {
      let payload = action.payload()
      var cursor = MessagePackCursor(payload, in: 0..<payload.count)
      let value = try cursor.readValue()
      let digest = try MultiSignature.innerDigest(
        multiSigUser: user, outerSigner: keys[0].address, action: value, nonce: 1_763_866_800_000, vaultAddress: nil,
        expiresAfter: nil, isMainnet: false)
      let envelope = MultiSigEnvelope(
        signatures: keys.map { .signed(Secp256k1.sign(digest: digest, with: $0)) }, user: user,
        outerSigner: keys[0].address, payload: payload, action: action)
      let content = HyperliquidContent(action: .multiSig(envelope), nonce: 1_763_866_800_000)
      let bytes = HyperliquidWire.seal(content, authority: .key(keys[0]), isMainnet: false)
      let decoded = try HyperliquidWire.decode(bytes, isMainnet: false)
      #expect(decoded.content == content)
      var found: [Address] = []
      for cosigner in [decoded.authorization] + decoded.cosigners {
        guard case .signature(let digest, let signature) = cosigner else { continue }
        found.append(try Secp256k1.recoverAddress(digest: digest, signature: signature))
      }
      #expect(found == [keys[0].address] + keys.map(\.address))
    }
  }
}
