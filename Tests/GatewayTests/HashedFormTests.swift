import Canonical
import Cryptography
import Hyperliquid
import Testing
import VenueKit

@testable import HyperliquidGateway

/// From JSON as clients send it to the bytes that were signed.
@Suite struct HashedFormTests {
  /// Actions whose structure is not modelled keep the order of their members.
  static let ordered: Set<String> = [
    "spotDeploy", "perpDeploy", "CSignerAction", "CValidatorAction", "validatorL1Stream", "userOutcome",
  ]

  /// Every kind of action that the client can make, its members turned round, becomes the bytes that the client hashed.
  @Test func everyActionTypeBecomesWhatWasSigned() throws {
    var types: Set<String> = []
    for vector in try Samples.vectors("l1") + Samples.vectors("known") where vector["kind"]?.string != "dummy" {
      guard let action = vector["action"], let type = action["type"]?.string, let hex = vector["msgpack"]?.string else {
        continue
      }
      guard let plain = try? HyperliquidWire.normalise(action: action).messagePack else { continue }
      // Vectors of other clients hash decimals as they were given; the venue's server would not know them.
      if Hex.encodePrefixed(plain) != hex { continue }
      types.insert(type)
      if Self.ordered.contains(type) { continue }
      let turned = try HyperliquidWire.normalise(action: Samples.reversed(action)).messagePack
      #expect(turned == plain, "\(type)")
    }
    #expect(types.count >= 38, "\(types.sorted())")
  }

  /// Bodies as the Python client posted them recover their signer, and no other network's.
  @Test func postedBodiesRecoverTheirSigner() throws {
    for request in try Samples.vectors("requests") {
      let id = try #require(request["id"]?.string)
      let body = try HyperliquidRequest(body: try #require(request["body"]))
      let isMainnet = request["isMainnet"]?.bool == true
      guard body.action.scheme == .hyperliquidL1 else { continue }
      let hash = HyperliquidSigning.actionHash(
        messagePack: body.action.messagePack, nonce: body.nonce, vaultAddress: body.vaultAddress,
        expiresAfter: body.expiresAfter)
      func signer(_ isMainnet: Bool) throws -> String {
        let digest = HyperliquidSigning.agentDigest(actionHash: hash, isMainnet: isMainnet)
        return try Secp256k1.recover(digest: digest, signature: body.signature).ethereumAddress.description
      }
      #expect(try signer(isMainnet) == request["signer"]?.string, "\(id)")
      #expect(try signer(!isMainnet) != request["signer"]?.string, "\(id)")
    }
  }

  @Test func damagedActionsNeverCrash() throws {
    var generator = SplitMix(state: 99)
    let bodies = try Samples.vectors("requests").compactMap { $0["body"] }.map { Array($0.text().utf8) }
    var refused = 0
    for index in 0..<20_000 {
      let bytes = generator.mutated(bodies[index % bodies.count])
      guard let value = try? JSONValue(parsing: bytes) else { continue }
      do { _ = try HyperliquidRequest(body: value).transaction } catch { refused += 1 }
    }
    #expect(refused > 500)
  }
}
