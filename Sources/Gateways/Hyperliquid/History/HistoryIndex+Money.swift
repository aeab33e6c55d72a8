import Canonical
import Hyperliquid
import VenueKit

// Movements of money that are no funding, as rows of the ledger.
extension HistoryIndex {
  mutating func applyMoney(_ event: HyperliquidEvent, _ pass: inout BlockPass) {
    switch event {
    case .deposit(let account, let amount):
      append(account, &pass) { output in
        output.type("deposit")
        output.usdc(amount)
      }
    case .withdrawal(let destination, let amount, let fee):
      let nonce = pass.nonce
      append(pass.actor ?? destination, &pass) { output in
        output.type("withdraw")
        output.usdc(amount + fee)
        output.key("nonce")
        output.integer(nonce)
        output.key("fee")
        output.decimal(fee, scale: 6)
      }
    case .transfer(let from, let to, let amount):
      let isOfSub =
        pass.state.role(from, at: pass.time).master == to || pass.state.role(to, at: pass.time).master == from
      for user in [from, to] {
        append(user, &pass) { output in
          output.type(isOfSub ? "subAccountTransfer" : "internalTransfer")
          output.usdc(amount)
          output.key("user")
          output.address(from)
          output.key("destination")
          output.address(to)
          output.key("fee")
          output.string("0.0")
        }
      }
    case .vaultDeposit(let vault, let account, let amount, _):
      append(account, &pass) { output in
        output.type("vaultDeposit")
        output.key("vault")
        output.address(vault)
        output.usdc(amount)
      }
    case .vaultWithdrawal(let vault, let account, let amount, _):
      append(account, &pass) { output in
        output.type("vaultWithdraw")
        output.key("vault")
        output.address(vault)
        output.key("user")
        output.address(account)
        output.key("requestedUsd")
        output.decimal(amount, scale: 6)
        output.key("commission")
        output.string("0.0")
        output.key("closingCost")
        output.string("0.0")
        output.key("basis")
        output.decimal(amount, scale: 6)
        output.key("netWithdrawnUsd")
        output.decimal(amount, scale: 6)
      }
    case .classTransfer(let account, let amount, let toPerp):
      append(account, &pass) { output in
        output.type("accountClassTransfer")
        output.usdc(amount)
        output.key("toPerp")
        output.flag(toPerp)
      }
    case .spotTransfer(let token, let from, let to, let amount):
      for user in [from, to] {
        append(user, &pass) { output in
          output.type("spotTransfer")
          output.key("token")
          output.string(token)
          output.key("amount")
          output.string(amount.contains(".") ? amount : amount + ".0")
          output.key("usdcValue")
          output.string("0.0")
          output.key("user")
          output.address(from)
          output.key("destination")
          output.address(to)
          output.key("fee")
          output.string("0.0")
          output.key("nativeTokenFee")
          output.string("0.0")
          output.key("nonce")
          output.null()
          output.key("feeToken")
          output.string("")
        }
      }
    case .vaultCommission(_, _, let leader, let amount):
      append(leader, &pass) { output in
        output.type("vaultLeaderCommission")
        output.key("user")
        output.address(leader)
        output.usdc(amount)
      }
    default: return
    }
  }

  mutating func append(_ account: Address, _ pass: inout BlockPass, _ members: (inout JSONOutput) -> Void) {
    let user = pass.state.shown(account)
    pass.touched.insert(user)
    let row = LedgerRow(time: pass.time, hash: pass.hash(), delta: makeJSON { $0.object(members) })
    pass.update.ledger[user, default: []].append(row)
    users[user, default: UserHistory()].ledger.append(row, limit: limits.ledger)
  }
}

extension JSONOutput {
  mutating func type(_ name: StaticString) {
    key("type")
    string(name)
  }

  mutating func usdc(_ amount: Money) {
    key("usdc")
    decimal(amount, scale: 6)
  }
}

extension AccountRole {
  /// Whose sub-account it is.
  var master: Address? { if case .subAccount(let master) = self { master } else { nil } }
}
