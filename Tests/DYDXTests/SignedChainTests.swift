import Canonical
import Cryptography
import DYDX
import Quantities
import StateStore
import Testing
import VenueKit

@testable import Chain

/// Transactions of the official client go as bytes through a running chain: admission, proposal, everyone else's check,
/// execution and commit.
@Suite struct SignedChainTests {
  static let alice = "dydx199tqg4wdlnu4qjlxchpd7seg454937hjrknju4"
  static let maker = PrivateKey(ofName: "maker")
  static let mainnet = "dydx-mainnet-1"

  /// Two markets like the chain's own, Alice with number 12, and someone to trade with.
  static func genesis(sequence: Int = 7, delegate: Bool = false) throws -> JSONValue {
    let text = """
      {"room": "dydx", "liquidityTiers": [{"id": 0, "name": "Large-Cap", "initialMarginPpm": 20000,
       "maintenanceFractionPpm": 600000, "impactNotional": "10000", "openInterestLowerCap": "0",
       "openInterestUpperCap": "0"}],
       "markets": {
       "BTC": {"id": 0, "exponent": -5, "minimumPriceChangePpm": 1000, "atomicResolution": -10,
        "stepBaseQuantums": 1000000, "subticksPerTick": 100000, "conversionExponent": -9, "tier": 0,
        "isolated": false, "defaultFundingPpm": 0, "status": "ACTIVE", "price": 5000000000},
       "ETH": {"id": 1, "exponent": -6, "minimumPriceChangePpm": 1000, "atomicResolution": -9,
        "stepBaseQuantums": 1000000, "subticksPerTick": 100000, "conversionExponent": -9, "tier": 0,
        "isolated": false, "defaultFundingPpm": 0, "status": "ACTIVE", "price": 3000000000}},
       "feeTiers": [{"name": "1", "volume": "0", "makerPpm": 100, "takerPpm": 500}],
       "liquidation": {"maximumFeePpm": 5000, "bankruptcyAdjustmentPpm": 1000000,
        "spreadToMaintenanceRatioPpm": 100000, "minimumPositionNotional": "1", "maximumPositionPortionPpm": 1000000,
        "maximumNotional": "100000000", "maximumInsuranceLost": "100000000"},
       "owners": [
        {"address": "\(alice)", "number": 12, "sequence": \(sequence), "bank": "1000", "account": "100000"},
        {"address": "\(Bech32Owner.text(maker.publicKey.cosmosAddress))", "number": 13, "account": "100000"}]}
      """
    return try JSONValue(parsing: Array(text.utf8))
  }

  /// A chain whose last block had this height and time.
  static func chain(
    id: String = mainnet, height: UInt64 = 999, time: Int64 = 1_730_000_000_000, genesis: JSONValue? = nil
  ) throws -> Application<DYDXVenue> {
    let venue = try DYDXVenue(genesis: genesis ?? Self.genesis(), chainID: id)
    var application = Application(
      venue: venue, chainID: id,
      verifier: SignatureVerifier(venue: venue, threads: 1, requiresSignatures: true),
      executor: BlockExecutor(venue: venue, recordsEvents: true, makesWitness: false, workers: 1))
    application.lastBlock = BlockContext(chainID: id, height: height, time: time, proposer: .zero)
    return application
  }

  /// A client's bytes as a transaction of this chain.
  static func sealed(_ transaction: [UInt8], number: UInt64 = 12) -> [UInt8] {
    [TransactionScheme.cosmosDirect.rawValue] + SignedTransaction.payload(transaction, accountNumber: number)
  }

  static func vector(_ name: String) throws -> [UInt8]? {
    guard let cases = VectorFiles.document("tx_signing.json")?["cases"]?.array else { return nil }
    let row = try #require(cases.first { $0["name"]?.string?.hasPrefix(name) == true })
    return try Hex.decode(row["tx_bytes"]?.string ?? "")
  }

  /// `accepted`, or the codespace and code that a client is answered.
  static func answer(_ bytes: [UInt8], _ application: inout Application<DYDXVenue>) -> String {
    do throws(Refusal) {
      try application.checkTransaction(bytes)
      return "accepted"
    } catch {
      return error.text.split(separator: ":").first.map(String.init) ?? error.text
    }
  }

  /// Proposes, has the proposal judged as another node would, executes and commits. Returns what was refused.
  @discardableResult
  static func step(
    _ application: inout Application<DYDXVenue>, _ pool: [[UInt8]] = [], beside other: inout Application<DYDXVenue>
  ) throws -> [RefusedTransaction] {
    let last = application.lastBlock
    let block = BlockContext(
      chainID: last.chainID, height: last.height + 1, time: last.time + 1_000, proposer: .zero)
    let content = application.prepareProposal(
      pool: pool.map { PooledTransaction($0) }, maximumBytes: 1 << 20, block: block)
    let hash = Hash32(word0: block.height, word1: 0, word2: 0, word3: 0)
    #expect(other.processProposal(content, hash: hash, block: block) == .accept)
    let execution = try other.finalizeBlock(content, hash: hash, block: block)
    try other.commit()
    let own = try application.finalizeBlock(content, hash: nil, block: block)
    try application.commit()
    #expect(own.root == execution.root && application.info.appHash == other.info.appHash)
    return own.refusals
  }

