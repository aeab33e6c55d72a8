import Canonical
import Matching
import Mechanisms
import StateStore

extension HyperliquidState {
  /// Makes everything derived from the tables, as if nothing had been known.
  public mutating func rebuildDerived() {
    derived = Derived(markets: parameters.markets.count)
    rebuildMarkets()
    rebuildAccounts()
    rebuildOrders()
    for number in 0..<derived.accounts.count { touch(AccountID(number)) }
    guardAll()
  }

  private mutating func rebuildMarkets() {
    for market in parameters.markets {
      let index = Int(market.asset)
      if let price = prices[market.asset] {
        derived.marks[index] = price.mark
        derived.oracles[index] = price.oracle
      }
      derived.fundingIndexes[index] = fundings[market.asset]?.index ?? 0
    }
  }

  private mutating func rebuildAccounts() {
    var known: [(AccountID, Address, AccountRecord.Kind)] = []
    accounts.forEachSorted { address, record in known.append((record.number, address, record.kind)) }
    known.sort { $0.0 < $1.0 }
    for (number, address, kind) in known {
      precondition(Int(number) == derived.addresses.count, "account numbers have no gaps")
      derived.addresses.append(address)
      derived.accounts.append(AccountCache(kind: kind))
    }
    leverages.forEachSorted { key, _ in _ = marketIndex(key.first, key.second) }
    positions.forEachSorted { key, position in
      let index = marketIndex(key.first, key.second)
      derived.accounts[Int(key.first)].markets[index].size = position.size
      derived.accounts[Int(key.first)].markets[index].fundingIndex = position.fundingIndex
      addHolder(key.first, key.second)
      if position.size > 0 { derived.openInterest[Int(key.second)] += Int128(position.size) }
    }
    volumes.forEachSorted { key, record in
      let newest = derived.accounts[Int(key.first)].volumeDay
      derived.accounts[Int(key.first)].volumeDay = max(newest, record.day)
    }
    profiles.forEachSorted { account, profile in noteProfile(account, profile) }
    twaps.forEachSorted { id, _ in derived.twaps.append(id) }
    scheduledCancels.forEachSorted { account, time in
      derived.schedule.insert(ScheduleEntry(time: Int64(time.value), account: account))
    }
  }

  private mutating func rebuildOrders() {
    orders.forEachSorted { oid, order in
      let resting = RestingOrder(
        id: oid, owner: UInt64(order.account), price: order.price, quantity: UInt64(order.size),
        sequence: order.sequence)
      do {
        try derived.books[Int(order.asset)].insert(resting, side: Side(isBuy: order.isBuy))
      } catch {
        preconditionFailure("orders in the table fit into one book")
      }
      noteOrder(oid, order)
    }
    triggers.forEachSorted { oid, trigger in noteTrigger(oid, trigger) }
  }

  // MARK: Small changes

  private mutating func noteProfile(_ account: AccountID, _ profile: ProfileRecord) {
    derived.accounts[Int(account)].isMultiSig = !profile.signers.isEmpty
    derived.accounts[Int(account)].isReferred = profile.referrer != .zero
  }

  /// Changes what an account has told or been granted.
  mutating func changeProfile(_ account: AccountID, _ change: (inout ProfileRecord) -> Void) {
    var profile = profiles[account] ?? ProfileRecord()
    change(&profile)
    profiles.set(account, profile)
    noteProfile(account, profile)
  }

  mutating func noteOrder(_ oid: UInt64, _ order: OrderRecord) {
    let index = marketIndex(order.account, order.asset)
    derived.accounts[Int(order.account)].lists[index].orders.insertSorted(oid)
    if order.reduceOnly {
      derived.accounts[Int(order.account)].markets[index].reduceOnlyCount += 1
    } else if order.isBuy {
      derived.accounts[Int(order.account)].markets[index].buyLots += order.size
    } else {
      derived.accounts[Int(order.account)].markets[index].sellLots += order.size
    }
  }

  /// Takes an order out of the account's list; `order.size` are the lots that still counted.
  mutating func forgetOrder(_ oid: UInt64, _ order: OrderRecord) {
    let index = marketIndex(order.account, order.asset)
    derived.accounts[Int(order.account)].lists[index].orders.removeSorted(oid)
    if order.reduceOnly {
      derived.accounts[Int(order.account)].markets[index].reduceOnlyCount -= 1
    } else {
      reserve(order.account, index, isBuy: order.isBuy, -order.size)
    }
  }

  mutating func reserve(_ account: AccountID, _ index: Int, isBuy: Bool, _ lots: Lots) {
    if isBuy {
      derived.accounts[Int(account)].markets[index].buyLots += lots
    } else {
      derived.accounts[Int(account)].markets[index].sellLots += lots
    }
  }

  mutating func noteTrigger(_ oid: UInt64, _ trigger: TriggerRecord) {
    let index = marketIndex(trigger.account, trigger.asset)
    derived.accounts[Int(trigger.account)].lists[index].triggers.append(oid)
    if trigger.isArmed { armTrigger(oid, trigger) }
  }

  mutating func armTrigger(_ oid: UInt64, _ trigger: TriggerRecord) {
    if trigger.firesAbove {
      derived.triggersAbove[Int(trigger.asset)].insert(TriggerEntry(key: trigger.triggerPrice, oid: oid))
    } else {
      derived.triggersBelow[Int(trigger.asset)].insert(TriggerEntry(key: -trigger.triggerPrice, oid: oid))
    }
    compactTriggers(trigger.asset)
  }

  /// Entries of cancelled trigger orders die when met; where they are most of a heap, they go at once.
  private mutating func compactTriggers(_ asset: AssetID) {
    let most = 2 * triggers.count + 256
    let known = triggers
    if derived.triggersAbove[Int(asset)].count > most {
      derived.triggersAbove[Int(asset)].compact { known[$0.oid]?.isArmed == true }
    }
    if derived.triggersBelow[Int(asset)].count > most {
      derived.triggersBelow[Int(asset)].compact { known[$0.oid]?.isArmed == true }
    }
  }

  mutating func addHolder(_ account: AccountID, _ asset: AssetID) {
    derived.holderPlaces.set(Pair(account, asset), Amount(Int128(derived.holders[Int(asset)].count)))
    derived.holders[Int(asset)].append(account)
  }

  mutating func removeHolder(_ account: AccountID, _ asset: AssetID) {
    guard let place = derived.holderPlaces.remove(Pair(account, asset)) else { return }
    let last = derived.holders[Int(asset)].removeLast()
    if last != account {
      derived.holders[Int(asset)][Int(place.value)] = last
      derived.holderPlaces.set(Pair(last, asset), place)
    }
  }
}

extension Array where Element == UInt64 {
  /// Adds a number to an ascending list; nearly always at its end.
  mutating func insertSorted(_ number: UInt64) {
    var place = count
    while place > 0 && self[place - 1] > number { place -= 1 }
    insert(number, at: place)
  }

  /// Removes a number from an ascending list.
  mutating func removeSorted(_ number: UInt64) {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < number { low = middle + 1 } else { high = middle }
    }
    if low < count && self[low] == number { remove(at: low) }
  }
}
