import Canonical
import ConformanceKit
import DYDX
import Quantities

/// `v3_starkex`: what v3's clients signed, and the hashes beneath.
enum StarkCases {
  private static let lists = SectionedDocument([
    ("origin", .label), ("schema", .label), ("cases", .cases(CaseKind(order: order, compute: message))),
    ("nonce_from_client_id", .cases(CaseKind(order: ["client_id", "nonce"], compute: nonce))),
    ("pedersen", .cases(CaseKind(order: ["a", "b", "pedersen"], compute: pedersen))),
    ("synthetic_asset_ids", .label), ("asset_resolution", .label),
  ])

  private static let order = [
    "name", "origin", "kind", "input", "message", "hash", "private_key", "public_key_x", "signature_r_s",
  ]

  static func run(_ document: JSONValue) -> [CaseResult] {
    lists.run(document)
      + assets(document).map { key, name, computed in
        guard let given = document[key]?[name], given == computed else {
          return .failure(
            "\(key).\(name)", field: name, expected: document[key]?[name]?.text() ?? "", got: computed.text())
        }
        return CaseResult(id: "\(key).\(name)", .passed)
      }
  }

  static func answer(_ document: JSONValue) -> JSONValue {
    guard let members = lists.answer(document).members else { return document }
    let assets = assets(document)
    return .object(
      members.map { member in
        guard let rows = member.value.members else { return member }
        let own = assets.filter { $0.key == member.key }
        return JSONMember(
          member.key,
          .object(
            rows.map { row in
              own.first { $0.name == row.key }.map { JSONMember(row.key, $0.computed) } ?? row
            }))
      })
  }

  /// The tables of assets: each name with our figure, or with a word where v3 had no such asset.
  private static func assets(_ document: JSONValue) -> [(key: String, name: String, computed: JSONValue)] {
    let ids = (document["synthetic_asset_ids"]?.members ?? []).map { row in
      let id = StarkAsset.synthetic(row.key).map { hexadecimal($0.syntheticID) }
      return (key: "synthetic_asset_ids", name: row.key, computed: JSONValue.string(id ?? "(no such asset)"))
    }
    let resolutions = (document["asset_resolution"]?.members ?? []).map { row in
      let asset = row.key == StarkAsset.collateral.name ? .collateral : StarkAsset.synthetic(row.key)
      let text = asset.map { "1e\($0.decimals)" } ?? "(no such asset)"
      return (key: "asset_resolution", name: row.key, computed: JSONValue.string(text))
    }
    return ids + resolutions
  }

  private static func hexadecimal(_ value: UInt256) -> String {
    let digits = Hex.encode(value.bigEndianBytes).drop { $0 == "0" }
    return "0x" + (digits.isEmpty ? "0" : digits)
  }

  private static func element(_ text: String, _ field: String) throws(CaseFailure) -> UInt256 {
    guard let value = UInt256(hexadecimal: text.hasPrefix("0x") ? String(text.dropFirst(2)) : text) else {
      throw CaseFailure(field, "not hexadecimal")
    }
    return value
  }

  private static func stark<Value>(
    _ field: String, _ body: () throws(StarkRefusal) -> Value
  ) throws(CaseFailure) -> Value {
    do throws(StarkRefusal) {
      return try body()
    } catch {
      throw CaseFailure(field, "\(error)")
    }
  }

  private static func nonce(_ reader: inout CaseReader) throws(CaseFailure) {
    reader.labels("published_expected")
    reader.expect("nonce", .string("\(StarkFields.nonce(clientID: try reader.text("client_id")))"))
  }

  private static func pedersen(_ reader: inout CaseReader) throws(CaseFailure) {
    let (a, b) = (try element(reader.text("a"), "a"), try element(reader.text("b"), "b"))
    guard let hash = PedersenHash.hash(a, b) else { throw CaseFailure("a", "not below the prime") }
    reader.expect("pedersen", .string(hexadecimal(hash)))
  }

  private static func message(_ reader: inout CaseReader) throws(CaseFailure) {
    reader.labels("name", "origin", "published_expected")
    let kind = try reader.text("kind")
    var input = CaseReader(try reader.value("input"))
    let (members, hash) = try Self.message(kind, &input)
    let unread = input.outcome()
    guard unread.isEmpty else { throw CaseFailure("input." + unread[0].field, "no runner reads this field") }
    reader.expect("message", .object(members))
    reader.expect("hash", .string(hexadecimal(hash)))
    let secret = try element(reader.text("private_key"), "private_key")
    let key = try stark("private_key") { () throws(StarkRefusal) in try StarkKey(secret) }
    // Printed as it is, without leading zeros.
    reader.expect("public_key_x", .string(String(hexadecimal(key.publicKey).dropFirst(2))))
    let signature = try stark("hash") { () throws(StarkRefusal) in try key.sign(hash) }
    reader.expect("signature_r_s", .string(Hex.encode(signature.bytes)))
    let given = StarkSignature(try reader.given("signature_r_s") == nil ? signature.bytes : reader.hex("signature_r_s"))
    let isValid = given.map { (try? $0.verify(hash, publicKey: key.publicKey)) != nil } ?? false
    reader.check("signature accepted", expected: true, got: .bool(isValid))
  }

