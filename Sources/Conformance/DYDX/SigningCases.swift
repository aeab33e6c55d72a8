import Canonical
import ConformanceKit
import Cryptography
import DYDX
import Quantities

/// `tx_signing`: keys, signed transactions, refused signatures, integers on the wire and client units.
struct SigningCases {
  /// The document's test keys by name.
  private let keys: [(name: String, key: PrivateKey)]
  private let markets: JSONValue

  init(_ document: JSONValue) {
    keys = (document["keys"]?.array ?? []).compactMap { row in
      guard let name = row["name"]?.string, let text = row["private_key"]?.string, let key = PrivateKey(hex: text)
      else { return nil }
      return (name, key)
    }
    markets = document["markets"] ?? .null
  }

  var document: SectionedDocument {
    SectionedDocument([
      ("origin", .label), ("schema", .label), ("markets", .label), ("keys", .cases(Self.key)),
      ("cases", .cases(transaction)), ("negative", .cases(Self.negative)),
      ("serializable_int", .cases(Self.integer)), ("client_conversions", .cases(conversion)),
    ])
  }

  private static let key = CaseKind(order: []) { (reader) throws(CaseFailure) in
    reader.labels("name", "mnemonic", "hd_path")
    guard let key = PrivateKey(hex: try reader.text("private_key")) else {
      throw CaseFailure("private_key", "not a private key")
    }
    let address = key.publicKey.cosmosAddress
    reader.expect("public_key_compressed", .string(Hex.encode(key.publicKey.compressed)))
    reader.expect("address_bytes", .string(Hex.encode(address.bytes)))
    reader.expect("address", .string(Bech32.encode(prefix: "dydx", address: address) ?? ""))
  }

  private static let negative = CaseKind(order: []) { (reader) throws(CaseFailure) in
    reader.labels("name")
    let (document, key) = (try reader.hex("sign_doc_bytes"), try reader.hex("public_key"))
    let signature = try reader.hex("signature_rs")
    let isValid =
      (try? CosmosTransaction.verify(signedBytes: document, signature: signature, publicKey: key)) != nil
    reader.expect("valid", .bool(isValid))
  }

  private static let integer = CaseKind(order: ["value", "bytes"]) { (reader) throws(CaseFailure) in
    let value = try reader.value("value").int("value")
    let bytes = SerializableInteger.bytes(value)
    reader.check(
      "value", expected: JSONValue(value), got: .string(SerializableInteger.value(bytes).map { "\($0)" } ?? "none"))
    reader.expect("bytes", .string(Hex.encode(bytes)))
  }

  private var conversion: CaseKind {
    let markets = markets
    return CaseKind(order: ["market", "human_size", "human_price", "quantums", "subticks"]) {
      (reader) throws(CaseFailure) in
      let market = markets[try reader.text("market")] ?? .null
      let resolution = try market.small(of: "atomicResolution")
      let exponent = try market.small(of: "quantumConversionExponent")
      let (step, tick) = (try market.int(of: "stepBaseQuantums"), try market.int(of: "subticksPerTick"))
      if let size = reader.optional("human_size")?.string {
        let value = try decimal(size, "human_size")
        reader.expect(
          "quantums",
          JSONValue(
            try figure("human_size") { () throws(ArithmeticError) in
              try ClientUnits.quantums(value, atomicResolution: resolution, step: step)
            }))
      }
      if let price = reader.optional("human_price")?.string {
        let value = try decimal(price, "human_price")
        reader.expect(
          "subticks",
          JSONValue(
            try figure("human_price") { () throws(ArithmeticError) in
              try ClientUnits.subticks(
                value, atomicResolution: resolution, conversionExponent: exponent, subticksPerTick: tick)
            }))
      }
    }
  }

  private var transaction: CaseKind {
    CaseKind(order: []) { (reader) throws(CaseFailure) in try compute(&reader) }
  }

