import Canonical
import Quantities
import StateStore
import VenueKit

/// What must be true of every state that actions reached. Each check names the first place where it is not.
public enum StateInvariants {
  public struct Breach: Sendable, Equatable {
    public var invariant: String
    public var site: String
    public var detail: String
  }

  public static func check(_ state: GMXState) -> Breach? {
    sums(state) ?? borrowing(state) ?? banks(state) ?? lending(state) ?? supplies(state) ?? liquidity(state)
  }

  /// Sums over positions equal the market's own: sizes, tokens, collateral, waiting impact. Closed rests stay in open
  /// interest (GMX-69), so that it may be larger.
  private static func sums(_ state: GMXState) -> Breach? {
    var totals: [StoreKey: UInt256] = [:]  // lookup only
    var pending: [MarketID: Int256] = [:]  // lookup only
    state.positions.forEachSorted { key, record in
      for (kind, value) in [
        (StoreKind.openInterest, record.sizeInUsd), (.openInterestInTokens, record.sizeInTokens),
        (.collateralSum, record.collateralAmount),
      ] {
        totals[StoreKey(kind, key.market, token: key.collateralToken, flag: key.isLong), default: .zero] =
          totals[StoreKey(kind, key.market, token: key.collateralToken, flag: key.isLong), default: .zero] &+ value
      }
      pending[key.market] = (pending[key.market] ?? .zero) &+ record.pendingImpactAmount
    }
    var breach: Breach?
    state.amounts.forEachSorted { key, value in
      guard breach == nil else { return }
      let total = totals[key] ?? .zero
      switch key.kind {
      case .openInterest:
        if value < total { breach = Breach(invariant: "openInterest", site: "\(key)", detail: "\(value) < \(total)") }
      case .openInterestInTokens, .collateralSum:
        if value != total { breach = Breach(invariant: "sums", site: "\(key)", detail: "\(value) is not \(total)") }
      default: return
      }
    }
    if let breach { return breach }
    for (key, market) in state.marketsInOrder {
      let own = pending[key] ?? .zero
      let kept = state.signedAmount(StoreKey(.totalPendingImpactAmount, market.market))
      if own != kept {
        return Breach(invariant: "pendingImpact", site: "market \(key)", detail: "\(kept) is not \(own)")
      }
    }
    return nil
  }

  /// The borrowing sum is that of its positions, a unit for each change aside.
  private static func borrowing(_ state: GMXState) -> Breach? {
    for (id, _) in state.marketsInOrder {
      for isLong in [true, false] {
        var sum = UInt256.zero
        state.positions.forEachSorted { key, record in
          guard key.market == id, key.isLong == isLong else { return }
          sum = sum &+ ((try? Exact.apply(record.sizeInUsd, record.borrowingFactor)) ?? .zero)
        }
        let kept = state.amount(.totalBorrowing, id, flag: isLong)
        if kept < sum {
          return Breach(invariant: "totalBorrowing", site: "market \(id)", detail: "\(kept) is less than \(sum)")
        }
      }
    }
    return nil
  }

  /// The three lower bounds of a market's bank.
  private static func banks(_ state: GMXState) -> Breach? {
    for (id, market) in state.marketsInOrder {
      for token in market.isSingleToken ? [market.longToken] : [market.longToken, market.shortToken] {
        let balance = state.balance(of: Holder.market(id), token)
        var owed = UInt256.zero
        for kind in [
          StoreKind.poolAmount, .swapImpactPoolAmount, .claimableCollateralAmount, .claimableFeeAmount,
          .claimableUIFeeAmount, .affiliateReward,
        ] { owed = owed &+ state.amount(kind, id, token: token) }
        let collateral =
          state.amount(.collateralSum, id, token: token, flag: true)
          &+ state.amount(.collateralSum, id, token: token, flag: false)
        let funding = state.amount(.claimableFundingAmount, id, token: token)
        for (name, bound) in [("pool", owed), ("collateral", collateral), ("claimableFunding", funding)] {
          if balance.isNegative || balance.magnitude < bound {
            return Breach(invariant: "bank", site: "market \(id), \(name)", detail: "\(balance) is less than \(bound)")
          }
        }
      }
    }
    return nil
  }

  /// Nothing is lent while the impact pool has something.
  private static func lending(_ state: GMXState) -> Breach? {
    for (id, _) in state.marketsInOrder {
      let lent = state.amount(.lentPositionImpactPoolAmount, id)
      let pool = state.amount(.positionImpactPoolAmount, id)
      if !lent.isZero, !pool.isZero {
        return Breach(invariant: "lending", site: "market \(id)", detail: "lent \(lent) beside \(pool)")
      }
    }
    return nil
  }

  /// Market tokens held are market tokens minted; other tokens move, so that all balances of one add up to nothing
  /// where accounts are counted from the start, or to what was brought in.
  private static func supplies(_ state: GMXState) -> Breach? {
    var held: [TokenID: Int256] = [:]  // lookup only
    state.balances.forEachSorted { key, value in held[key.second] = (held[key.second] ?? .zero) &+ value }
    for (id, _) in state.marketsInOrder {
      let sum = held[GMXState.marketTokenBase + id] ?? .zero
      let supply = state.supplies[id] ?? .zero
      if sum.isNegative || sum.magnitude != supply {
        return Breach(invariant: "supply", site: "market \(id)", detail: "\(sum) held of \(supply)")
      }
    }
    return nil
  }
}

extension GMXVenue {
  public static let invariants: [Invariant<GMXState>] = []
}

extension GMXState {
  var marketsInOrder: [(MarketID, MarketRecord)] {
    markets.sortedKeys().compactMap { key in markets[key].map { (key, $0) } }
  }
}
