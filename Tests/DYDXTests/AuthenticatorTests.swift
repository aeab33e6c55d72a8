import Canonical
import Cryptography
import DYDX
import Quantities
import Testing
import VenueKit

@Suite struct AuthenticatorTests {
  private let owner = PrivateKey(ofName: "owner")
  private let delegate = PrivateKey(ofName: "delegate")

  private var ownerText: String { Bech32Owner.text(owner.publicKey.cosmosAddress) }

  private func add(_ type: String, _ data: [UInt8], to state: inout DYDXState) throws(DYDXRefusal) -> UInt64 {
    var message = AddAuthenticator()
    (message.sender, message.type, message.data) = (ownerText, type, data)
    return try state.addAuthenticator(message)
  }

  private func bytes(_ value: [UInt8]) -> String { "[" + value.map { "\($0)" }.joined(separator: ",") + "]" }

  private func entry(_ type: String, _ data: [UInt8]) -> String { #"{"type":"\#(type)","config":\#(bytes(data))}"# }

  private func list(_ entries: String...) -> [UInt8] { Array(("[" + entries.joined(separator: ",") + "]").utf8) }

  private var key: [UInt8] { delegate.publicKey.compressed }

  /// A short-term order of the owner's account, signed by the delegate through an authenticator.
  private func order(pair: UInt32, account: UInt32, authenticators: [UInt64]) -> CosmosTransaction {
    var order = Order(
      id: OrderID(
        subaccount: SubaccountID(owner: ownerText, number: account), clientID: 1, flags: 0, clobPair: pair))
    (order.side, order.quantums, order.subticks, order.goodTil) = (1, 10, 10, .block(1_010))
    var message = ProtobufWriter()
    message.append(1, bytes: order.bytes)
    let body = TransactionBody(
      messages: [AnyMessage(typeURL: MessageType.placeOrder, value: message.bytes)], authenticators: authenticators)
    let info = AuthenticationInfo(publicKey: key, sequence: 0, fee: [], gasLimit: 0)
    var transaction = CosmosTransaction(bodyBytes: body.bytes, authenticationBytes: info.bytes, signatures: [])
    transaction.sign(with: delegate, chainID: "c", accountNumber: 3)
    return transaction
  }

  private func state() throws -> DYDXState {
    try ClientTransactionTests.state(owner: owner.publicKey.cosmosAddress, number: 3, sequence: 0)
  }

  private func code(_ transaction: CosmosTransaction, _ state: DYDXState) -> String {
    var copy = state
    do throws(DYDXRefusal) {
      try ClientTransactionTests.admit(transaction.bytes, number: 3, chainID: "c", into: &copy, time: 0)
      return "accepted"
    } catch {
      return error.chainCode.map { "\($0.codespace) \($0.code)" } ?? "\(error)"
    }
  }

  @Test("A permitted key trades within its filters and not outside them")
  func filters() throws {
    var state = try state()
    let signature = entry("SignatureVerification", key)
    let ids = [
      try add("SignatureVerification", key, to: &state),
      try add("AllOf", list(signature, entry("ClobPairIdFilter", Array("0,2".utf8))), to: &state),
      try add("AllOf", list(signature, entry("SubaccountFilter", Array("1".utf8))), to: &state),
      try add(
        "AllOf", list(signature, entry("MessageFilter", Array(MessageType.cancelOrder.utf8))), to: &state),
      try add("AnyOf", list(signature, entry("SignatureVerification", owner.publicKey.compressed)), to: &state),
    ]
    #expect(ids == [0, 1, 2, 3, 4])
    #expect(code(order(pair: 0, account: 0, authenticators: [0]), state) == "accepted")
    #expect(code(order(pair: 2, account: 0, authenticators: [1]), state) == "accepted")
    #expect(code(order(pair: 1, account: 0, authenticators: [1]), state) == "accountplus 104")
    #expect(code(order(pair: 0, account: 1, authenticators: [2]), state) == "accepted")
    #expect(code(order(pair: 0, account: 0, authenticators: [2]), state) == "accountplus 104")
    #expect(code(order(pair: 0, account: 0, authenticators: [3]), state) == "accountplus 104")
    #expect(code(order(pair: 0, account: 0, authenticators: [4]), state) == "accepted")
    #expect(code(order(pair: 0, account: 0, authenticators: [9]), state) == "accountplus 1")
    #expect(code(order(pair: 0, account: 0, authenticators: [0, 0]), state) == "sdk 18")
    var closed = state
    closed.setAuthenticators(areOpen: false)
    #expect(code(order(pair: 0, account: 0, authenticators: [0]), closed) == "accountplus 4")
    #expect(!closed.mayStillUse([0], of: owner.publicKey.cosmosAddress))
    var removal = RemoveAuthenticator()
    (removal.sender, removal.id) = (ownerText, 0)
    try state.removeAuthenticator(removal)
    #expect(code(order(pair: 0, account: 0, authenticators: [0]), state) == "accountplus 1")
    #expect(throws: DYDXRefusal.self) { try state.removeAuthenticator(removal) }
  }

  @Test("A stranger's key fails with the code of the part that failed")
  func strangers() throws {
    var state = try state()
    let other = PrivateKey(ofName: "other").publicKey.compressed
    _ = try add("SignatureVerification", other, to: &state)
    let both = list(entry("SignatureVerification", other), entry("SignatureVerification", owner.publicKey.compressed))
    _ = try add("AnyOf", both, to: &state)
    #expect(code(order(pair: 0, account: 0, authenticators: [0]), state) == "accountplus 100")
    #expect(code(order(pair: 0, account: 0, authenticators: [1]), state) == "accountplus 105")
  }

  @Test("What could pass without a signature is not added")
  func unsafe() throws {
    var state = try state()
    let filter = entry("ClobPairIdFilter", Array("0".utf8))
    let signature = entry("SignatureVerification", key)
    #expect(throws: DYDXRefusal.self) { try add("ClobPairIdFilter", Array("0".utf8), to: &state) }
    #expect(throws: DYDXRefusal.self) { try add("AnyOf", list(signature, filter), to: &state) }
    #expect(throws: DYDXRefusal.self) { try add("AllOf", list(filter, filter), to: &state) }
    #expect(throws: DYDXRefusal.self) { try add("AllOf", list(signature), to: &state) }
    #expect(throws: DYDXRefusal.self) { try add("AllOf", list(signature, entry("Other", [])), to: &state) }
    #expect(throws: DYDXRefusal.self) { try add("SignatureVerification", [1, 2], to: &state) }
    #expect(try add("AllOf", list(filter, signature), to: &state) == 0)
  }

  @Test("A time is a sequence once, in any order, within thirty seconds")
  func timestampNonces() throws {
    func transaction(_ sequence: UInt64) -> CosmosTransaction {
      var message = ProtobufWriter()
      message.append(1, text: ownerText)
      message.append(2, varint: 5)
      let body = TransactionBody(messages: [AnyMessage(typeURL: MessageType.removeAuthenticator, value: message.bytes)])
      let info = AuthenticationInfo(
        publicKey: owner.publicKey.compressed, sequence: sequence, fee: [], gasLimit: 0)
      var result = CosmosTransaction(bodyBytes: body.bytes, authenticationBytes: info.bytes, signatures: [])
      result.sign(with: owner, chainID: "c", accountNumber: 3)
      return result
    }
    var state = try state()
    let now: Int64 = 1_730_000_000_000
    func admit(_ sequence: UInt64) throws {
      try ClientTransactionTests.admit(
        transaction(sequence).bytes, number: 3, chainID: "c", into: &state, time: now)
    }
    try admit(UInt64(now))
    try admit(UInt64(now) - 30_000)
    try admit(UInt64(now) + 30_000)
    for sequence in [UInt64(now), UInt64(now) - 30_001, UInt64(now) + 30_001, 1] {
      #expect(throws: DYDXRefusal.self) { try admit(sequence) }
    }
    #expect(state.owners[owner.publicKey.cosmosAddress]?.sequence == 0)
    try admit(0)
    #expect(state.owners[owner.publicKey.cosmosAddress]?.sequence == 1)
  }
}
