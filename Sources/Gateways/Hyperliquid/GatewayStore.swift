import Canonical
import Chain
import Hyperliquid
import Synchronization
import VenueKit

/// The state after one block, as readers see it. Immutable.
public struct GatewayView: Sendable {
  public let state: HyperliquidState
  public let block: BlockContext
  public let root: Hash32

  public init(state: HyperliquidState, block: BlockContext, root: Hash32) {
    self.state = state
    self.block = block
    self.root = root
  }
}

/// What readers read: the last published view and the history behind it. Whoever executes only replaces the view; nobody
/// reads while holding more than a moment's lock.
public final class GatewayStore: Sendable {
  private struct Content {
    var history: HistoryIndex
    /// Blocks with rows that the archive has not taken yet, ascending.
    var waiting: [BlockUpdate] = []
  }

  private let published: Mutex<GatewayView>
  private let content: Mutex<Content>
  /// Where rows stand that memory does not keep; nil keeps what its limits allow in memory alone.
  public let archive: (any HistoryArchive)?

  public init(view: GatewayView, history: HistoryIndex, archive: (any HistoryArchive)? = nil) {
    published = Mutex(view)
    content = Mutex(Content(history: history))
    self.archive = archive
  }

  public var view: GatewayView { published.withLock { $0 } }

  /// Rows are copied out (they share their storage); nothing is formatted under the lock.
  public func history<Value: Sendable>(_ body: (borrowing HistoryIndex) -> Value) -> Value {
    content.withLock { body($0.history) }
  }

  public func publish(_ observed: ObservedBlock<HyperliquidVenue>) -> BlockUpdate {
    let update = content.withLock { content in
      let update = content.history.apply(observed)
      if archive != nil && update.hasRows { content.waiting.append(update) }
      return update
    }
    let view = GatewayView(state: observed.state, block: observed.block, root: observed.root)
    published.withLock { $0 = view }
    return update
  }

  /// A chain that begins at a block whose history is known: its history, and its state once that is at hand.
  public func begin(with history: HistoryIndex) {
    content.withLock { $0 = Content(history: history) }
  }

  public func show(_ view: GatewayView) { published.withLock { $0 = view } }

  /// The archive holds every row until this block time.
  public func archived(through time: Int64) {
    content.withLock { content in
      content.waiting.removeFirst(content.waiting.prefix { $0.time <= time }.count)
    }
  }

  /// Blocks that the archive has not taken yet.
  var waitingUpdates: [BlockUpdate] { content.withLock { $0.waiting } }

  /// The same, and the time until which the archive may be read with them.
  var waitingAndTime: ([BlockUpdate], Int64) {
    let time = view.block.time
    let updates = waitingUpdates
    return (updates, updates.first.map { $0.time - 1 } ?? time)
  }
}
