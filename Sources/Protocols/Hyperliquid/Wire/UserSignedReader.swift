import Canonical
import Cryptography
import VenueKit

/// A user-signed action read from its canonical map.
struct UserSignedAction {
  var action: HyperliquidAction
  var digest: Hash32
  /// The inner signatures of a multi-signature envelope.
  var cosigners: [Authorization] = []
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
    case .bool:
      values.flag = try readFlag()
      words.append(values.flag)
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
struct UserSignedValues {
  var texts: [String] = []
  var address = Address.zero
  var flag = false
  /// The last whole number: time or nonce.
  var last: UInt64 = 0

  func action(_ type: String, chain: String, isMainnet: Bool) -> HyperliquidAction {
    switch type {
    case "usdSend": .usdSend(transfer(chain, isMainnet))
    case "withdraw3": .withdraw(transfer(chain, isMainnet))
    case "approveAgent":
      .approveAgent(
        AgentApproval(signatureChainID: chain, isMainnet: isMainnet, agent: address, name: texts[0], nonce: last))
    default:
      signed(type).map { .signed($0, SignedTerms(signatureChainID: chain, isMainnet: isMainnet, nonce: last)) }
        ?? .unsupported(type: type)
    }
  }

  private func signed(_ type: String) -> SignedAction? {
    switch type {
    case "usdClassTransfer": .classTransfer(amount: texts[0], toPerp: flag)
    case "spotSend": .spotSend(destination: texts[0], token: texts[1], amount: texts[2])
    case "sendAsset":
      .sendAsset(
        AssetTransfer(
          destination: texts[0], sourceDex: texts[1], destinationDex: texts[2], token: texts[3], amount: texts[4],
          fromSubAccount: texts[5], nonce: last))
    case "approveBuilderFee": .approveBuilderFee(maximum: texts[0], builder: address)
    case "convertToMultiSigUser": .convertToMultiSig(signers: texts[0])
    case "userSetAbstraction": .setAbstraction(user: address, word: texts[0])
    default: nil
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
    case .signed(let action, let terms): write(action, terms)
    case .multiSig(let envelope): write(envelope)
    default: return false
    }
    return true
  }

  private mutating func write(_ action: SignedAction, _ terms: SignedTerms) {
    func head(_ type: String, fields: Int, _ encoder: inout MessagePackEncoder) {
      encoder.write(type: type, keys: fields + 3)
      encoder.writeHead(terms.signatureChainID, terms.isMainnet)
    }
    switch action {
    case .classTransfer(let amount, let toPerp):
      head("usdClassTransfer", fields: 3, &self)
      write(amount, "amount")
      write(toPerp, "toPerp")
      write(terms.nonce, "nonce")
    case .spotSend(let destination, let token, let amount):
      head("spotSend", fields: 4, &self)
      write(destination, "destination")
      write(token, "token")
      write(amount, "amount")
      write(terms.nonce, "time")
    case .sendAsset(let transfer):
      head("sendAsset", fields: 7, &self)
      write(fieldsOf: transfer)
    case .approveBuilderFee(let maximum, let builder):
      head("approveBuilderFee", fields: 3, &self)
      write(maximum, "maxFeeRate")
      write(builder, "builder")
      write(terms.nonce, "nonce")
    case .convertToMultiSig(let signers):
      head("convertToMultiSigUser", fields: 2, &self)
      write(signers, "signers")
      write(terms.nonce, "nonce")
    case .setAbstraction(let user, let word):
      head("userSetAbstraction", fields: 3, &self)
      write(user, "user")
      write(word, "abstraction")
      write(terms.nonce, "nonce")
    }
  }

  fileprivate mutating func writeHead(_ chainID: String, _ isMainnet: Bool) {
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
