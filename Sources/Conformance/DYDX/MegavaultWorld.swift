import Canonical
import ConformanceKit
import DYDX
import Quantities

/// The megavault's messages carried out on a state, as `TestMsgDepositToMegavault` and `TestMsgWithdrawFromMegavault`
/// tell it.
enum MegavaultWorld {
  static let height: UInt64 = 100

  private static func status(_ text: String?) throws(CaseFailure) -> VaultStatus {
    switch text {
    case "DEACTIVATED": .deactivated
    case "STAND_BY": .standBy
    case "QUOTING": .quoting
    case "CLOSE_ONLY": .closeOnly
    default: throw CaseFailure("vaults", "no such status")
    }
  }

  /// The main account, its owner and the vaults with their markets, and money behind all of them.
  static func state(
    main: Int256, total: Int256, owner: Address, owned: Int256, locked: Int256, vaults: [JSONValue]
  ) throws(CaseFailure) -> DYDXState {
    var prices: [UInt32: UInt64] = [:]
    for vault in vaults {
      let price = vault["market_price"] ?? .null
      prices[try price.id(of: "id")] = UInt64(exactly: try price.int(of: "price"))
    }
    var state = try World.state(
      perpetuals: vaults.compactMap { $0["perpetual"] }, pairs: vaults.compactMap { $0["clob_pair"] }, prices: prices,
      parameters: World.parameters())
    for vault in vaults {
      let parameters = vault["params"] ?? .null
      let pair = try (vault["id"] ?? .null).id(of: "number")
      let quoting = try parameters["quoting_params"].map { (json) throws(CaseFailure) in
        QuotingParameters(
          terms: try VaultCases.quoting(json), expirationSeconds: try json.id(of: "order_expiration_seconds"),
          activationThreshold: try json.int(of: "activation_threshold_quote_quantums"))
      }
      state.setVault(pair, VaultRecord(status: try status(parameters["status"]?.string), quoting: quoting))
      let market = vault["market_param"] ?? .null
      state.markets.set(
        try market.id(of: "id"),
        MarketRecord(
          pair: market["pair"]?.string ?? "", exponent: Int32(try market.small(of: "exponent")),
          minimumChangePpm: try market.id(of: "min_price_change_ppm")))
      let base = try vault.int(of: "position_base_quantums")
      let perpetual = try (vault["perpetual"] ?? .null).id(of: "id")
      let position = PerpetualPosition(
        perpetual: perpetual, quantums: base, fundingIndex: state.infos[perpetual]?.fundingIndex ?? 0)
      state.subaccounts.set(
        VaultAddress.vault(pair),
        AccountHoldings(
          quoteQuantums: try vault.int(of: "asset_quote_quantums"), positions: base.isZero ? [] : [position]))
    }
    if !main.isZero { state.subaccounts.set(VaultAddress.main, AccountHoldings(quoteQuantums: main)) }
    if !owned.isZero { state.vaultShares.set(owner, Amount(owned)) }
    state.set(.vaultShares, to: total)
    if !locked.isZero {
      state.shareLocks.set(owner, ShareLocks([ShareLock(shares: locked, height: UInt32(height + 100))]))
    }
    try World.fund(&state, Purse.Name(module: "subaccounts"), Int256(1) << 96)
    return state
  }

  /// The chain's answer to a message: nil, or its refusal; a refusal leaves the state as it was.
  static func send(_ message: RoomMessage, to state: inout DYDXState) -> DYDXRefusal? {
    var attempt = state
    do throws(DYDXRefusal) {
      guard try attempt.executeVault(message, height: height) else {
        return .chain(.invalidRequest, "not a message of the vault")
      }
    } catch {
      return error
    }
    state = attempt
    return nil
  }

  static func name(_ refusal: DYDXRefusal?) -> String {
    switch refusal {
    case nil: ""
    case .chain(let code, _): "Err" + code.name
    case .some(let other): other.name
    }
  }

  private static func stateless(_ message: RoomMessage) -> DYDXRefusal? {
    do throws(DYDXRefusal) {
      try message.validate()
      return nil
    } catch {
      return error
    }
  }

  /// Deposits one after another; each tells what its owner holds then, and the histories what the vault does.
  static func deposit(_ c: inout VectorCase) throws(CaseFailure) {
    var state = try World.state(perpetuals: [], parameters: World.parameters())
    try World.fund(&state, Purse.Name(module: "subaccounts"), Int256(1) << 96)
    for setup in c.list("depositor_setups") {
      let balance = try setup.int(of: "depositor_balance")
      let account = try World.subaccount(setup["depositor"]?.string ?? "")
      if !balance.isZero { state.subaccounts.set(account, AccountHoldings(quoteQuantums: balance)) }
    }
    var (answers, shares, equities): ([JSONValue], [JSONValue], [JSONValue]) = ([], [], [])
    for instance in c.list("deposit_instances") {
      let account = try World.subaccount(instance["depositor"]?.string ?? "")
      let signer = World.address(instance["msg_signer"]?.string ?? "")
      var deposit = MegavaultDeposit()
      deposit.subaccount = SubaccountID(owner: Bech32Owner.text(account.owner), number: account.number)
      deposit.quoteQuantums = SerializableInteger.bytes(try instance.int(of: "deposit_amount"))
      let message = RoomMessage.depositToMegavault(deposit)
      var check = stateless(message)
      if signer != account.owner {
        check = .chain(.invalidPublicKey, "pubKey does not match signer address")
      }
      let delivery = check == nil ? send(message, to: &state) : nil
      let owned = state.vaultShares[account.owner].map { JSONValue($0.value) } ?? .null
      answers.append(
        merged(
          instance,
          [
            ("check_tx_fails", .bool(check != nil), false), ("check_tx_response_contains", .string(name(check)), ""),
            ("deliver_tx_fails", .bool(delivery != nil), false), ("expected_owner_shares", owned, nil),
          ]))
      shares.append(JSONValue(state.totalShares))
      let equity = try answer("equity_history") { () throws(MathematicsError) in try state.megavaultEquity() }
      equities.append(JSONValue(equity))
    }
    c.expect("deposit_instances", .array(answers), zero: nil)
    c.expect("total_shares_history", .array(shares), zero: nil)
    c.expect("equity_history", .array(equities), zero: nil)
  }

  /// The instance with computed figures: in the place of given ones, else behind; an absent or null field stands for
  /// its default.
  private static func merged(
    _ given: JSONValue, _ computed: [(key: String, value: JSONValue, standard: JSONValue?)]
  ) -> JSONValue {
    var members = given.members ?? []
    for (key, value, standard) in computed {
      if let place = members.firstIndex(where: { $0.key == key }) {
        if members[place].value.isNull && value == standard { continue }
        members[place].value = value
      } else if value != standard {
        members.append(JSONMember(key, value))
      }
    }
    return .object(members)
  }
}