  private static func network(_ input: inout CaseReader) throws(CaseFailure) -> StarkNetwork {
    guard let number = UInt64(try input.text("network_id")), let network = StarkNetwork(rawValue: number) else {
      throw CaseFailure("network_id", "no such network")
    }
    return network
  }

  private static func number(_ value: some CustomStringConvertible) -> JSONValue { .string("\(value)") }

  private static func message(
    _ kind: String, _ input: inout CaseReader
  ) throws(CaseFailure) -> ([JSONMember], UInt256) {
    let network = try network(&input)
    let (client, expiry) = (try input.text("client_id"), try input.text("expiration_epoch_seconds"))
    switch kind {
    case "Order": return try order(&input, network, client, expiry)
    case "Withdrawal":
      let (position, amount) = (try input.number("position_id"), try input.text("human_amount"))
      return try stark("input") { () throws(StarkRefusal) in
        let withdrawal = try StarkWithdrawal(
          network: network, position: position, amount: amount, clientID: client, expirationSeconds: expiry)
        return (
          [
            JSONMember("quantums_amount", number(withdrawal.quantums)), JSONMember("position_id", number(position)),
            JSONMember("nonce", number(withdrawal.nonce)),
            JSONMember("expiration_epoch_hours", number(withdrawal.expirationHours)),
          ], try withdrawal.hash()
        )
      }
    case "Transfer", "ConditionalTransfer":
      return try transfer(&input, network, client, expiry, isConditional: kind == "ConditionalTransfer")
    default: throw CaseFailure("kind", "no such message")
    }
  }

  private static func order(
    _ input: inout CaseReader, _ network: StarkNetwork, _ client: String, _ expiry: String
  ) throws(CaseFailure) -> ([JSONMember], UInt256) {
    let (market, side) = (try input.text("market"), try input.text("side"))
    let position = try input.number("position_id")
    let (size, price) = (try input.text("human_size"), try input.text("human_price"))
    let fee = try input.text("limit_fee")
    guard ["BUY", "SELL"].contains(side) else { throw CaseFailure("side", "neither BUY nor SELL") }
    return try stark("input") { () throws(StarkRefusal) in
      let order = try StarkOrder(
        network: network, market: market, isBuying: side == "BUY", position: position, size: size, price: price,
        limitFee: fee, clientID: client, expirationSeconds: expiry)
      return (
        [
          JSONMember("order_type", "LIMIT_ORDER_WITH_FEES"), JSONMember("asset_id_synthetic", number(order.synthetic)),
          JSONMember("asset_id_collateral", number(order.collateral)),
          JSONMember("asset_id_fee", number(order.feeAsset)),
          JSONMember("quantums_amount_synthetic", number(order.syntheticQuantums)),
          JSONMember("quantums_amount_collateral", number(order.collateralQuantums)),
          JSONMember("quantums_amount_fee", number(order.feeQuantums)),
          JSONMember("is_buying_synthetic", .bool(order.isBuying)), JSONMember("position_id", number(order.position)),
          JSONMember("nonce", number(order.nonce)),
          JSONMember("expiration_epoch_hours", number(order.expirationHours)),
        ], try order.hash()
      )
    }
  }

  private static func transfer(
    _ input: inout CaseReader, _ network: StarkNetwork, _ client: String, _ expiry: String, isConditional: Bool
  ) throws(CaseFailure) -> ([JSONMember], UInt256) {
    let sender = try input.number("sender_position_id")
    let receiver = try input.number("receiver_position_id")
    let key = try element(input.text("receiver_public_key"), "receiver_public_key")
    let amount = try input.text("human_amount")
    var condition: UInt256?
    if isConditional {
      condition = StarkTransfer.condition(
        registry: try input.hex("fact_registry_address"), fact: try input.hex("fact"))
    }
    let waited = condition
    return try stark("input") { () throws(StarkRefusal) in
      let transfer = try StarkTransfer(
        network: network, sender: sender, receiver: receiver, receiverKey: key, condition: waited, amount: amount,
        clientID: client, expirationSeconds: expiry)
      var members = [
        JSONMember("sender_position_id", number(sender)), JSONMember("receiver_position_id", number(receiver)),
        JSONMember("receiver_public_key", number(key)),
      ]
      if let waited { members.append(JSONMember("condition", number(waited))) }
      // The client's own record of a plain transfer spells the nonce so.
      let nonceKey = waited == nil ? "nounce" : "nonce"
      members += [
        JSONMember("quantums_amount", number(transfer.quantums)), JSONMember(nonceKey, number(transfer.nonce)),
        JSONMember("expiration_epoch_hours", number(transfer.expirationHours)),
      ]
      return (members, try transfer.hash())
    }
  }
}
