import Canonical
import Cryptography

/// A user-signed action read from its canonical map.
struct UserSignedAction {
  var action: HyperliquidAction
  var digest: Hash32
}

// The canonical map of a user-signed action: `type`, `signatureChainId`, `hyperliquidChain`, then the typed fields in
// the order in which they are hashed. Texts are kept as they came; addresses of kind `address` are lower case.
extension MessagePackCursor {
  mutating func readUserSigned(
    _ schema: UserSignedSchema, keys: Int, nonce: UInt64, isMainnet: Bool
  ) throws(WireFault) -> UserSignedAction {
    guard keys == schema.fields.count + 3 else { throw fault("the action has another number of keys") }
    let head = try readUserSignedHead(isMainnet: isMainnet)
    var words = TypedDataWords(typeHash: schema.typeHash)
    words.append(text: (isMainnet ? "Mainnet" : "Testnet").utf8)
    var values = UserSignedValues()
    for field in schema.fields {
      let start = offset
      guard text(try readText(), is: field.name) else {
        throw WireFault("another key stands where the order of keys wants one", at: start)
      }
      try read(field, into: &words, &values)
    }
    guard values.last == nonce else { throw fault("the signed time or nonce differs from the envelope's nonce") }
    let action = values.action(schema.actionType, chain: head.chainID, isMainnet: isMainnet)
    let digest = EIP712.digest(domainSeparator: head.domain, structHash: words.structHash)
    return UserSignedAction(action: action, digest: digest)
  }

  private mutating func readUserSignedHead(isMainnet: Bool) throws(WireFault) -> (chainID: String, domain: Hash32) {
    try expect("signatureChainId")
    let start = offset
    let chainID = try readString()
    guard let domain = HyperliquidSigning.userDomainSeparator(signatureChainID: chainID) else {
      throw WireFault("signatureChainId is not a hexadecimal number", at: start)
    }
    try expect("hyperliquidChain")
    let place = offset
    let chain = try readText()
    guard text(chain, is: isMainnet ? "Mainnet" : "Testnet") else {
      throw WireFault("hyperliquidChain is not this chain's", at: place)
    }
    return (chainID, domain)
  }

  func text(_ range: Range<Int>, is word: String) -> Bool { bytes[range].elementsEqual(word.utf8) }

  private mutating func read(
    _ field: UserSignedField, into words: inout TypedDataWords, _ values: inout UserSignedValues
  ) throws(WireFault) {
    switch field.kind {
    case .string:
      let start = offset
      let range = try readText()
      guard let text = String(validating: bytes[range], as: UTF8.self) else {
        throw WireFault("a text is not UTF-8", at: start)
      }
      words.append(text: bytes[range])
      values.texts.append(text)
    case .address:
      let address = try readAddress()
      words.append(address)
      values.address = address
    case .bool: words.append(try readFlag())
    case .uint64:
      values.last = try readUnsigned()
      words.append(values.last)
    case .uint32: words.append(UInt64(try readUInt32()))
    case .bytes: words.append(text: try readHexBytes())
    }
  }

  /// `0x` and pairs of lower-case digits.
  private mutating func readHexBytes() throws(WireFault) -> [UInt8] {
    let start = offset
    let text = try readString()
    guard let raw = try? Hex.decode(text), Hex.encodePrefixed(raw).utf8.elementsEqual(text.utf8) else {
      throw WireFault("bytes are not lower-case hexadecimal text", at: start)
    }
    return raw
  }
}

/// The values of a user-signed action by kind, in their order.
private struct UserSignedValues {
  var texts: [String] = []
  var address = Address.zero
  /// The last whole number: time or nonce.
  var last: UInt64 = 0

  func action(_ type: String, chain: String, isMainnet: Bool) -> HyperliquidAction {
    switch type {
    case "usdSend": .usdSend(transfer(chain, isMainnet))
    case "withdraw3": .withdraw(transfer(chain, isMainnet))
    case "approveAgent":
      .approveAgent(
        AgentApproval(signatureChainID: chain, isMainnet: isMainnet, agent: address, name: texts[0], nonce: last))
    default: .unsupported(type: type)
    }
  }

  private func transfer(_ chain: String, _ isMainnet: Bool) -> UserTransfer {
    UserTransfer(
      signatureChainID: chain, isMainnet: isMainnet, destination: texts[0], amount: texts[1], time: last)
  }
}

extension MessagePackEncoder {
  /// False for actions that are not user-signed.
  mutating func write(userSigned action: HyperliquidAction) -> Bool {
    switch action {
    case .usdSend(let transfer): write(transfer, type: "usdSend")
    case .withdraw(let transfer): write(transfer, type: "withdraw3")
    case .approveAgent(let approval):
      write(type: "approveAgent", keys: 6)
      writeHead(approval.signatureChainID, approval.isMainnet)
      write(approval.agent, "agentAddress")
      write(approval.name, "agentName")
      write(approval.nonce, "nonce")
    default: return false
    }
    return true
  }

  private mutating func writeHead(_ chainID: String, _ isMainnet: Bool) {
    write(chainID, "signatureChainId")
    write(isMainnet ? "Mainnet" : "Testnet", "hyperliquidChain")
  }

  private mutating func write(_ transfer: UserTransfer, type: String) {
    write(type: type, keys: 6)
    writeHead(transfer.signatureChainID, transfer.isMainnet)
    write(transfer.destination, "destination")
    write(transfer.amount, "amount")
    write(transfer.time, "time")
  }
}
