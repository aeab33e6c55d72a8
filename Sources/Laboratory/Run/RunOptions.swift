/// How a run is made. None of this is part of its identity except `seed` and `sets`.
public struct RunOptions: Sendable {
  /// Every action is a signed transaction, and every signature is verified.
  public var signed: Bool
  /// Cores for signature checks and state roots.
  public var threads: Int
  /// In place of the scenario's seed.
  public var seed: UInt64?
  public var sets: [ScenarioSet]
  /// Sync each block, and print `committed VENUE HEIGHT ROOT` after the sync.
  public var durable: Bool
  /// Blocks between two rounds of the invariants that scan everything.
  public var fullCheckInterval: UInt64

  public init(
    signed: Bool = false, threads: Int = 1, seed: UInt64? = nil, sets: [ScenarioSet] = [], durable: Bool = false,
    fullCheckInterval: UInt64 = 1_000
  ) {
    self.signed = signed
    self.threads = threads
    self.seed = seed
    self.sets = sets
    self.durable = durable
    self.fullCheckInterval = fullCheckInterval
  }
}

/// How an assertion of the scenario came out on one venue.
public struct Verdict: Sendable, Equatable {
  public var venue: String
  public var assertion: Assertion
  public var found: Int128
  public var holds: Bool

  /// `liquidations >= 10: 42 on book`
  public var text: String {
    let kind = assertion.metric.kind
    let wanted = QuantityText.write(assertion.value, as: kind)
    return "\(assertion.metric.rawValue) \(assertion.comparison.rawValue) \(wanted): "
      + "\(QuantityText.write(found, as: kind)) on \(venue)"
  }
}

/// What came of a run. Exit codes: 0 fine, 1 an assertion failed, 3 an invariant broke, 4 a resumed run differed.
public struct RunOutcome: Sendable {
  public var exitCode: Int32
  public var folder: String
  /// Hash of transition versions, resolved scenario and seed, in hex.
  public var identity: String
  public var verdicts: [Verdict]
  /// The last root of each venue, in name order.
  public var roots: [(venue: String, height: UInt64, root: String)]
  public var transactions: UInt64
  public var comparison: ComparisonTable
  public var message: String?
}

/// What stops a run before its end, apart from a scenario that is refused.
public enum RunError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A file or folder that cannot be written or read.
  case file(path: String, problem: String)
  /// The run folder holds another run already, or a file of the name of one of a run's.
  case folderInUse(String, by: String)
  case sweep(axes: Int)
  case roomUnknown(String)
  case genesis(venue: String, path: String, problem: String)
  case chain(venue: String, problem: String)

  public var exitCode: Int32 {
    if case .chain = self { 70 } else { 2 }
  }

  public var description: String {
    switch self {
    case .file(let path, let problem): "\(path): \(problem)"
    case .folderInUse(let folder, "manifest.json"):
      "\(folder) holds a run already: choose another folder, or resume it"
    case .folderInUse(let folder, let name):
      "\(folder) holds a \(name) already, which the run would write over: choose another folder"
    case .sweep(let axes):
      "the scenario has \(axes) sweep axes: it is a plan of many runs, which `perp run` does not make"
    case .roomUnknown(let room): "no room `\(room)` in this program"
    case .genesis(let venue, let path, let problem): "venue \(venue): genesis \(path): \(problem)"
    case .chain(let venue, let problem): "venue \(venue): \(problem)"
    }
  }
}

/// Where a run speaks to people.
public struct RunConsole: Sendable {
  /// True when lines may be overwritten.
  public var isTerminal: Bool
  public var write: @Sendable (String) -> Void

  public init(isTerminal: Bool, write: @escaping @Sendable (String) -> Void) {
    self.isTerminal = isTerminal
    self.write = write
  }

  public static let silent = RunConsole(isTerminal: false) { _ in }
}
