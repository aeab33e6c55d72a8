import DYDX
import Quantities

/// The accounts of the source's book tests: every match is allowed but those that a case's list fails, positions start
/// as the case says and follow the matches.
struct ScriptedKeeper: MatchKeeper {
  struct Attempt: Equatable {
    var taker: Taker
    var maker: ClobOrder
    var amount: UInt64
  }

  struct PairPosition: Hashable {
    var subaccount: Subaccount
    var pair: UInt32
  }

  struct Ledger {
    var positions: [PairPosition: Int256] = [:]
    var fills: [OrderKey: UInt64] = [:]
    var matches: [Attempt] = []
  }

  var ledger = Ledger()
  /// Results by the attempt's number, counted from the last reset, and by account.
  var failures: [Int: [Subaccount: UpdateResult]] = [:]
  private(set) var attempts: [Attempt] = []
  private var layers: [Ledger] = []

  mutating func forgetAttempts() { attempts = [] }

  mutating func open() { layers.append(ledger) }
  mutating func keep() { layers.removeLast() }
  mutating func undo() { ledger = layers.removeLast() }

  mutating func attempt(_ taker: Taker, _ maker: ClobOrder, _ amount: UInt64) -> MatchAttempt {
    let attempt = Attempt(taker: taker, maker: maker, amount: amount)
    let failed = failures[attempts.count] ?? [:]
    attempts.append(attempt)
    let takerResult = failed[taker.subaccount] ?? .success
    let makerResult = failed[maker.key.subaccount] ?? .success
    guard takerResult == .success, makerResult == .success else {
      return .failed(taker: takerResult, maker: makerResult)
    }
    ledger.matches.append(attempt)
    ledger.fills[maker.key, default: 0] += amount
    if case .order(let order) = taker { ledger.fills[order.key, default: 0] += amount }
    move(taker.subaccount, taker.pair, amount, isLong: taker.isBuy)
    move(maker.key.subaccount, maker.key.pair, amount, isLong: maker.isBuy)
    return .done
  }

  private mutating func move(_ subaccount: Subaccount, _ pair: UInt32, _ amount: UInt64, isLong: Bool) {
    let key = PairPosition(subaccount: subaccount, pair: pair)
    let old = ledger.positions[key] ?? 0
    let delta = Int256(amount)
    ledger.positions[key] = (try? isLong ? old.adding(delta) : old.subtracting(delta)) ?? old
  }

  func position(_ subaccount: Subaccount, pair: UInt32) -> Int256 {
    ledger.positions[PairPosition(subaccount: subaccount, pair: pair)] ?? 0
  }

  func filled(_ key: OrderKey) -> UInt64 { ledger.fills[key] ?? 0 }

  func proves(_ reason: RemovalReason, of order: ClobOrder) -> Bool { true }

  func allows(_ order: BookOrder) -> Bool { true }
}
