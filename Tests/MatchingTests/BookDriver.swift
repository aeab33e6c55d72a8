import Matching

/// An operation on a book, with everything that decides its outcome.
enum Step: Hashable {
  /// Match under a policy and a rule of decisions, then rest what is left if the order rests.
  case submit(RestingOrder, Side, SelfTradePolicy, DecisionRule, rests: Bool)
  case cancel(UInt64)
  case reduce(UInt64, to: UInt64)
}

/// How the room of a test decides: a function of the proposal alone, so that two books are told the same.
enum DecisionRule: UInt8, CaseIterable, Hashable {
  case fillAll
  case evictEven
  case shrinkMaker
  case shortFill
  case stopAtOdd

  func callAsFunction(_ fill: ProposedFill) -> FillDecision {
    switch self {
    case .fillAll: return .fill(fill.quantity)
    case .evictEven: return fill.maker.id % 2 == 0 ? .cancelMaker : .fill(fill.quantity)
    case .shrinkMaker: return .fillThenCancelMaker(fill.quantity / 2)
    case .shortFill: return fill.maker.id % 3 == 0 ? .fill(fill.quantity - 1) : .fill(fill.quantity)
    case .stopAtOdd: return fill.price % 2 == 1 ? .stop : .fill(fill.quantity)
    }
  }
}

/// All that a step shows to the outside.
struct Outcome: Equatable {
  var fills: [ProposedFill] = []
  var selfTrades: [SelfTrade] = []
  var result: MatchResult?
  var refusal: BookRefusal?
  var cancelled: RestingOrder?
}

func perform<Book: OrderBook & ~Copyable>(_ step: Step, on book: inout Book) -> Outcome {
  var outcome = Outcome()
  do throws(BookRefusal) {
    switch step {
    case .submit(let order, let side, let policy, let rule, let rests):
      let taker = TakerOrder(
        side: side, limitPrice: order.price, quantity: order.quantity, owner: order.owner, selfTrade: policy)
      let result = book.match(
        taker, onSelfTrade: { outcome.selfTrades.append($0) },
        decide: {
          outcome.fills.append($0)
          return rule($0)
        })
      outcome.result = result
      if rests && result.remaining > 0 && result.reason == .limitReached {
        var rest = order
        rest.quantity = result.remaining
        try book.insert(rest, side: side)
      }
    case .cancel(let id): outcome.cancelled = book.cancel(id)
    case .reduce(let id, let quantity): try book.reduce(id, to: quantity)
    }
  } catch {
    outcome.refusal = error
  }
  return outcome
}

/// Orders of a side in priority order.
func orders<Book: OrderBook & ~Copyable>(_ book: borrowing Book, _ side: Side) -> [RestingOrder] {
  var list: [RestingOrder] = []
  book.forEachOrder(side) { list.append($0) }
  return list
}

func levels<Book: OrderBook & ~Copyable>(_ book: borrowing Book, _ side: Side) -> [BookLevel] {
  var list: [BookLevel] = []
  book.walk(side) {
    list.append($0)
    return true
  }
  return list
}

/// SplitMix64, seeded.
struct TestGenerator {
  var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
