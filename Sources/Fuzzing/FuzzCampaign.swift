import Canonical
import Chain
import Cryptography
import Dispatch
import StateStore
import VenueKit

public struct FuzzOptions: Sendable {
  public var cases: Int
  public var seed: UInt64
  /// Blocks of a case.
  public var blocks: Int
  public var hasCanary: Bool
  public var jobs: Int

  public init(cases: Int, seed: UInt64, blocks: Int = 40, hasCanary: Bool = false, jobs: Int = 1) {
    self.cases = cases
    self.seed = seed
    self.blocks = blocks
    self.hasCanary = hasCanary
    self.jobs = jobs
  }
}

/// How often something was reached. Rows are in name order.
public struct FuzzCoverage: Sendable, Equatable {
  public struct Row: Sendable, Equatable {
    public var name: String
    public var tried: Int
    public var accepted: Int
  }

  public private(set) var rules: [Row] = []
  public private(set) var refusals: [Row] = []
  /// Events told by the room: which of its transitions were reached.
  public private(set) var transitions: [Row] = []

  public init() {}

  mutating func note(rule: String, refusal: String?) {
    Self.note(rule, isAccepted: refusal == nil, in: &rules)
    if let refusal { Self.note(refusal, isAccepted: false, in: &refusals) }
  }

  mutating func note(transition: String) { Self.note(transition, isAccepted: true, in: &transitions) }

  mutating func merge(_ other: FuzzCoverage) {
    for row in other.rules { Self.add(row, to: &rules) }
    for row in other.refusals { Self.add(row, to: &refusals) }
    for row in other.transitions { Self.add(row, to: &transitions) }
  }

  private static func note(_ name: String, isAccepted: Bool, in rows: inout [Row]) {
    add(Row(name: name, tried: 1, accepted: isAccepted ? 1 : 0), to: &rows)
  }

  private static func add(_ row: Row, to rows: inout [Row]) {
    let place = rows.firstIndex { $0.name >= row.name } ?? rows.count
    if place < rows.count, rows[place].name == row.name {
      rows[place].tried += row.tried
      rows[place].accepted += row.accepted
    } else {
      rows.insert(row, at: place)
    }
  }
}

public struct FuzzReport: Sendable {
  public var cases = 0
  public var blocks = 0
  public var transactions = 0
  public var accepted = 0
  public var coverage = FuzzCoverage()
  /// Cases that broke an invariant, whole.
  public var failures: [FuzzCase] = []
  /// Hash of all final roots in case order: equal for equal campaigns at any number of jobs.
  public var digest = Hash32.zero
}

/// What a replay of a case gave.
public enum FuzzOutcome: Sendable, Equatable {
  case holds(blocks: Int)
  case broke(Violation, height: Int)
}

/// A room as the fuzzer sees it.
public struct FuzzTarget: Sendable {
  public let room: String
  /// Runs a campaign. `failed` is told of a broken case at once, from any thread.
  public let run:
    @Sendable (_ genesis: JSONValue, FuzzOptions, _ failed: @escaping @Sendable (FuzzCase) -> Void) throws -> FuzzReport
  public let replay: @Sendable (FuzzCase) throws -> FuzzOutcome

  public static func of<V: Venue>(_ type: V.Type) -> FuzzTarget {
    FuzzTarget(
      room: V.description.room,
      run: { genesis, options, failed in
        try FuzzCampaign<V>(genesis: genesis, options: options).run(failed)
      },
      replay: { fuzzCase in try FuzzCampaign<V>.replay(fuzzCase) })
  }
}

struct FuzzCampaign<V: Venue>: Sendable {
  /// 10 October 2025, 21:00 UTC.
  static var startTime: Int64 { 1_760_130_000_000 }
  static var chainID: String { "fuzz-1" }
  /// Full checks run each so many blocks and at a case's end.
  static var fullCheckInterval: Int { 8 }

  let venue: V
  let genesisText: String
  let options: FuzzOptions

  init(genesis: JSONValue, options: FuzzOptions) throws(GenesisError) {
    venue = try V(genesis: genesis, chainID: Self.chainID)
    genesisText = genesis.text()
    self.options = options
  }

  private struct CaseResult: Sendable {
    var fuzzCase: FuzzCase
    var coverage: FuzzCoverage
    var transactions: Int
    var accepted: Int
    var root: Hash32
  }

