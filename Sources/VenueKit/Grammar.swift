import Canonical

/// A kind of action that the fuzzer can make.
public struct GrammarRule: Sendable, Equatable {
  /// The same in every release: cases name it.
  public var name: String
  /// How often it is chosen, relative to the other rules.
  public var weight: Int
  /// True for actions made to be refused.
  public var isInvalid: Bool

  public init(_ name: String, weight: Int, isInvalid: Bool = false) {
    self.name = name
    self.weight = weight
    self.isInvalid = isInvalid
  }
}

public struct GeneratedTransaction<Content: Sendable>: Sendable {
  public var content: Content
  /// The zero address makes it proposer's data.
  public var signer: Address

  public init(content: Content, signer: Address) {
    self.content = content
    self.signer = signer
  }
}

/// How much a check costs, so that a run can choose how often to make it.
public enum InvariantCost: String, Sendable, CaseIterable {
  /// Flat: every block.
  case constant
  /// Grows with what one block touched, or with the number of markets: every block.
  case small
  /// Scans accounts or orders: at intervals, and at the end.
  case full
}

/// A sentence that must be true of every committed state.
public struct Invariant<State>: Sendable {
  public let name: String
  public let sentence: String
  public let cost: InvariantCost
  /// Nil when the sentence holds.
  public let check: @Sendable (State, BlockContext) -> Violation?

  public init(
    _ name: String, _ sentence: String, cost: InvariantCost,
    check: @escaping @Sendable (State, BlockContext) -> Violation?
  ) {
    self.name = name
    self.sentence = sentence
    self.cost = cost
    self.check = check
  }
}

/// Where an invariant broke and the numbers.
public struct Violation: Sendable, Equatable {
  /// The invariant's name.
  public var invariant: String
  /// The place: an account, a market, an order. Shrinking keeps invariant and site.
  public var site: String
  public var detail: String

  public init(invariant: String, site: String, detail: String) {
    self.invariant = invariant
    self.site = site
    self.detail = detail
  }
}
