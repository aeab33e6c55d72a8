import Canonical

/// What a block fixes for everything executed in it. A room sees no other clock, proposer or chain.
public struct BlockContext: Sendable, Equatable {
  /// The chain's own name, also inside native signatures.
  public var chainID: String
  /// 1 for the first block after genesis.
  public var height: UInt64
  /// Unix time of the block in milliseconds; increases from block to block.
  public var time: Int64
  public var proposer: Address

  public init(chainID: String, height: UInt64, time: Int64, proposer: Address) {
    self.chainID = chainID
    self.height = height
    self.time = time
    self.proposer = proposer
  }
}

/// Where a room's events go while a block is executed. Events are not committed; what must be committed travels in a
/// receipt's data.
public struct EventSink<Event: Sendable>: Sendable {
  /// False when nobody listens: rooms may then skip building costly events.
  public let isRecording: Bool
  public private(set) var events: [Event] = []

  public init(isRecording: Bool) { self.isRecording = isRecording }

  @inlinable public mutating func emit(_ event: @autoclosure () -> Event) {
    if isRecording { append(event()) }
  }

  @usableFromInline mutating func append(_ event: Event) { events.append(event) }

  /// Forgets the events after the first `count`: what a rolled-back action said did not happen.
  public mutating func truncate(to count: Int) { events.removeLast(events.count - count) }

  public mutating func drain() -> [Event] {
    defer { events = [] }
    return events
  }
}
