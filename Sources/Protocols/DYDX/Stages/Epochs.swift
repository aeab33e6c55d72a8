import Canonical
import Quantities
import StateStore
import VenueKit

/// The chain's clocks. Rule DYDX-57.
enum Epoch: UInt8, CaseIterable {
  case fundingSample = 1
  case fundingTick = 2
  case stats = 3
}

extension DYDXState {
  /// Each clock whose next tick has come moves one tick on; what it starts is done at the end of the block.
  mutating func advanceEpochs(_ block: BlockContext) {
    let now = UInt64(clamping: block.time / 1_000)
    for epoch in Epoch.allCases {
      guard var record = epochs[epoch.rawValue] else { continue }
      if record.nextTick == 0 {
        // The first block sets the clock to its next tick.
        let offset: UInt64 = epoch == .fundingSample ? 30 : 0
        record.nextTick = (now + record.duration - offset) / record.duration * record.duration + offset
        epochs.set(epoch.rawValue, record)
      } else if now >= record.nextTick {
        record.nextTick += record.duration
        record.number += 1
        record.startBlock = block.height
        epochs.set(epoch.rawValue, record)
      }
    }
  }

  func starts(_ epoch: Epoch, _ block: BlockContext) -> Bool { epochs[epoch.rawValue]?.startBlock == block.height }

  // MARK: Volumes

  /// Adds the block's volumes to their users, and forgets those of thirty days ago. Rule DYDX-63.
  mutating func runStats(_ block: BlockContext) {
    let number = UInt32(truncatingIfNeeded: epochs[Epoch.stats.rawValue]?.number ?? 0)
    for user in blockStats.sortedKeys() {
      guard let traded = blockStats.remove(user) else { continue }
      stats.upsert(user, default: StatsRecord()) { $0.add(traded, sign: 1) }
      if !epochStats.contains(Pair(number, user)) { noteUser(user, in: number) }
      epochStats.upsert(Pair(number, user), default: StatsRecord()) { $0.add(traded, sign: 1) }
      add(traded.taker, to: .globalTaker)
    }
    guard starts(.stats, block), let duration = epochs[Epoch.stats.rawValue]?.duration else { return }
    let window = UInt32(clamping: DYDXConstants.statsWindow / max(1, duration))
    guard number > window else { return }
    expire(epoch: number - window - 1)
  }

  private mutating func noteUser(_ user: Address, in epoch: UInt32) {
    let count = UInt32(clamping: epochUserCounts[epoch]?.value ?? 0)
    epochUsers.set(Pair(epoch, count), UserRecord(user))
    epochUserCounts.set(epoch, Whole(UInt64(count) + 1))
  }

  private mutating func expire(epoch: UInt32) {
    for place in 0..<UInt32(clamping: epochUserCounts.remove(epoch)?.value ?? 0) {
      guard let user = epochUsers.remove(Pair(epoch, place))?.address,
        let old = epochStats.remove(Pair(epoch, user))
      else { continue }
      stats.update(user) { $0.add(old, sign: -1) }
      add((try? old.taker.negated()) ?? 0, to: .globalTaker)
    }
  }
}

extension StatsRecord {
  /// Volumes stop at the end of their range.
  mutating func add(_ other: StatsRecord, sign: Int) {
    taker = (try? sign > 0 ? taker + other.taker : taker - other.taker) ?? taker
    maker = (try? sign > 0 ? maker + other.maker : maker - other.maker) ?? maker
  }
}