  /// A Cosmos transaction signed by this test's own key.
  static func signed(
    _ message: AnyMessage, key: PrivateKey, number: UInt64, sequence: UInt64, authenticators: [UInt64]? = nil
  ) -> [UInt8] {
    let body = TransactionBody(messages: [message], authenticators: authenticators)
    let info = AuthenticationInfo(
      publicKey: key.publicKey.compressed, sequence: sequence, fee: [], gasLimit: 1_000_000)
    var transaction = CosmosTransaction(bodyBytes: body.bytes, authenticationBytes: info.bytes, signatures: [])
    transaction.sign(with: key, chainID: mainnet, accountNumber: number)
    return sealed(transaction.bytes, number: number)
  }

  static func place(
    _ owner: PrivateKey, client: UInt32 = 1, flags: UInt32 = 0, pair: UInt32 = 0, isBuy: Bool = false,
    quantums: UInt64 = 100_000_000, subticks: UInt64 = 5_000_000_000, goodTil: GoodTil = .block(1_020)
  ) -> AnyMessage {
    var order = Order(
      id: OrderID(
        subaccount: SubaccountID(owner: Bech32Owner.text(owner.publicKey.cosmosAddress), number: 0), clientID: client,
        flags: flags, clobPair: pair))
    (order.side, order.quantums, order.subticks, order.goodTil) = (isBuy ? 1 : 2, quantums, subticks, goodTil)
    var message = ProtobufWriter()
    message.append(1, bytes: order.bytes)
    return AnyMessage(typeURL: MessageType.placeOrder, value: message.bytes)
  }

  static func account(_ owner: Address, _ application: Application<DYDXVenue>) -> AccountHoldings {
    application.store.tables.holdings(Subaccount(owner))
  }

  @Test("A short-term order of the client trades: its bytes stand in the proposal and every node executes them")
  func shortTermTrades() throws {
    guard let buy = try Self.vector("short-term limit buy") else { return }
    var node = try Self.chain()
    var other = node
    let owner = try #require(Bech32Owner.address(Self.alice))
    let sell = Self.signed(Self.place(Self.maker), key: Self.maker, number: 13, sequence: 0)
    #expect(Self.answer(sell, &node) == "accepted")
    #expect(Self.answer(Self.sealed(buy), &node) == "accepted")
    #expect(try Self.step(&node, beside: &other).isEmpty)
    #expect(Self.account(owner, node).quantums(of: 0) == 100_000_000)
    #expect(Self.account(Self.maker.publicKey.cosmosAddress, node).quantums(of: 0) == -100_000_000)
    // 500 dollars, and a fee of 5 basis points; the seller gives one of 1.
    #expect(Self.account(owner, node).quoteQuantums == 99_499_750_000)
    #expect(Self.account(Self.maker.publicKey.cosmosAddress, node).quoteQuantums == 100_499_950_000)
    // Its sequence was neither compared nor counted, and the same bytes again find it filled.
    #expect(node.store.tables.owners[owner]?.sequence == 7)
    #expect(Self.answer(Self.sealed(buy), &node) == "clob 24")
  }

  @Test("Sequenced transactions of the client are executed once, in sequence, and refused with the chain's codes")
  func sequenced() throws {
    guard let deposit = try Self.vector("deposit 5 USDC") else { return }
    var node = try Self.chain()
    var other = node
    #expect(Self.answer(Self.sealed(deposit), &node) == "accepted")
    #expect(Self.answer(Self.sealed(deposit), &node) == "sdk 32")
    #expect(try Self.step(&node, [Self.sealed(deposit)], beside: &other).isEmpty)
    let owner = try #require(Bech32Owner.address(Self.alice))
    #expect(node.store.tables.owners[owner]?.sequence == 8)
    #expect(Self.answer(Self.sealed(deposit), &node) == "sdk 32")
    #expect(try Self.step(&node, [Self.sealed(deposit)], beside: &other).map(\.refusal.name) == ["WrongSequence"])
    var early = try Self.chain(genesis: Self.genesis(sequence: 6))
    #expect(Self.answer(Self.sealed(deposit), &early) == "sdk 32")
  }

