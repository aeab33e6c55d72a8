import Canonical
import Cryptography
import GMX
import Quantities
import Testing
import VenueKit

/// A relayed message with every field set, as an independent typed-data library hashed and signed it.
enum RelaySample {
  static func address(_ byte: UInt8) -> Address { Address([UInt8](repeating: byte, count: 20)) ?? .zero }
  static func word(_ byte: UInt8) -> Hash32 { Hash32([UInt8](repeating: byte, count: 32)) ?? .zero }
  static let key = PrivateKey(Keccak256.hash([UInt8](repeating: 5, count: 32)))
  static let configuration = RelayConfiguration(
    chainID: 42_161, router: address(0x11), subaccountRouter: address(0x12))

  static var parameters: RelayParameters {
    var parameters = RelayParameters(
      feeToken: address(10), feeAmount: 11, userNonce: 14, deadline: 1_700_000_300, destinationChainID: 42_161)
    parameters.oracleTokens = [address(1)]
    parameters.oracleProviders = [address(2)]
    parameters.oracleData = [[1, 2, 3]]
    parameters.tokenPermits = [
      TokenPermit(
        owner: address(3), spender: address(4), value: 5, deadline: 6, v: 27, r: word(7), s: word(8),
        token: address(9))
    ]
    parameters.feeSwapPath = [address(12), address(13)]
    return parameters
  }

  static var order: RelayOrder {
    var order = RelayOrder(
      receiver: address(0x21), market: address(0x25), initialCollateralToken: address(0x26),
      orderType: .limitIncrease, isLong: true)
    order.cancellationReceiver = address(0x22)
    order.callbackContract = address(0x23)
    order.uiFeeReceiver = address(0x24)
    order.swapPath = [address(0x27), address(0x28)]
    order.sizeDeltaUsd = 100_000_000_000_000_000_000_000_000_000_000_000
    order.initialCollateralDeltaAmount = 31
    order.triggerPrice = 32
    order.acceptablePrice = .max
    order.executionFee = 33
    order.callbackGasLimit = 34
    order.minOutputAmount = 35
    order.validFromTime = 36
    order.decreaseSwap = .profitToCollateral
    order.autoCancel = true
    order.referralCode = word(0x29)
    order.dataList = [word(0x2a), word(0x2b)]
    return order
  }

  static let update = RelayUpdate(
    key: Hash32(7), sizeDeltaUsd: 41, acceptablePrice: 42, triggerPrice: 43, minOutputAmount: 44, validFromTime: 45,
    autoCancel: true, executionFeeIncrease: 46)

  static var approval: SubaccountApproval {
    var approval = SubaccountApproval()
    approval.subaccount = address(0x51)
    approval.shouldAdd = true
    approval.expiresAt = 52
    approval.maxAllowedCount = 53
    approval.actionType = RelayTypes.orderActionType
    approval.nonce = 54
    approval.destinationChainID = 42_161
    approval.deadline = 55
    approval.integrationID = word(0x56)
    approval.signature = [UInt8](repeating: 0x61, count: 65)
    return approval
  }

  static func main(_ call: RelayCall) -> RelayTransaction {
    RelayTransaction(account: address(0x71), parameters: parameters, call: call)
  }

  static var batch: RelayTransaction {
    RelayTransaction(
      account: address(0x71), delegation: RelayDelegation(subaccount: address(0x51), approval: approval),
      parameters: parameters,
      call: .batch(creates: [order, order], updates: [update], cancels: [word(0x72), word(0x73)]))
  }
}

