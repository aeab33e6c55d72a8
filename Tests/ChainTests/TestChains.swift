import Canonical
import Cryptography
import Foundation
import Quantities
import StateStore
import Storage
import Testing
import TestVenues
import VenueKit

@testable import Chain

final class TemporaryFolder {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("chain-\(UUID().uuidString)").path
  deinit { try? FileManager.default.removeItem(atPath: path) }

  var logPath: String { "\(path)/blocks-00000000000000000001.log" }
  func log() throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: logPath))) }

  func writeLog(_ bytes: [UInt8]) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: logPath))
  }
}

let people = (0..<6).map { PrivateKey(ofName: "person \($0)") }
let genesis: JSONValue = ["fee": 1]

func options(
  _ folder: TemporaryFolder? = nil, threads: Int = 1, signed: Bool = false, ahead: Bool = false, blockLimit: Int = 1000
) -> ChainOptions {
  ChainOptions(
    chainID: "test-1", folder: folder?.path, threads: threads, requiresSignatures: signed, blockLimit: blockLimit,
    verifiesAhead: ahead)
}

func authority(_ person: Int, signed: Bool) -> Authority {
  signed ? .key(people[person]) : .unsigned(people[person].address)
}

extension SoloEngine where V: TestVenue {
  func submit(_ action: TestAction, by person: Int, nonce: UInt64, signed: Bool = false) throws {
    try submit(raw: venue.seal(TestContent(action, nonce: nonce), authority: authority(person, signed: signed)))
  }

  func propose(_ action: TestAction) throws {
    try submitProposerData(venue.seal(TestContent(action, nonce: 0), authority: .proposer))
  }

  /// Gives every person cash and base in the next block.
  func fund() throws {
    for person in people {
      try propose(.deposit(asset: 0, amount: 1_000_000_000, to: person.address))
      try propose(.deposit(asset: 1, amount: 1_000_000_000, to: person.address))
    }
  }

  /// The same random traffic for every run with the same seed.
  func drive(blocks: Int, signed: Bool = false, transactions: Int = 12, fromTime: Int64 = 1000) throws -> [Hash32] {
    var random = RandomStream(1, 2, 3, 4)
    var roots: [Hash32] = []
    var nonce: UInt64 = UInt64(fromTime)
    if height == 0 { try fund() }
    for block in 0..<blocks {
      try propose(.price(low: 1_000_000, high: 1_000_500))
      for _ in 0..<transactions {
        nonce += 1
        let person = Int(random.uniform(below: 6))
        let action: TestAction =
          switch random.uniform(below: 5) {
          case 0: .transfer(asset: 0, amount: Int128(random.uniform(below: 2_000_000_000)), to: people[0].address)
          case 1: .cancel(order: random.uniform(below: 40))
          case 2: .keep(order: random.uniform(below: 40))
          default:
            .place(
              TestOrder(
                isBid: random.chance(ppm: 500_000), price: 999_000 + Int128(random.uniform(below: 2000)),
                quantity: 1 + Int128(random.uniform(below: 5_000_000)), isAllOrNone: random.chance(ppm: 200_000)))
          }
        try submit(action, by: person, nonce: nonce, signed: signed)
      }
      let result = try step(time: fromTime + Int64(block) * 1000)
      #expect(result.receipts.count == result.transactions.count)
      roots.append(result.root)
    }
    return roots
  }
}
