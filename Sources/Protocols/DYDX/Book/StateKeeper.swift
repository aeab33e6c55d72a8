import Quantities
import StateStore

/// The accounts of a state under the books: what a node checks its matches on.
public struct StateKeeper: MatchKeeper, Sendable {
  public var state: DYDXState
  /// The block that is being built.
  public var time: MatchTime
  private var fillLayers: [Int] = []
  /// Fills that were kept, with what each came to.
  public private(set) var matches: [SingleMatch] = []

  public init(state: DYDXState, time: MatchTime) {
    self.state = state
    // Views alone use it, and it would be copied with every block.
    self.state.derived = DerivedOrders()
    self.time = time
  }

  /// Places an order on a book over these accounts.
  mutating func place(_ order: BookOrder, on book: inout Memclob) throws(MathematicsError) -> Placement {
    try book.place(order, keeper: &self)
  }

  public mutating func open() {
    state.openSavepoint()
    fillLayers.append(matches.count)
  }

  public mutating func keep() {
    state.keepSavepoint()
    fillLayers.removeLast()
  }

  public mutating func undo() {
    state.undoSavepoint()
    matches.removeLast(matches.count - fillLayers.removeLast())
  }

  public mutating func attempt(_ taker: Taker, _ maker: ClobOrder, _ amount: UInt64) -> MatchAttempt {
    do throws(MathematicsError) {
      let match = try state.processMatch(taker: taker, maker: maker, fill: amount, at: time)
      guard match.isSuccess else { return .failed(taker: match.taker, maker: match.maker) }
      matches.append(match)
      return .done
    } catch {
      switch error {
      case .refused(.notionalLimitExceeded): return .notionalLimit
      case .refused(.insuranceLimitExceeded): return .insuranceLimit
      case .refused(.insuranceFundHasInsufficientFunds): return .insuranceFundTooSmall
      // A match that cannot be computed is nobody's to carry: the maker leaves, the taker ends.
      default: return .failed(taker: .updateCausedError, maker: .updateCausedError)
      }
    }
  }

  public func position(_ subaccount: Subaccount, pair: UInt32) -> Int256 {
    state.holdings(subaccount).quantums(of: state.pairs[pair]?.perpetual ?? 0)
  }

  public func filled(_ key: OrderKey) -> UInt64 { state.filled(key) }

  public func proves(_ reason: RemovalReason, of order: ClobOrder) -> Bool {
    var trial = state
    return (try? trial.remove(order.key, reason, at: time)) != nil
  }

  /// Every authenticator through which the order came is still there.
  public func allows(_ order: BookOrder) -> Bool {
    order.authenticators.allSatisfy { state.authenticators.contains(Pair(order.order.key.subaccount.owner, $0)) }
  }
}
