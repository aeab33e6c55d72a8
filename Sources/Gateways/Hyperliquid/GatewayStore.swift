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
    var view: GatewayView
    var history: HistoryIndex
  }

  private let content: Mutex<Content>

  public init(view: GatewayView, history: HistoryIndex) {
    content = Mutex(Content(view: view, history: history))
  }

  public var view: GatewayView { content.withLock { $0.view } }

  /// Rows are copied out (they share their storage); nothing is formatted under the lock.
  public func history<Value: Sendable>(_ body: (borrowing HistoryIndex) -> Value) -> Value {
    content.withLock { body($0.history) }
  }

  public func publish(_ observed: ObservedBlock<HyperliquidVenue>) -> BlockUpdate {
    content.withLock { content in
      content.view = GatewayView(state: observed.state, block: observed.block, root: observed.root)
      return content.history.apply(observed)
    }
  }
}
