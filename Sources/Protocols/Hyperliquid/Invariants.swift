import Canonical
import Ledger
import Matching
import StateStore
import VenueKit

/// What must be true of every committed state. Rule HL-97.
extension HyperliquidVenue {
  public static let invariants: [Invariant<HyperliquidState>] = [
    Invariant(
      "valueConserved", "All balances add up to deposits less withdrawals, to the last unit.", cost: .full
    ) { state, _ in
      if let broken = state.ledger.conservation().first {
        return Violation(
          invariant: "valueConserved", site: "ledger",
          detail: "held \(broken.held.map(String.init) ?? "overflow"), issued \(broken.issued)")
      }
      let flows = state.counter(.deposits) - state.counter(.withdrawals)
      let held = state.valueByHolder().reduce(Money(0)) { $0 + $1.amount }
      return flows == held
        ? nil : Violation(invariant: "valueConserved", site: "holders", detail: "held \(held), flows \(flows)")
    },
    Invariant(
      "openInterestBalanced", "In every market as many lots are long as are short.", cost: .full
    ) { state, _ in
      var sums = [Int128](repeating: 0, count: state.parameters.markets.count)
      var longs = sums
      state.positions.forEachSorted { key, position in
        sums[Int(key.second)] += Int128(position.size)
        longs[Int(key.second)] += Int128(max(0, position.size))
      }
      for index in sums.indices where sums[index] != 0 || longs[index] != state.derived.openInterest[index] {
        return Violation(
          invariant: "openInterestBalanced", site: state.parameters.markets[index].symbol,
          detail: "net \(sums[index]), long \(longs[index]), known \(state.derived.openInterest[index])")
      }
      return nil
    },
    Invariant(
      "booksSound", "Books are sorted and uncrossed and hold exactly the orders of the table.", cost: .full
    ) { state, _ in state.bookViolation() },
    Invariant(
      "aboveMaintenance", "Every account is above maintenance or being liquidated.", cost: .full
    ) { state, _ in
      for number in 0..<state.derived.accounts.count {
        let account = AccountID(number)
        if state.isUnderwater(account) && !state.liquidations.contains(account) {
          return Violation(
            invariant: "aboveMaintenance", site: state.address(account).description,
            detail: "\(state.crossMargin(account))")
        }
      }
      return nil
    },
    Invariant("deficitCounted", "What nobody paid is counted, and stands in the deficit purse.", cost: .constant) {
      state, _ in
      let unpaid = state.counter(.unpaid)
      let purse = state.balance(state.housePurse(Purpose.deficit))
      return purse == -unpaid
        ? nil
        : Violation(invariant: "deficitCounted", site: "deficit", detail: "\(purse) in the purse, \(unpaid) counted")
    },
    Invariant("fundingResidue", "Funding pays out no more than was paid in.", cost: .full) { state, _ in
      let residue = state.valueByHolder().first { $0.name == "funding residue" }?.amount ?? 0
      return residue >= 0 ? nil : Violation(invariant: "fundingResidue", site: "funding", detail: "\(residue)")
    },
    Invariant("sharesBacked", "Vault shares add up, and each is worth the same part of the pool.", cost: .full) {
      state, _ in
      var sums: [(vault: Address, shares: Int128)] = []
      state.shares.forEachSorted { key, record in
        if sums.last?.vault != key.first { sums.append((key.first, 0)) }
        sums[sums.count - 1].shares += record.shares
      }
      for vault in state.vaultAddresses() {
        let sum = sums.first { $0.vault == vault }?.shares ?? 0
        let total = state.vaults[vault]?.shares ?? state.totalShares
        if sum != total {
          return Violation(invariant: "sharesBacked", site: vault.description, detail: "\(sum) of \(total)")
        }
      }
      for sum in sums where state.vaults[sum.vault] == nil && sum.vault != state.parameters.vault.address {
        return Violation(invariant: "sharesBacked", site: sum.vault.description, detail: "shares of no vault")
      }
      return nil
    },
    Invariant(
      "spotHolds", "What is held of each token is exactly what the owner's resting spot orders need.", cost: .full
    ) { state, _ in state.spotViolation() },
    Invariant(
      "ownersKnown", "Every sub-account, vault and dex account has its owner's entry, and the other way round.",
      cost: .full
    ) { state, _ in state.ownerViolation() },
    Invariant(
      "twapsSound", "No TWAP has executed more than its size, and each that runs is known to run.", cost: .full
    ) { state, _ in
      var violation: Violation?
      var running: [UInt64] = []
      state.twaps.forEachSorted { id, twap in
        running.append(id)
        if violation == nil, twap.executed > twap.size || twap.executed < 0 || twap.size <= 0 || twap.id != id {
          violation = Violation(invariant: "twapsSound", site: "twap \(id)", detail: "\(twap)")
        }
      }
      if running != state.derived.twaps {
        return Violation(invariant: "twapsSound", site: "list", detail: "\(running) and \(state.derived.twaps)")
      }
      return violation
    },
    Invariant("noncesBounded", "A signer has at most a hundred nonces, ascending.", cost: .full) { state, _ in
      var violation: Violation?
      state.nonces.forEachSorted { signer, record in
        let isAscending = zip(record.nonces, record.nonces.dropFirst()).allSatisfy { $0 < $1 }
        if violation == nil, !isAscending || !(1...HyperliquidState.nonceCount).contains(record.nonces.count) {
          violation = Violation(invariant: "noncesBounded", site: signer.description, detail: "\(record.nonces)")
        }
      }
      return violation
    },
    Invariant(
      "isolatedPursesOwned", "An isolated purse without a position is empty.", cost: .full
    ) { state, _ in
      var owned: [LedgerKey] = []
      state.positions.forEachSorted { key, _ in
        owned.append(
          LedgerKey(
            LedgerAccount(state.address(key.first), Purpose.isolated(key.second)), asset: Purpose.usdc))
      }
      owned.sort()
      var violation: Violation?
      state.ledger.balances.forEachSorted { key, balance in
        if key.purpose >= 256 && violation == nil && !owned.containsSorted(key) {
          violation = Violation(
            invariant: "isolatedPursesOwned", site: key.keyDescription, detail: "\(balance.amount)")
        }
      }
      return violation
    },
    Invariant(
      "derivedMatchesTables", "Everything derived is what the tables rebuild.", cost: .full
    ) { state, _ in
      var rebuilt = state
      rebuilt.rebuildDerived()
      return state.derivedDifference(rebuilt).map {
        Violation(invariant: "derivedMatchesTables", site: $0.site, detail: $0.detail)
      }
    },
    Invariant("ordersOwned", "Every resting order has an owner, lots and a place in its owner's list.", cost: .full) {
      state, _ in
      var violation: Violation?
      state.orders.forEachSorted { oid, order in
        guard violation == nil else { return }
        let isListed =
          Int(order.account) < state.derived.accounts.count
          && state.derived.accounts[Int(order.account)].index(order.asset).map {
            state.derived.accounts[Int(order.account)].lists[$0].orders.contains(oid)
          } == true
        if !isListed || order.size <= 0 || order.size > order.originalSize {
          violation = Violation(invariant: "ordersOwned", site: "order \(oid)", detail: "\(order)")
        }
      }
      return violation
    },
  ]
}