// Rules GMX-200 to GMX-205.
@Suite struct RelayHashTests {
  /// The hashes of the types as the reference prints them.
  @Test(arguments: [
    (RelayTypes.createOrder, "781a77007b52cd3aa5b96051a970c8802ab8933799563988b2d2b90d285a6b13"),
    (RelayTypes.createOrderAddresses, "de704835c57129426155af0162e85abf288035e1b0a3852c3fce9a24af66508d"),
    (RelayTypes.createOrderNumbers, "eb86c2c0ab6cd8ca4087c84503a7b3ce29a1bcd4c762b59237fc7f4fa529c36b"),
    (RelayTypes.createOrderParams, "ecb4e62822794d96c966a87e6a23708e814c6256ee7bde019caaac8ed6ba557a"),
    (RelayTypes.updateOrder, "32636ceee1a62b1a1cf66a1d98d9857fd380df48841a7b61d4f1d0b42ea67b7d"),
    (RelayTypes.updateOrderParams, "7f1e50afa2d7bcdaa78b463b7ee3cd9130ed183bc7223f8b25ce12d536930525"),
    (RelayTypes.cancelOrder, "221798a0c323a0b194db95c22c0491ba65b111c920951471337679547c844ccd"),
    (RelayTypes.batch, "b3d187f3e26421ccfc4fe22d93fb77752a06f980569e871d0d45a463bbecec3c"),
    (RelayTypes.subaccountApproval, "cd2445355677b71d6b0757bc3e432cb06935ec5ed4b8520a8105fb5ee4ff8b81"),
    (RelayTypes.removeSubaccount, "e13d761cda747965af6924f96ade5992f9181e93b29afaaa7f5a5a6eae247a67"),
    (RelayTypes.minified, "628dc8f0a85eab83d09660a94c931f2eb72f3de1accdc60a72d68a75b8c0a787"),
    (RelayTypes.orderActionType, "2a0791687fd34f2095c484a9fa4e25057d3ef79a97fcd8c61436047a7bdf4cbe"),
  ])
  func typeHashes(hash: Hash32, expected: String) { #expect(hash.hex == expected) }

  /// The reference's vector: a cancelled order whose relay parameters hash to 0x22...22.
  @Test func domainAndMinifiedDigest() throws {
    let domain = RelayDomain(chainID: 42_161, router: RelaySample.address(0x11))
    #expect(domain.separator.hex == "553ef646cb831023047e86ea3e756a50329d572e2dad473a0eec7cdf023e8306")
    var encoder = TypedStructEncoder(typeHash: RelayTypes.cancelOrder)
    encoder.append(Address.zero)
    encoder.append(1 as UInt64)
    encoder.append(RelaySample.word(0x22))
    encoder.append(Hash32.zero)
    #expect(encoder.hash.hex == "0747a04963ba19e205d8fdbd8b06636f3359fdb185b494a8a30969aa33d33c7c")
    let digest = domain.digest(of: encoder.hash)
    #expect(digest.hex == "c57dae303f4a961ce9e2d8985c2b2c946d066530578299ab9d768c2d3f9e36c6")
    #expect(domain.minified(digest).hex == "0542127a44da3f1bafe84393a7074ebe39d5cd7727d41203f8a7b0cfb66baf20")
  }

  /// Computed by Python's eth-abi 5 from the same fields.
  @Test func opaqueHashes() {
    #expect(
      RelaySample.parameters.hash.hex == "dcc4a3d95f6f1c028182b04e9bbd6120117dca3aed36d88bb185b00d5812d07c")
    #expect(RelaySample.approval.hash.hex == "c6b4797a60237baa4bb10499feea61a8648ec076d595cd0be062b98fc31a0eaf")
  }

