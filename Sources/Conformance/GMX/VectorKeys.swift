import Canonical
import ConformanceKit
import GMX
import Quantities
import StateStore

// Keys of files and keys of tables.
extension VectorWorld {
  /// `OPEN_INTEREST/shortToken/true` of a market.
  mutating func storeKey(_ text: String, _ market: VectorMarket) throws(CaseFailure) -> (StoreKey, StoreKindShape) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard let shape = StoreKind.shapes.first(where: { $0.name == parts[0] }) else {
      throw CaseFailure(text, "an unknown key")
    }
    var key = StoreKey(shape.kind, scope(shape, market))
    for (argument, part) in zip(shape.arguments, parts.dropFirst()) {
      switch argument {
      case .token: key.token = try token(part, market)
      case .flag:
        guard part == "true" || part == "false" else { throw CaseFailure(text, "neither true nor false") }
        key.flag = part == "true"
      case .profitCap:
        guard let cap = ProfitCap.allCases.first(where: { $0.name == part }) else {
          throw CaseFailure(text, "an unknown limit of profits")
        }
        key.number = UInt64(cap.rawValue)
      case .number:
        guard let number = UInt64(part) else { throw CaseFailure(text, "not a number") }
        key.number = number
      case .account:
        guard part.hasPrefix("@") else { throw CaseFailure(text, "not an account") }
        key.account = try account(String(part.dropFirst()))
      }
    }
    return (key, shape)
  }

  private func scope(_ shape: StoreKindShape, _ market: VectorMarket) -> UInt16 {
    if shape.scope == .globalSetting { return 0 }
    switch shape.kind {
    case .virtualInventoryForSwaps: return market.record.virtualMarket
    case .virtualInventoryForPositions, .virtualInventoryForPositionsInTokens: return market.record.virtualToken
    default: return market.record.market
    }
  }

  /// Writes the settings of a market.
  mutating func configure(_ document: JSONValue, _ market: VectorMarket) throws(CaseFailure) {
    for member in document.members ?? [] {
      let (key, shape) = try storeKey(member.key, market)
      guard shape.scope != .amount else { throw CaseFailure(member.key, "no setting") }
      state.settings.set(key, try Self.unsigned(member.value.string, member.key))
    }
  }

  /// The table-import door: writes numbers that no action wrote.
  mutating func importState(_ document: JSONValue) throws(CaseFailure) {
    for member in document.members ?? [] {
      let (key, shape) = try storeKey(member.key, markets[0])
      guard shape.scope == .amount else { throw CaseFailure(member.key, "no number that actions change") }
      let value =
        Self.signedKinds.contains(shape.kind)
        ? try Self.signed(member.value.string, member.key).bitPattern
        : try Self.unsigned(member.value.string, member.key)
      state.amounts.set(key, value)
    }
  }

  mutating func importPositions(_ list: [JSONValue]) throws(CaseFailure) {
    for document in list {
      let key = try positionKey(document, markets[0])
      var record = PositionRecord()
      for member in document.members ?? [] {
        if ["account", "collateral", "isLong"].contains(member.key) { continue }
        try set(&record, member.key, member.value.string)
      }
      state.positions.set(key, record)
    }
  }

  mutating func positionKey(_ document: JSONValue, _ market: VectorMarket) throws(CaseFailure) -> PositionKey {
    guard let name = document["account"]?.string, let collateral = document["collateral"]?.string,
      let isLong = document["isLong"]?.bool
    else { throw CaseFailure("position", "no account, collateral and side") }
    return PositionKey(
      account: try account(name), market: market.record.market, collateralToken: try token(collateral, market),
      isLong: isLong)
  }

  private func set(_ record: inout PositionRecord, _ field: String, _ text: String?) throws(CaseFailure) {
    if field == "PENDING_IMPACT_AMOUNT" {
      record.pendingImpactAmount = try Self.signed(text, field)
      return
    }
    let value = try Self.unsigned(text, field)
    switch field {
    case "SIZE_IN_USD": record.sizeInUsd = value
    case "SIZE_IN_TOKENS": record.sizeInTokens = value
    case "COLLATERAL_AMOUNT": record.collateralAmount = value
    case "BORROWING_FACTOR": record.borrowingFactor = value
    case "FUNDING_FEE_AMOUNT_PER_SIZE": record.fundingFeeAmountPerSize = value
    case "LONG_TOKEN_CLAIMABLE_FUNDING_AMOUNT_PER_SIZE": record.longTokenClaimableFundingAmountPerSize = value
    case "SHORT_TOKEN_CLAIMABLE_FUNDING_AMOUNT_PER_SIZE": record.shortTokenClaimableFundingAmountPerSize = value
    case "INCREASED_AT_TIME": record.increasedAtTime = value.word0
    case "DECREASED_AT_TIME": record.decreasedAtTime = value.word0
    default: throw CaseFailure(field, "an unknown field of a position")
    }
  }

  // MARK: Export

  /// Everything that the files call state, zeros left out.
  func exported() -> [String: String] {
    var result: [String: String] = [:]
    state.amounts.forEachSorted { key, value in
      for market in markets {
        guard let text = text(of: key, market) else { continue }
        let isSigned = Self.signedKinds.contains(key.kind)
        result[text] = isSigned ? Int256(bitPattern: value).description : value.description
      }
    }
    for market in markets {
      let prefix = market.name.isEmpty ? "" : market.name + "|"
      if let supply = state.supplies[market.record.market] {
        result[prefix + "marketToken/totalSupply"] = supply.description
      }
    }
    exportPositions(&result)
    exportOrders(&result)
    if showsBalances { for (key, value) in exportedBalances() { result["\(key.0)balance/" + key.1] = value } }
    return result
  }

  private func text(of key: StoreKey, _ market: VectorMarket) -> String? {
    let shape = StoreKind.shapes.first { $0.kind == key.kind }
    guard let shape, scope(shape, market) == key.scope else { return nil }
    var parts = [shape.name]
    for argument in shape.arguments {
      switch argument {
      case .token: parts.append(tokenName(key.token, market))
      case .flag: parts.append(key.flag ? "true" : "false")
      case .profitCap: continue
      case .number: if key.account != .zero { parts.append(String(key.number)) }
      case .account:
        if key.account == .zero { continue }
        // What waits for the holding address shows in the totals only.
        guard let account = accounts.first(where: { $0.address == key.account }) else { return nil }
        parts.append("@" + account.name)
      }
    }
    return (market.name.isEmpty ? "" : market.name + "|") + parts.joined(separator: "/")
  }

  private func exportPositions(_ result: inout [String: String]) {
    state.positions.forEachSorted { key, record in
      guard let market = markets.first(where: { $0.record.market == key.market }) else { return }
      let prefix =
        (market.name.isEmpty ? "" : market.name + "|") + "position/\(name(key.account) ?? "unknown")/"
        + "\(tokenName(key.collateralToken, market))/\(key.isLong)/"
      let fields: [(String, UInt256)] = [
        ("SIZE_IN_USD", record.sizeInUsd), ("SIZE_IN_TOKENS", record.sizeInTokens),
        ("COLLATERAL_AMOUNT", record.collateralAmount), ("BORROWING_FACTOR", record.borrowingFactor),
        ("FUNDING_FEE_AMOUNT_PER_SIZE", record.fundingFeeAmountPerSize),
        ("LONG_TOKEN_CLAIMABLE_FUNDING_AMOUNT_PER_SIZE", record.longTokenClaimableFundingAmountPerSize),
        ("SHORT_TOKEN_CLAIMABLE_FUNDING_AMOUNT_PER_SIZE", record.shortTokenClaimableFundingAmountPerSize),
        ("INCREASED_AT_TIME", UInt256(record.increasedAtTime)), ("DECREASED_AT_TIME", UInt256(record.decreasedAtTime)),
      ]
      for (field, value) in fields where !value.isZero { result[prefix + field] = value.description }
      if !record.pendingImpactAmount.isZero {
        result[prefix + "PENDING_IMPACT_AMOUNT"] = record.pendingImpactAmount.description
      }
    }
  }

  private func exportOrders(_ result: inout [String: String]) {
    for (name, id) in orderIDs {
      guard let order = state.orders[id] else { continue }
      let fields: [(String, UInt256)] = [
        ("orderType", UInt256(UInt64(order.orderType.rawValue))),
        ("swapType", UInt256(UInt64(order.decreaseSwap.rawValue))), ("sizeDeltaUsd", order.sizeDeltaUsd),
        ("initialCollateralDeltaAmount", order.initialCollateralDeltaAmount), ("triggerPrice", order.triggerPrice),
        ("acceptablePrice", order.acceptablePrice), ("minOutputAmount", order.minOutputAmount),
        ("updatedAtTime", UInt256(order.updatedAtTime)), ("validFromTime", UInt256(order.validFromTime)),
        ("isFrozen", order.isFrozen ? .one : .zero), ("autoCancel", order.autoCancel ? .one : .zero),
      ]
      for (field, value) in fields where !value.isZero { result["order/\(name)/\(field)"] = value.description }
    }
  }

  /// Balances by (market prefix, `TOKEN/WHO`).
  func exportedBalances() -> [((String, String), String)] {
    var result: [((String, String), String)] = []
    state.balances.forEachSorted { key, value in
      let (holder, token) = (key.first, key.second)
      if token >= GMXState.marketTokenBase {
        guard let market = markets.first(where: { $0.record.market == token - GMXState.marketTokenBase }),
          let who = name(holder)
        else { return }
        let prefix = market.name.isEmpty ? "" : market.name + "|"
        result.append(((prefix, "marketToken/" + who), value.description))
        return
      }
      let symbol = balanceText(token)
      if let market = markets.first(where: { Holder.market($0.record.market) == holder }) {
        let prefix = market.name.isEmpty ? "" : market.name + "|"
        result.append(((prefix, symbol + "/market"), value.description))
      } else if holder == Holder.orderVault {
        result.append((("", symbol + "/orderVault"), value.description))
      } else if let who = name(holder) {
        result.append((("", symbol + "/" + who), value.description))
      }
    }
    return result
  }

  private func balanceText(_ token: TokenID) -> String {
    symbols[token] ?? (token == markets[0].record.longToken ? "longToken" : "shortToken")
  }
}
