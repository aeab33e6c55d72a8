import Canonical
import VenueKit

/// A whole, replayable fuzz case: genesis, blocks, and what broke. Nothing outside it is needed to run it again.
public struct FuzzCase: Sendable, Equatable {
  public static let formatVersion = 1

  public var room: String
  public var transitionVersion: UInt32
  /// The genesis document, compact JSON.
  public var genesis: String
  public var chainID: String
  /// Campaign seed and the case's number in it: where the case came from.
  public var seed: UInt64
  public var number: Int
  /// Whether the deliberately false sentence is among the invariants.
  public var hasCanary: Bool
  public var blocks: [FuzzBlock]
  /// Nil while nothing broke.
  public var violation: Violation?
  /// The height at which it broke.
  public var violationHeight: Int

  public init(
    room: String, transitionVersion: UInt32, genesis: String, chainID: String, seed: UInt64, number: Int,
    hasCanary: Bool, blocks: [FuzzBlock] = [], violation: Violation? = nil, violationHeight: Int = 0
  ) {
    self.room = room
    self.transitionVersion = transitionVersion
    self.genesis = genesis
    self.chainID = chainID
    self.seed = seed
    self.number = number
    self.hasCanary = hasCanary
    self.blocks = blocks
    self.violation = violation
    self.violationHeight = violationHeight
  }

  /// `hyperliquid-s1-c17.yaml`
  public var fileName: String { "\(room)-s\(seed)-c\(number).yaml" }
}

public struct FuzzBlock: Sendable, Equatable {
  /// Unix ms.
  public var time: Int64
  public var steps: [FuzzStep]

  public init(time: Int64, steps: [FuzzStep]) {
    self.time = time
    self.steps = steps
  }
}

/// A transaction of a case: where it came from, its bytes (which alone count on replay), and what they say.
public struct FuzzStep: Sendable, Equatable {
  public var rule: String
  public var bytes: [UInt8]
  public var text: String

  public init(rule: String, bytes: [UInt8], text: String) {
    self.rule = rule
    self.bytes = bytes
    self.text = text
  }
}

/// Why a case file is refused.
public struct FuzzCaseError: Error, Sendable, Equatable, CustomStringConvertible {
  public var description: String
  public init(_ description: String) { self.description = description }
}
