import Canonical
import ConformanceKit
import DYDX
import Quantities
import Testing

@Suite struct StarkTests {
  private func order() throws -> StarkOrder {
    try StarkOrder(
      network: .mainnet, market: "BTC-USD", isBuying: true, position: 12_345, size: "0.001", price: "50000",
      limitFee: "0.0005", clientID: "an order", expirationSeconds: "1600316155.028")
  }

  @Test("A signed v3 order is verified by its key's x coordinate; any change of order, signature or key is refused")
  func signedOrder() throws {
    let key = try StarkKey(0x58c7_d5a9_0b17)
    var order = try order()
    let signature = try key.sign(order.hash())
    try order.verify(signature, publicKey: key.publicKey)
    #expect(StarkSignature(signature.bytes) == signature)
    let hash = try order.hash()
    var other = signature
    other.r = signature.r &+ 1
    #expect(throws: StarkRefusal.signatureMismatch) { try other.verify(hash, publicKey: key.publicKey) }
    other = signature
    other.s = signature.s &- 1
    #expect(throws: StarkRefusal.self) { try other.verify(hash, publicKey: key.publicKey) }
    let stranger = try StarkKey(77).publicKey
    #expect(throws: StarkRefusal.signatureMismatch) { try signature.verify(hash, publicKey: stranger) }
    order.feeQuantums += 1
    #expect(throws: StarkRefusal.signatureMismatch) { try order.verify(signature, publicKey: key.publicKey) }
  }

  @Test("Numbers out of range are refused before any curve is touched")
  func ranges() throws {
    #expect(throws: StarkRefusal.keyOutOfRange) { try StarkKey(0) }
    #expect(throws: StarkRefusal.keyOutOfRange) { try StarkKey(.max) }
    let key = try StarkKey(5)
    #expect(throws: StarkRefusal.messageOutOfRange) { try key.sign(0) }
    #expect(throws: StarkRefusal.messageOutOfRange) { try key.sign(UInt256.one << 251) }
    let signature = try key.sign(9)
    #expect(throws: StarkRefusal.publicKeyNotOnCurve) { try signature.verify(9, publicKey: .max) }
    #expect(throws: StarkRefusal.signatureOutOfRange) {
      try StarkSignature(r: 0, s: signature.s).verify(9, publicKey: key.publicKey)
    }
    #expect(PedersenHash.hash(StarkElement.prime, 0) == nil)
    #expect(throws: StarkRefusal.unknown("DOGS-USD")) {
      try StarkOrder(
        network: .mainnet, market: "DOGS-USD", isBuying: true, position: 1, size: "1", price: "1", limitFee: "0",
        clientID: "", expirationSeconds: "0")
    }
    #expect(throws: StarkRefusal.self) { try StarkAsset.collateral.quantums(exactly: "0.0000001") }
  }

  @Test("Half of all x coordinates belong to no point; such a public key is refused")
  func strangerOnNoCurve() throws {
    let signature = try StarkKey(5).sign(9)
    var refused = 0
    for x: UInt64 in 1...16 {
      do throws(StarkRefusal) {
        try signature.verify(9, publicKey: UInt256(x))
      } catch {
        if error == .publicKeyNotOnCurve { refused += 1 }
      }
    }
    #expect(refused > 2 && refused < 14)
  }

  @Test("Every published and generated figure of v3 comes out, and an altered one fails")
  func vectors() throws {
    guard let document = VectorFiles.document("v3_starkex.json") else { return }
    let adapter = try #require(VectorFiles.adapter("v3_starkex.json"))
    let results = adapter.run(document)
    #expect(results.count > 90)
    #expect(results.filter { $0.verdict != .passed } == [])
    #expect(adapter.answer(document) == document)
  }
}