  private func compute(_ reader: inout CaseReader) throws(CaseFailure) {
    reader.labels("name", "origin")
    let signer = try reader.text("signer")
    let named = keys.filter { signer.contains($0.name) }.map(\.key)
    guard !named.isEmpty else { throw CaseFailure("signer", "no such key") }
    let (chain, account) = (try reader.text("chain_id"), try reader.number("account_number"))
    var messages: [AnyMessage] = []
    for message in try reader.list("messages") {
      var inner = CaseReader(message)
      messages.append(AnyMessage(typeURL: try inner.text("type_url"), value: try inner.hex("value_hex")))
    }
    var authenticators: [UInt64]?
    if let list = reader.optional("selected_authenticators")?.array {
      authenticators = []
      for value in list { authenticators?.append(try value.unsigned("selected_authenticators")) }
    }
    let timeout = try (reader.optional("timeout_height") ?? "0").unsigned("timeout_height")
    let body = TransactionBody(
      messages: messages, memo: try reader.text("memo"), timeoutHeight: timeout, authenticators: authenticators)
    let fee = try reader.value("fee")
    var coins: [Coin] = []
    for coin in fee.list(of: "amount") {
      coins.append(Coin(denomination: coin["denom"]?.string ?? "", amount: coin["amount"]?.string ?? ""))
    }
    let (sequence, gas) = (try reader.number("sequence"), try (fee["gas_limit"] ?? "0").unsigned("gas_limit"))
    // Where the signer's text names two, the one who holds the key is the one whose bytes were given.
    let infos = named.map { key in
      AuthenticationInfo(publicKey: key.publicKey.compressed, sequence: sequence, fee: coins, gasLimit: gas)
    }
    let given = reader.given("auth_info_bytes")?.string
    let index = infos.firstIndex { Hex.encode($0.bytes) == given } ?? 0
    var transaction = CosmosTransaction(
      bodyBytes: body.bytes, authenticationBytes: infos[index].bytes, signatures: [])
    let document = transaction.signedBytes(chainID: chain, accountNumber: account)
    transaction.sign(with: named[index], chainID: chain, accountNumber: account)
    reader.expect("body_bytes", .string(Hex.encode(body.bytes)))
    reader.expect("auth_info_bytes", .string(Hex.encode(infos[index].bytes)))
    reader.expect("sign_doc_bytes", .string(Hex.encode(document)))
    reader.expect("sign_doc_sha256", .string(Hex.encode(SHA256.hash(document).bytes)))
    reader.expect("signature_rs", .string(Hex.encode(transaction.signatures[0])))
    reader.expect("tx_bytes", .string(Hex.encode(transaction.bytes)))
    reader.expect("tx_hash", .string(Hex.encode(transaction.hash.bytes).uppercased()))
    try checkDecoding(&reader, transaction, body, infos[index], chain: chain, account: account)
    try MessageFields.expect(&reader, messages)
  }

  /// The parts come back from the bytes, and the signature is accepted.
  private func checkDecoding(
    _ reader: inout CaseReader, _ transaction: CosmosTransaction, _ body: TransactionBody, _ info: AuthenticationInfo,
    chain: String, account: UInt64
  ) throws(CaseFailure) {
    do throws(ProtobufError) {
      let decoded = try CosmosTransaction(bytes: transaction.bytes)
      let decodedBody = try TransactionBody(bytes: decoded.bodyBytes)
      let decodedInfo = try AuthenticationInfo(bytes: decoded.authenticationBytes)
      let isSame = decoded == transaction && decodedBody == body && decodedInfo == info
      reader.check("tx_bytes decoded", expected: true, got: .bool(isSame))
    } catch {
      throw CaseFailure("tx_bytes", "\(error)")
    }
    let isValid =
      (try? transaction.verify(publicKey: info.publicKey, chainID: chain, accountNumber: account)) != nil
    reader.check("signature accepted", expected: true, got: .bool(isValid))
  }
}

private func decimal(_ text: String, _ field: String) throws(CaseFailure) -> Rational {
  guard let value = Rational(decimal: text) else { throw CaseFailure(field, "not a decimal number") }
  return value
}

/// The figures that a case tells about its message.
enum MessageFields {
  private static let sides = ["SIDE_UNSPECIFIED", "SIDE_BUY", "SIDE_SELL"]
  private static let times = [
    "TIME_IN_FORCE_UNSPECIFIED", "TIME_IN_FORCE_IOC", "TIME_IN_FORCE_POST_ONLY", "TIME_IN_FORCE_FILL_OR_KILL",
  ]
  private static let conditions = [
    "CONDITION_TYPE_UNSPECIFIED", "CONDITION_TYPE_STOP_LOSS", "CONDITION_TYPE_TAKE_PROFIT",
  ]