  /// Cases run on `jobs` threads, each from its own seed; results are joined in case order.
  func run(_ failed: @escaping @Sendable (FuzzCase) -> Void) -> FuzzReport {
    var report = FuzzReport()
    var roots: [UInt8] = []
    var first = 0
    while first < options.cases {
      let count = min(max(1, options.jobs) * 4, options.cases - first)
      for result in batch(first..<first + count, failed) {
        report.cases += 1
        report.blocks += result.fuzzCase.blocks.count
        report.transactions += result.transactions
        report.accepted += result.accepted
        report.coverage.merge(result.coverage)
        if result.fuzzCase.violation != nil { report.failures.append(result.fuzzCase) }
        roots += result.root.bytes
      }
      first += count
    }
    report.digest = SHA256.hash(roots)
    return report
  }

  private func batch(_ numbers: Range<Int>, _ failed: @escaping @Sendable (FuzzCase) -> Void) -> [CaseResult] {
    if options.jobs <= 1 { return numbers.map { runCase($0, failed) } }
    var results = [CaseResult?](repeating: nil, count: numbers.count)
    results.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let slots = buffer
      DispatchQueue.concurrentPerform(iterations: numbers.count) { offset in
        slots[offset] = runCase(numbers.lowerBound + offset, failed)
      }
    }
    return results.compactMap { $0 }
  }

  private func runCase(_ number: Int, _ failed: @Sendable (FuzzCase) -> Void) -> CaseResult {
    var machine = FuzzMachine(
      venue: venue, chainID: Self.chainID, time: Self.startTime, hasCanary: options.hasCanary, isNode: true)
    var generator = FuzzGenerator(venue: venue, seed: options.seed, number: number)
    var result = CaseResult(
      fuzzCase: FuzzCase(
        room: V.description.room, transitionVersion: V.description.transitionVersion, genesis: genesisText,
        chainID: Self.chainID, seed: options.seed, number: number, hasCanary: options.hasCanary),
      coverage: FuzzCoverage(), transactions: 0, accepted: 0, root: .zero)
    for height in 1...max(1, options.blocks) {
      var next = machine.block
      next.time = generator.nextTime(after: next.time)
      let proposal = machine.proposed(
        height == 1
          ? generator.opening(state: machine.store.tables, block: next)
          : generator.steps(state: machine.store.tables, block: next), time: next.time)
      let steps = proposal.steps
      for (rule, refusal) in proposal.kept {
        result.coverage.note(rule: rule, refusal: refusal)
        result.transactions += 1
        result.accepted += refusal == nil ? 1 : 0
      }
      result.fuzzCase.blocks.append(FuzzBlock(time: next.time, steps: steps))
      let isLast = height == options.blocks
      let outcome = machine.run(
        steps.map(\.bytes), time: next.time, checksAll: isLast || height % Self.fullCheckInterval == 0)
      note(outcome.execution, steps, in: &result)
      if let violation = outcome.broken {
        result.fuzzCase.violation = violation
        result.fuzzCase.violationHeight = height
        failed(result.fuzzCase)
        break
      }
    }
    return result
  }

  private func note(_ execution: Execution<V>, _ steps: [FuzzStep], in result: inout CaseResult) {
    var refused = execution.refusals.makeIterator()
    var next = refused.next()
    for index in steps.indices {
      var refusal: String?
      if let found = next, found.index == index {
        refusal = found.refusal.name
        next = refused.next()
      }
      result.coverage.note(rule: steps[index].rule, refusal: refusal)
    }
    for event in execution.events { result.coverage.note(transition: Self.transition(of: event)) }
    result.transactions += steps.count
    result.accepted += steps.count - execution.refusals.count
    result.root = execution.root
  }

  /// The event's name, with the method where there are several.
  private static func transition(of event: V.Event) -> String {
    if case .liquidation(_, _, _, _, _, let method, _) = event.common { return "\(event.name) (\(method))" }
    return event.name
  }

  /// Runs a case's bytes again, checking every invariant after every block.
  static func replay(_ fuzzCase: FuzzCase) throws -> FuzzOutcome {
    let genesis: JSONValue
    do {
      genesis = try JSONValue(parsing: Array(fuzzCase.genesis.utf8))
    } catch {
      throw FuzzCaseError("the case's genesis is not JSON: \(error)")
    }
    guard fuzzCase.transitionVersion == V.description.transitionVersion else {
      throw FuzzCaseError(
        "the case is of transition version \(fuzzCase.transitionVersion), this is \(V.description.transitionVersion)")
    }
    let venue = try V(genesis: genesis, chainID: fuzzCase.chainID)
    var machine = FuzzMachine(
      venue: venue, chainID: fuzzCase.chainID, time: startTime, hasCanary: fuzzCase.hasCanary)
    for (index, block) in fuzzCase.blocks.enumerated() {
      let outcome = machine.run(block.steps.map(\.bytes), time: block.time, checksAll: true)
      if let violation = outcome.broken { return .broke(violation, height: index + 1) }
    }
    return .holds(blocks: fuzzCase.blocks.count)
  }
}
