public import Quantities

/// What a position's value depends on.
public struct PerpetualTerms: Sendable, Hashable {
  public var atomicResolution: Int
  /// 10^-6 quote quantums a base quantum, since the listing.
  public var fundingIndex: Int256
  /// Base quantums held long.
  public var openInterest: Int256
  public var price: MarketPrice
  public var tier: LiquidityTier

  public init(
    atomicResolution: Int, fundingIndex: Int256 = 0, openInterest: Int256 = 0, price: MarketPrice, tier: LiquidityTier
  ) {
    self.atomicResolution = atomicResolution
    self.fundingIndex = fundingIndex
    self.openInterest = openInterest
    self.price = price
    self.tier = tier
  }

  /// The signed value of base quantums in quote quantums, cut toward zero.
  public func notional(_ quantums: Int256) throws(ArithmeticError) -> Int256 {
    try Units.baseToQuote(quantums, atomicResolution: atomicResolution, at: price)
  }

  public func maintenanceRequirement(_ quantums: Int256) throws(ArithmeticError) -> Int256 {
    try tier.maintenanceRequirement(notional: notional(quantums))
  }

  /// What a position adds to its account's risk.
  public func risk(_ quantums: Int256, customPpm: Int256 = 0) throws(ArithmeticError) -> Risk {
    let value = try notional(quantums)
    return Risk(
      netCollateral: value,
      initialRequirement: try tier.initialRequirement(
        notional: value, openInterestNotional: notional(openInterest), customPpm: customPpm),
      maintenanceRequirement: try tier.maintenanceRequirement(notional: value))
  }
}

/// A holding of base quantums, short negative, with the funding index up to which it was settled.
public struct PerpetualPosition: Sendable, Hashable {
  public var perpetual: UInt32
  public var quantums: Int256
  public var fundingIndex: Int256

  public init(perpetual: UInt32, quantums: Int256, fundingIndex: Int256 = 0) {
    self.perpetual = perpetual
    self.quantums = quantums
    self.fundingIndex = fundingIndex
  }
}

/// The balance and the positions of one account.
public struct AccountHoldings: Sendable, Hashable {
  /// Dollars in quote quantums, signed.
  public var quoteQuantums: Int256
  /// In ascending order of perpetuals, none of them zero.
  public var positions: [PerpetualPosition]

  public init(quoteQuantums: Int256 = 0, positions: [PerpetualPosition] = []) {
    self.quoteQuantums = quoteQuantums
    self.positions = positions
  }

  public func quantums(of perpetual: UInt32) -> Int256 {
    positions.first { $0.perpetual == perpetual }?.quantums ?? 0
  }

  /// The account with its funding paid: one floor for the sum over all positions.
  public func settled(
    _ terms: (UInt32) throws(MathematicsError) -> PerpetualTerms
  ) throws(MathematicsError) -> AccountHoldings {
    var result = self
    var sum: Int256 = 0
    for index in positions.indices {
      let position = positions[index]
      let current = try terms(position.perpetual).fundingIndex
      sum = try computing { () throws(ArithmeticError) in
        try sum
          + Funding.settlementPpm(
            quantums: position.quantums, index: position.fundingIndex, currentIndex: current)
      }
      result.positions[index].fundingIndex = current
    }
    result.quoteQuantums = try computing { () throws(ArithmeticError) in
      try result.quoteQuantums + sum.divided(by: Integers.million, rounding: .floor)
    }
    return result
  }

  /// Adds base quantums; a new position starts at the perpetual's current index, one that ends is removed.
  public mutating func add(
    _ delta: Int256, to perpetual: UInt32, currentIndex: Int256
  ) throws(ArithmeticError) {
    if let index = positions.firstIndex(where: { $0.perpetual == perpetual }) {
      positions[index].quantums = try positions[index].quantums + delta
      if positions[index].quantums.isZero { positions.remove(at: index) }
    } else if !delta.isZero {
      let place = positions.firstIndex { $0.perpetual > perpetual } ?? positions.endIndex
      positions.insert(
        PerpetualPosition(perpetual: perpetual, quantums: delta, fundingIndex: currentIndex), at: place)
    }
  }

  /// The risk of a settled account.
  public func risk(
    customPpm: (UInt32) -> Int256 = { _ in 0 },
    _ terms: (UInt32) throws(MathematicsError) -> PerpetualTerms
  ) throws(MathematicsError) -> Risk {
    var total = Risk(netCollateral: quoteQuantums, initialRequirement: 0, maintenanceRequirement: 0)
    for position in positions {
      let terms = try terms(position.perpetual)
      let custom = customPpm(position.perpetual)
      total = try computing { () throws(ArithmeticError) in
        try total.adding(terms.risk(position.quantums, customPpm: custom))
      }
    }
    return total
  }
}

/// What a match does to the open interest of its perpetual.
public enum OpenInterest {
  /// Why two updates are no match; the chain aborts.
  public enum Violation: Error, Sendable, Equatable {
    case updatesNotTwo
    case notOnePerpetualEach
    case differentPerpetuals
    case sizesNotOpposite
    case arithmetic(ArithmeticError)
  }

  /// One side of a match: what the account held before, and the change.
  public struct Side: Sendable {
    public var before: AccountHoldings
    public var deltas: [(perpetual: UInt32, quantums: Int256)]

    public init(before: AccountHoldings, deltas: [(perpetual: UInt32, quantums: Int256)]) {
      self.before = before
      self.deltas = deltas
    }
  }

  /// The sum of the changes of both sides' long holdings, and the perpetual.
  public static func delta(
    ofMatch sides: [Side]
  ) throws(Violation) -> (perpetual: UInt32, quantums: Int256) {
    guard sides.count == 2 else { throw .updatesNotTwo }
    guard sides.allSatisfy({ $0.deltas.count == 1 }) else { throw .notOnePerpetualEach }
    let perpetual = sides[0].deltas[0].perpetual
    guard sides[1].deltas[0].perpetual == perpetual else { throw .differentPerpetuals }
    let (first, second) = (sides[0].deltas[0].quantums, sides[1].deltas[0].quantums)
    guard !first.isZero, first.isNegative != second.isNegative, first.magnitude == second.magnitude else {
      throw .sizesNotOpposite
    }
    do throws(ArithmeticError) {
      var sum: Int256 = 0
      for side in sides {
        let old = side.before.quantums(of: perpetual)
        let new = try old + side.deltas[0].quantums
        sum = try (try sum + max(new, 0)) - max(old, 0)
      }
      return (perpetual, sum)
    } catch {
      throw .arithmetic(error)
    }
  }
}
