import Canonical
import Hyperliquid
import VenueKit

// Spot, dexs, staking, referral, abstraction, and what clients ask besides.
extension InfoService {
  func otherAnswer(_ type: String, _ request: InfoRequest) -> InfoAnswer? {
    switch type {
    case "spotMeta": return json(writeSpotMeta)
    case "spotMetaAndAssetCtxs":
      return json { output in
        output.array { output in
          writeSpotMeta(&output)
          output.array { _ in }
        }
      }
    case "perpDexs": return json { output in output.array { $0.null() } }
    case "exchangeStatus":
      return json { output in
        output.object { output in
          output.key("time")
          output.integer(time)
          output.key("specialStatuses")
          output.null()
        }
      }
    case "perpsAtOpenInterestCap": return json { $0.array { _ in } }
    case "maxMarketOrderNtls": return json(writeMarketOrderLimits)
    case "webData2", "webData3":
      return forUser(request) { user in json { writeWebData(&$0, user) } }
    default: return userDetail(type, request)
    }
  }

  private func userDetail(_ type: String, _ request: InfoRequest) -> InfoAnswer? {
    switch type {
    case "subAccounts", "subAccounts2", "userToMultiSigSigners", "userDexAbstraction":
      return forUser(request) { _ in json { $0.null() } }
    case "maxBuilderFee": return forUser(request) { _ in json { $0.integer(0) } }
    case "approvedBuilders", "delegations", "delegatorRewards", "delegatorHistory", "twapHistory",
      "userBorrowLendInterest":
      return forUser(request) { _ in json { $0.array { _ in } } }
    case "delegatorSummary":
      return forUser(request) { _ in
        json { output in
          output.object { output in
            for name in ["delegated", "undelegated", "totalPendingWithdrawal"] as [StaticString] {
              output.key(name)
              output.string("0.0")
            }
            output.key("nPendingWithdrawals")
            output.integer(0)
          }
        }
      }
    case "userAbstraction": return forUser(request) { _ in json { $0.string("default") } }
    case "referral": return forUser(request) { user in json { writeReferral(&$0, user) } }
    case "isVip": return forUser(request) { _ in json { $0.flag(false) } }
    case "legalCheck":
      return forUser(request) { _ in
        json { output in
          output.object { output in
            for name in ["ipAllowed", "acceptedTerms", "userAllowed"] as [StaticString] {
              output.key(name)
              output.flag(true)
            }
          }
        }
      }
    case "preTransferCheck":
      return forUser(request) { user in
        json { output in
          output.object { output in
            let exists = state.number(of: user) != nil
            output.key("fee")
            output.decimal(exists ? 0 : parameters.activationFee, scale: 6)
            output.key("isSanctioned")
            output.flag(false)
            output.key("userExists")
            output.flag(exists)
            output.key("userHasSentTx")
            output.flag(exists)
          }
        }
      }
    default: return nil
    }
  }

  // MARK: Spot

  func writeSpotMeta(_ output: inout JSONOutput) {
    output.object { output in
      output.key("universe")
      output.array { _ in }
      output.key("tokens")
      output.array { output in
        output.object { output in
          output.key("name")
          output.string("USDC")
          output.key("szDecimals")
          output.integer(8)
          output.key("weiDecimals")
          output.integer(8)
          output.key("index")
          output.integer(0)
          output.key("tokenId")
          output.string("0x6d1e7cde53ba9467b783cb7c530ce054")
          output.key("isCanonical")
          output.flag(true)
          output.key("evmContract")
          output.null()
          output.key("fullName")
          output.null()
          output.key("deployerTradingFeeShare")
          output.string("0.0")
        }
      }
    }
  }

  /// The largest value of a market order by greatest leverage.
  private func writeMarketOrderLimits(_ output: inout JSONOutput) {
    output.array { output in
      for (leverage, value) in [(25, 30_000_000), (20, 5_000_000), (10, 2_000_000), (1, 500_000)] {
        output.array { output in
          output.integer(leverage)
          output.decimal(value, scale: 0)
        }
      }
    }
  }

  private func writeReferral(_ output: inout JSONOutput, _ user: Address) {
    output.object { output in
      output.key("referredBy")
      output.null()
      output.usd("cumVlm", state.volumeReading(user))
      for name in ["unclaimedRewards", "claimedRewards", "builderRewards"] as [StaticString] {
        output.key(name)
        output.string("0.0")
      }
      output.key("tokenToState")
      output.array { _ in }
      output.key("referrerState")
      output.object { output in
        output.key("stage")
        output.string("needToTrade")
        output.key("data")
        output.object { output in
          output.key("required")
          output.string("10000.0")
        }
      }
      output.key("rewardHistory")
      output.array { _ in }
    }
  }

  // MARK: The page of the front end

  func writeWebData(_ output: inout JSONOutput, _ user: Address) {
    let agent = state.agentReadings(user).first { $0.name.isEmpty }
    output.object { output in
      output.key("clearinghouseState")
      writeMargin(&output, user)
      output.key("leadingVaults")
      output.array { _ in }
      output.key("totalVaultEquity")
      output.decimal(state.shareValue(user), scale: 6)
      output.key("openOrders")
      writeFrontendOrders(&output, user)
      output.key("agentAddress")
      if let agent { output.address(agent.address) } else { output.null() }
      output.key("agentValidUntil")
      if let agent { output.integer(agent.validUntil) } else { output.null() }
      let flow = state.number(of: user).flatMap { state.flows[$0] }
      output.usd("cumLedger", flow.map { $0.deposits - $0.withdrawals } ?? 0)
      output.key("meta")
      writeMeta(&output)
      output.key("assetCtxs")
      output.array(of: parameters.markets) { writeContext(&$0, $1) }
      output.key("serverTime")
      output.integer(time)
      output.key("isVault")
      output.flag(state.accounts[user].map { $0.kind != .user } ?? false)
      output.key("user")
      output.address(user)
      output.key("twapStates")
      output.array { _ in }
      output.key("spotState")
      writeSpot(&output, user)
      output.key("spotAssetCtxs")
      output.array { _ in }
      output.key("perpsAtOpenInterestCap")
      output.array { _ in }
    }
  }
}
