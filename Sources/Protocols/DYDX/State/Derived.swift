/// Which stateful orders are open, by account and in all: made from the tables of orders, so that views and intents need
/// not sort them. The order of `live` depends on history; only sums and extremes are taken of it.
struct DerivedOrders: Sendable, Equatable {
  private(set) var live: [OrderKey] = []
  private var places: [OrderKey: Int] = [:]  // lookup only
  private var byAccount: [Subaccount: [OrderKey]] = [:]  // lookup only

  mutating func insert(_ key: OrderKey) {
    guard places[key] == nil else { return }
    places[key] = live.count
    live.append(key)
    byAccount[key.subaccount, default: []].append(key)
  }

  mutating func remove(_ key: OrderKey) {
    guard let place = places.removeValue(forKey: key) else { return }
    let last = live.removeLast()
    if last != key {
      live[place] = last
      places[last] = place
    }
    byAccount[key.subaccount]?.removeAll { $0 == key }
    if byAccount[key.subaccount]?.isEmpty == true { byAccount[key.subaccount] = nil }
  }

  /// Ascending.
  func keys(of subaccount: Subaccount) -> [OrderKey] { (byAccount[subaccount] ?? []).sorted() }

  static func == (left: DerivedOrders, right: DerivedOrders) -> Bool { left.live.sorted() == right.live.sorted() }
}

extension DYDXState {
  /// All open stateful orders, from the tables.
  var rebuiltOrders: DerivedOrders {
    var derived = DerivedOrders()
    for key in orders.sortedKeys() { derived.insert(key) }
    for key in untriggered.sortedKeys() { derived.insert(key) }
    for key in timeWeighted.sortedKeys() { derived.insert(key) }
    return derived
  }
}