  @Test("Wrong chain, tampered body, high s and another account number fail the signature")
  func signatures() throws {
    guard let buy = try Self.vector("short-term limit buy") else { return }
    var node = try Self.chain()
    var testnet = try Self.chain(id: "dydx-testnet-4")
    #expect(Self.answer(Self.sealed(buy), &testnet) == "sdk 4")
    #expect(Self.answer(Self.sealed(buy, number: 13), &node) == "sdk 4")
    var parsed = try CosmosTransaction(bytes: buy)
    let memo = Array("Client Example".utf8)
    let place = try #require(
      parsed.bodyBytes.indices.first { parsed.bodyBytes[$0...].starts(with: memo) })
    parsed.bodyBytes[place] = UInt8(ascii: "c")
    #expect(Self.answer(Self.sealed(parsed.bytes), &node) == "sdk 4")
    let negative = try #require(VectorFiles.document("tx_signing.json")?["negative"]?[0])
    var high = try CosmosTransaction(bytes: buy)
    high.signatures = [try Hex.decode(negative["signature_rs"]?.string ?? "")]
    #expect(Self.answer(Self.sealed(high.bytes), &node) == "sdk 4")
    #expect(node.local.book.allKeys().isEmpty)
  }

  @Test("Orders past their block, too far ahead, of an unknown pair or off the tick are refused with the book's codes")
  func orderRefusals() throws {
    guard let buy = try Self.vector("short-term limit buy") else { return }
    var late = try Self.chain(height: 1_020)
    #expect(Self.answer(Self.sealed(buy), &late) == "clob 10")
    var soon = try Self.chain(height: 900)
    #expect(Self.answer(Self.sealed(buy), &soon) == "clob 11")
    var node = try Self.chain()
    func refused(_ message: AnyMessage, _ node: inout Application<DYDXVenue>) -> String {
      Self.answer(Self.signed(message, key: Self.maker, number: 13, sequence: 0), &node)
    }
    #expect(refused(Self.place(Self.maker, pair: 9), &node) == "clob 8")
    #expect(refused(Self.place(Self.maker, subticks: 5_000_000_001), &node) == "clob 12")
    #expect(refused(Self.place(Self.maker, quantums: 100_000_001), &node) == "clob 12")
    #expect(refused(Self.place(Self.maker, quantums: 0), &node) == "clob 4")
    #expect(refused(Self.place(Self.maker, subticks: 0), &node) == "clob 6")
    #expect(refused(Self.place(Self.maker, flags: 64, goodTil: .time(1_730_000_000)), &node) == "clob 3003")
    #expect(refused(Self.place(Self.maker, flags: 64, goodTil: .time(1_830_000_000)), &node) == "clob 3004")
    #expect(refused(Self.place(Self.maker, goodTil: .block(1_030)), &node) == "accepted")
  }

  @Test("A long-term order of the client under a timestamp nonce stands in the state, once")
  func timestampNonce() throws {
    guard let order = try Self.vector("long-term order with timestamp nonce") else { return }
    var node = try Self.chain(time: 1_730_000_000_123)
    var other = node
    #expect(Self.answer(Self.sealed(order), &node) == "accepted")
    #expect(try Self.step(&node, [Self.sealed(order)], beside: &other).isEmpty)
    #expect(node.store.tables.orders.sortedKeys().map(\.clientID) == [83])
    #expect(Self.answer(Self.sealed(order), &node) == "sdk 32")
    var late = try Self.chain(time: 1_730_000_040_123)
    #expect(Self.answer(Self.sealed(order), &late) == "sdk 32")
    let owner = try #require(Bech32Owner.address(Self.alice))
    #expect(node.store.tables.owners[owner]?.sequence == 7)
  }

  @Test("A permitted key trades for its owner until the owner takes the permission away")
  func permittedKey() throws {
    let (owner, delegate) = (Self.maker, PrivateKey(ofName: "delegate"))
    var node = try Self.chain()
    var other = node
    var add = ProtobufWriter()
    add.append(1, text: Bech32Owner.text(owner.publicKey.cosmosAddress))
    add.append(2, text: "SignatureVerification")
    add.append(3, bytes: delegate.publicKey.compressed)
    let permission = AnyMessage(typeURL: MessageType.addAuthenticator, value: add.bytes)
    func order(_ client: UInt32, _ ids: [UInt64]?) -> [UInt8] {
      Self.signed(Self.place(owner, client: client), key: delegate, number: 13, sequence: 0, authenticators: ids)
    }
    #expect(Self.answer(order(1, nil), &node) == "sdk 8")
    #expect(Self.answer(order(1, [0]), &node) == "accountplus 1")
    let adding = Self.signed(permission, key: owner, number: 13, sequence: 0)
    #expect(Self.answer(adding, &node) == "accepted")
    #expect(try Self.step(&node, [adding], beside: &other).isEmpty)
    #expect(Self.answer(order(1, [0]), &node) == "accepted")
    #expect(node.local.book.allKeys().count == 1)
    var remove = ProtobufWriter()
    remove.append(1, text: Bech32Owner.text(owner.publicKey.cosmosAddress))
    let removing = Self.signed(
      AnyMessage(typeURL: MessageType.removeAuthenticator, value: remove.bytes), key: owner, number: 13, sequence: 1)
    #expect(try Self.step(&node, [removing], beside: &other).isEmpty)
    #expect(Self.answer(order(2, [0]), &node) == "accountplus 1")
    // What rests of the permitted key is removed when it is hit, and nothing trades.
    guard let buy = try Self.vector("short-term limit buy") else { return }
    #expect(Self.answer(Self.sealed(buy), &node) == "accepted")
    #expect(try Self.step(&node, beside: &other).isEmpty)
    #expect(Self.account(owner.publicKey.cosmosAddress, node).positions.isEmpty)
  }
}