  static func expect(_ reader: inout CaseReader, _ messages: [AnyMessage]) throws(CaseFailure) {
    guard messages.count == 1, let given = reader.row["fields"], !given.isNull else {
      if reader.row["fields"] != nil { reader.expect("fields", .null) }
      return
    }
    let computed: [JSONMember]
    do throws(ProtobufError) {
      computed = try members(messages[0])
    } catch {
      throw CaseFailure("messages", "\(error)")
    }
    // Every figure told must be one that was computed; what a case leaves out is not asserted.
    let members: [JSONMember] = (given.members ?? []).map { member in
      JSONMember(member.key, computed.first { $0.key == member.key }?.value ?? "(not a field of this message)")
    }
    reader.expect("fields", .object(members))
  }

  private static func number(_ value: some FixedWidthInteger) -> JSONValue { .string("\(value)") }

  private static func name(_ value: UInt32, _ names: [String]) -> JSONValue {
    .string(Int(value) < names.count ? names[Int(value)] : "\(value)")
  }

  private static func members(_ message: AnyMessage) throws(ProtobufError) -> [JSONMember] {
    switch message.typeURL {
    case MessageType.placeOrder: return members(try PlaceOrder(bytes: message.value).order)
    case MessageType.cancelOrder: return members(try CancelOrder(bytes: message.value).goodTil)
    case MessageType.batchCancel:
      let cancel = try BatchCancel(bytes: message.value)
      let batches: [JSONValue] = cancel.batches.map { batch in
        ["clob_pair_id": number(batch.clobPair), "client_ids": .array(batch.clientIDs.map { number($0) })]
      }
      return [
        JSONMember("short_term_cancels", .array(batches)), JSONMember("good_til_block", number(cancel.goodTilBlock)),
      ]
    case MessageType.transfer:
      let transfer = try Transfer(bytes: message.value)
      return [JSONMember("asset_id", number(transfer.asset)), JSONMember("amount", number(transfer.amount))]
    case MessageType.deposit, MessageType.withdraw:
      let movement = try BankMovement(bytes: message.value)
      return [JSONMember("asset_id", number(movement.asset)), JSONMember("quantums", number(movement.quantums))]
    case MessageType.depositToMegavault:
      let bytes = try MegavaultDeposit(bytes: message.value).quoteQuantums
      return integer("quote_quantums", bytes)
    case MessageType.withdrawFromMegavault:
      let withdrawal = try MegavaultWithdrawal(bytes: message.value)
      return integer("shares", withdrawal.shares) + integer("min_quote_quantums", withdrawal.leastQuoteQuantums)
    case MessageType.removeAuthenticator:
      return [JSONMember("id", number(try RemoveAuthenticator(bytes: message.value).id))]
    default: return []
    }
  }

  private static func integer(_ key: String, _ bytes: [UInt8]) -> [JSONMember] {
    let value = SerializableInteger.value(bytes).map { "\($0)" } ?? "none"
    return [JSONMember(key, .string(value)), JSONMember(key + "_bytes", .string(Hex.encode(bytes)))]
  }

  private static func members(_ goodTil: GoodTil?) -> [JSONMember] {
    switch goodTil {
    case .block(let height): [JSONMember("good_til_block", number(height))]
    case .time(let seconds): [JSONMember("good_til_block_time", number(seconds))]
    case nil: []
    }
  }

  private static func members(_ order: Order) -> [JSONMember] {
    [
      JSONMember("subaccount", .string("\(order.id.subaccount.owner)/\(order.id.subaccount.number)")),
      JSONMember("client_id", number(order.id.clientID)), JSONMember("order_flags", number(order.id.flags)),
      JSONMember("clob_pair_id", number(order.id.clobPair)), JSONMember("side", name(order.side, sides)),
      JSONMember("quantums", number(order.quantums)), JSONMember("subticks", number(order.subticks)),
      JSONMember("time_in_force", name(order.timeInForce, times)),
      JSONMember("reduce_only", .bool(order.isReduceOnly)),
      JSONMember("client_metadata", number(order.clientMetadata)),
      JSONMember("condition_type", name(order.conditionType, conditions)),
      JSONMember("conditional_order_trigger_subticks", number(order.triggerSubticks)),
      JSONMember("order_sha256", .string(Hex.encode(order.hash.bytes))),
      JSONMember("order_bytes", .string(Hex.encode(order.bytes))),
    ] + members(order.goodTil)
  }
}