extension HyperliquidState {
  func bookViolation() -> Violation? {
    var resting = 0
    for market in parameters.markets {
      let book = derived.books[Int(market.asset)]
      if let sentence = book.checkInvariants().first {
        return Violation(invariant: "booksSound", site: market.symbol, detail: sentence)
      }
      if let bid = book.bestBid, let ask = book.bestAsk, bid.price >= ask.price {
        return Violation(invariant: "booksSound", site: market.symbol, detail: "\(bid.price) bid, \(ask.price) asked")
      }
      resting += book.orderCount
    }
    if resting != orders.count {
      return Violation(invariant: "booksSound", site: "orders", detail: "\(resting) in books, \(orders.count) records")
    }
    var violation: Violation?
    orders.forEachSorted { oid, order in
      guard violation == nil else { return }
      let found = derived.books[Int(order.asset)].order(oid)
      if found?.quantity != UInt64(order.size) || found?.price != order.price
        || found?.owner != UInt64(order.account)
      {
        violation = Violation(invariant: "booksSound", site: "order \(oid)", detail: "\(order)")
      }
    }
    return violation
  }

  /// The first difference between what two states derived, guards and dirt apart: those depend on when accounts were
  /// last looked at, and decide nothing.
  func derivedDifference(_ other: HyperliquidState) -> (site: String, detail: String)? {
    for market in parameters.markets {
      let index = Int(market.asset)
      if derived.books[index].stateHash != other.derived.books[index].stateHash { return (market.symbol, "book") }
      if derived.marks[index] != other.derived.marks[index] { return (market.symbol, "mark") }
      if derived.oracles[index] != other.derived.oracles[index] { return (market.symbol, "oracle") }
      if derived.fundingIndexes[index] != other.derived.fundingIndexes[index] { return (market.symbol, "funding") }
      if derived.openInterest[index] != other.derived.openInterest[index] { return (market.symbol, "open interest") }
      if holderList(market.asset) != other.holderList(market.asset) { return (market.symbol, "holders") }
    }
    guard derived.accounts.count == other.derived.accounts.count else { return ("accounts", "count") }
    if derived.twaps != other.derived.twaps { return ("twaps", "list") }
    for number in 0..<derived.accounts.count {
      if derived.accounts[number].isMultiSig != other.derived.accounts[number].isMultiSig
        || derived.accounts[number].isReferred != other.derived.accounts[number].isReferred
      {
        return (address(AccountID(number)).description, "rights")
      }
      let left = active(AccountID(number))
      let right = other.active(AccountID(number))
      if left.caches != right.caches || left.lists != right.lists {
        return (address(AccountID(number)).description, "\(left.caches) rebuilt \(right.caches)")
      }
    }
    return nil
  }

  private func holderList(_ asset: AssetID) -> [AccountID] {
    var list: [AccountID] = []
    for place in 0..<derived.holders[Int(asset)].count { list.append(derived.holders[Int(asset)][place]) }
    return list.sorted()
  }

  /// What an account has open or chosen, by asset.
  private func active(_ account: AccountID) -> (caches: [MarketCache], lists: [MarketLists]) {
    let cache = derived.accounts[Int(account)]
    let places = cache.markets.indices.filter { place in
      !cache.markets[place].isIdle || cache.markets[place].reduceOnlyCount > 0
        || !cache.lists[place].triggers.isEmpty
    }.sorted { cache.markets[$0].asset < cache.markets[$1].asset }
    return (places.map { cache.markets[$0] }, places.map { cache.lists[$0] })
  }
}

extension Array where Element: Comparable {
  /// Whether an ascending list holds the element.
  func containsSorted(_ element: Element) -> Bool {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < element { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low] == element
  }
}