  /// Digests and signatures computed by Python's eth-account 0.14 from typed data; both are deterministic.
  @Test(arguments: [
    (
      RelayCall.createOrder(RelaySample.order), "b360568778afdbe33d43982074ae090a048471df6bb069989f3cde2caf39d55f",
      "7c034acd5fd4acaaf5744573503bea80d0f544629d75e30834be943dd1511c5e37a790418ad99eeff94904d3f591925938bc3b4daed138"
        + "c1cb0b82e229663dfb1c"
    ),
    (
      .updateOrder(RelaySample.update), "2b56ea16eef960520aecd8033ae7afc56b5d4c2e1033850823825cdf613d9c45",
      "28b1da0c20eb3c41d69e25b0de2abef043eb2b77ca752a8ac7c3b01b744b15b95d906bb8020530f089de56d8d0c70c95c3a153e596080d"
        + "afa99d1bfac7a8ec0f1b"
    ),
    (
      .cancelOrder(Hash32(7)), "1618edc0816afc014c7d53f3bec3ae4cdda6a7a15fa8b329dd58ae5e163b3581",
      "f72ad2d2432879c4f8547bfc74e3809e60330eb3b12e289049922c0d6aad1a2835cf0179388ef74155508249f1ef8b21abf53fb09abc0a"
        + "52a55dd955d576a7171b"
    ),
    (
      .removeSubaccount(RelaySample.address(0x51)),
      "636e7fcb35a1677336ae1bfc3ae61f4a613e0c6ebdbe933536e765990ef188bc",
      "82c07bdcf83793319b44e0ebac3b33c0ec4bf77ff68b36a833b42f6f58ba976b743382226b0eb83f4a665c732581c21720d50e8af782f3"
        + "1c99108c6f3f898a611b"
    ),
  ])
  func digestsOfMainAccounts(call: RelayCall, digest: String, signature: String) throws {
    let transaction = RelaySample.main(call)
    let key = try #require(RelaySample.key)
    #expect(key.address.hex == "4141c57d2726c7ae4e9585e6761024df45f5304e")
    #expect(transaction.digest(RelaySample.configuration).hex == digest)
    let sealed = transaction.seal(RelaySample.configuration, authority: .key(key))
    let read = try RelayTransaction(bytes: sealed)
    guard case .signed(let given) = read.signature else {
      Issue.record("not signed")
      return
    }
    #expect(Hex.encode(given.bytes) == signature)
    let recovered = try Secp256k1.recoverAddress(
      digest: read.digest(RelaySample.configuration), signature: given)
    #expect(recovered == key.address)
  }

  @Test func digestsOfSubaccounts() {
    #expect(
      RelaySample.batch.digest(RelaySample.configuration).hex
        == "4d67f0e21b8bf042e497c0d8e17aa4072a94d289be577dfe3a3bc4da69c998a1")
    let domain = RelayDomain(chainID: 42_161, router: RelaySample.address(0x12))
    #expect(
      RelaySample.approval.digest(domain).hex == "e1f81ea47d4f5cfb91a832fdea2b566275ff00caddd875666ba0b34249e06100")
  }

  /// Each byte of a transaction is signed: with any of them changed it either cannot be read, or has another digest, or
  /// speaks for another account or another signature.
  @Test func everyByteIsSigned() throws {
    let original = RelaySample.batch
    let bytes = original.bytes
    let digest = original.digest(RelaySample.configuration)
    var read = 0
    for index in 1..<bytes.count {
      var changed = bytes
      changed[index] ^= 1
      guard let other = try? RelayTransaction(bytes: changed) else { continue }
      read += 1
      #expect(other.bytes == changed)
      let isSameMessage = other.digest(RelaySample.configuration) == digest
      #expect(
        !isSameMessage || other.signature != original.signature
          || other.delegation?.subaccount != original.delegation?.subaccount, "byte \(index)")
    }
    #expect(read > 1_000)
  }

  @Test func bytesReadBack() throws {
    for transaction in [
      RelaySample.main(.createOrder(RelaySample.order)), RelaySample.main(.updateOrder(RelaySample.update)),
      RelaySample.main(.cancelOrder(Hash32(1))), RelaySample.main(.removeSubaccount(.zero)), RelaySample.batch,
    ] {
      #expect(try RelayTransaction(bytes: transaction.bytes) == transaction)
      #expect(throws: KernelRefusal.self) { try RelayTransaction(bytes: transaction.bytes + [0]) }
      #expect(throws: KernelRefusal.self) { try RelayTransaction(bytes: transaction.bytes.dropLast()) }
    }
  }

  @Test func highSIsRefused() throws {
    let key = try #require(RelaySample.key)
    var transaction = RelaySample.main(.cancelOrder(Hash32(1)))
    let digest = transaction.digest(RelaySample.configuration)
    let signature = Secp256k1.sign(digest: digest, with: key)
    transaction.signature = .signed(try #require(signature.malleated))
    #expect(throws: KernelRefusal.signatureHighS) {
      try transaction.authorizations(RelaySample.configuration, digest: digest)
    }
    transaction.signature = .signed(signature)
    #expect(
      try transaction.authorizations(RelaySample.configuration, digest: digest).call
        == .signature(digest: digest, signature))
  }
}
