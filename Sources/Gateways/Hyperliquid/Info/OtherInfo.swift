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
          writeSpotContexts(&output)
        }
      }
    case "perpDexs": return json(writeDexs)
    case "exchangeStatus":
      return json { output in
        output.object { output in
          output.key("time")
          output.integer(time)
          output.key("specialStatuses")
          output.null()
        }
      }
    case "perpsAtOpenInterestCap": return forDex(request) { dex in json { writeCapped(&$0, dex) } }
    case "maxMarketOrderNtls": return json(writeMarketOrderLimits)
    case "webData2", "webData3": return forUser(request) { user in json { writeWebData(&$0, user) } }
    case "perpDeployAuctionStatus", "spotPairDeployAuctionStatus": return json(writeAuction)
    default: return rightsAnswer(type, request) ?? stakingAnswer(type, request)
    }
  }

  private func rightsAnswer(_ type: String, _ request: InfoRequest) -> InfoAnswer? {
    switch type {
    case "subAccounts", "subAccounts2": return forUser(request) { user in json { writeSubAccounts(&$0, user) } }
    case "userToMultiSigSigners": return forUser(request) { user in json { writeSigners(&$0, user) } }
    case "maxBuilderFee":
      guard let builder = request["builder"]?.string.flatMap({ Address(hex: $0) }) else { return .unreadable }
      return forUser(request) { user in json { $0.integer(state.maximumBuilderFee(user, builder)) } }
    case "approvedBuilders":
      return forUser(request) { user in json { $0.array(of: state.builders(of: user)) { $0.address($1.builder) } } }
    case "userAbstraction": return forUser(request) { _ in json { $0.string("disabled") } }
    case "userDexAbstraction": return forUser(request) { _ in json { $0.null() } }
    case "referral": return forUser(request) { user in json { writeReferral(&$0, user) } }
    case "twapHistory": return forUser(request) { user in json { writeTwapHistory(&$0, user) } }
    case "isVip": return forUser(request) { _ in json { $0.flag(false) } }
    case "legalCheck":
      return forUser(request) { _ in json { $0.flags(["ipAllowed", "acceptedTerms", "userAllowed"]) } }
    case "preTransferCheck": return forUser(request) { user in json { writeTransferCheck(&$0, user) } }
    case "spotDeployState":
      return forUser(request) { _ in
        json { output in
          output.object { output in
            output.key("states")
            output.array { _ in }
            output.key("gasAuction")
            writeAuction(&output)
          }
        }
      }
    default: return nil
    }
  }

  /// Staking is not modelled: nobody has staked anything.
  private func stakingAnswer(_ type: String, _ request: InfoRequest) -> InfoAnswer? {
    switch type {
    case "delegations", "delegatorRewards", "delegatorHistory", "userBorrowLendInterest":
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
    default: return nil
    }
  }

  // MARK: Dexs

  private func writeDexs(_ output: inout JSONOutput) {
    output.array { output in
      output.null()
      for dex in parameters.dexs {
        output.object { output in
          output.key("name")
          output.string(dex.name)
          output.key("fullName")
          output.string(dex.fullName)
          output.key("deployer")
          output.address(dex.deployer)
          output.key("oracleUpdater")
          output.address(dex.oracleUpdater)
          output.key("feeRecipient")
          output.address(state.dexState(dex.index)?.feeRecipient ?? dex.feeRecipient)
          output.key("assetToStreamingOiCap")
          output.array(of: perpetuals(dex.index)) { output, market in
            output.array { output in
              output.string(market.symbol)
              output.decimal(market.openInterestMaximum, scale: 6)
            }
          }
          output.key("assetToFundingMultiplier")
          output.array(of: perpetuals(dex.index)) { output, market in
            output.array { output in
              output.string(market.symbol)
              output.string("1.0")
            }
          }
        }
      }
    }
  }

  /// Markets whose open interest has reached its cap.
  private func writeCapped(_ output: inout JSONOutput, _ dex: UInt32) {
    let capped = perpetuals(dex).filter { market in
      let reading = state.marketReading(market)
      return market.openInterestMaximum > 0
        && reading.openInterest * Int128(reading.mark) >= market.openInterestMaximum
    }
    output.array(of: capped) { $0.string($1.symbol) }
  }

  /// No auction runs.
  private func writeAuction(_ output: inout JSONOutput) {
    output.object { output in
      output.key("startTimeSeconds")
      output.integer(0)
      output.key("durationSeconds")
      output.integer(111_600)
      output.key("startGas")
      output.string("500.0")
      output.key("currentGas")
      output.null()
      output.key("endGas")
      output.null()
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

  // MARK: Accounts

  private func writeSubAccounts(_ output: inout JSONOutput, _ master: Address) {
    let accounts = state.subAccounts(of: master)
    if accounts.isEmpty { return output.null() }
    output.array(of: accounts) { output, account in
      output.object { output in
        output.key("name")
        output.string(account.name)
        output.key("subAccountUser")
        output.address(account.address)
        output.key("master")
        output.address(master)
        output.key("clearinghouseState")
        writeMargin(&output, account.address)
        output.key("spotState")
        writeSpot(&output, account.address)
      }
    }
  }

  private func writeSigners(_ output: inout JSONOutput, _ user: Address) {
    guard let signers = state.multiSigSigners(user) else { return output.null() }
    output.object { output in
      output.key("authorizedUsers")
      output.array(of: signers.users) { $0.address($1) }
      output.key("threshold")
      output.integer(signers.threshold)
    }
  }

  private func writeTransferCheck(_ output: inout JSONOutput, _ user: Address) {
    let exists = state.number(of: user) != nil
    output.object { output in
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

  private func writeReferral(_ output: inout JSONOutput, _ user: Address) {
    let referral = state.referral(user)
    output.object { output in
      output.key("referredBy")
      if referral.referredBy.isEmpty {
        output.null()
      } else {
        output.object { output in
          output.key("referrer")
          output.address(referral.referrer)
          output.key("code")
          output.string(referral.referredBy)
        }
      }
      output.usd("cumVlm", referral.volume)
      output.usd("unclaimedRewards", referral.unclaimed)
      output.usd("claimedRewards", referral.claimed)
      output.usd("builderRewards", referral.builderRewards)
      output.key("tokenToState")
      output.array { _ in }
      output.key("referrerState")
      writeReferrer(&output, referral)
      output.key("rewardHistory")
      output.array { _ in }
    }
  }

  private func writeReferrer(_ output: inout JSONOutput, _ referral: ReferralView) {
    output.object { output in
      output.key("stage")
      if referral.code.isEmpty {
        let required = parameters.rewards.registerVolume
        output.string(referral.volume >= required ? "needToCreateCode" : "needToTrade")
        if referral.volume >= required { return }
        output.key("data")
        output.object { $0.usd("required", required - referral.volume) }
        return
      }
      output.string("ready")
      output.key("data")
      output.object { output in
        output.key("code")
        output.string(referral.code)
        output.key("nReferrals")
        output.integer(referral.referred.count)
        output.key("referralStates")
        output.array(of: referral.referred) { output, user in
          output.object { output in
            output.usd("cumVlm", state.volume(user))
            output.key("user")
            output.address(user)
          }
        }
      }
    }
  }

  // MARK: The page of the front end

  func writeWebData(_ output: inout JSONOutput, _ user: Address) {
    let agent = state.agents(of: user, at: time).first { $0.name.isEmpty }
    let flow = state.number(of: user).flatMap { state.flows[$0] }
    output.object { output in
      output.key("clearinghouseState")
      writeMargin(&output, user)
      output.key("leadingVaults")
      output.array { _ in }
      output.key("totalVaultEquity")
      output.decimal(state.vaultEquities(user).reduce(Money(0)) { $0 + $1.holding.equity }, scale: 6)
      output.key("openOrders")
      writeFrontendOrders(&output, user)
      output.key("agentAddress")
      if let agent { output.address(agent.address) } else { output.null() }
      output.key("agentValidUntil")
      if let agent { output.integer(agent.validUntil) } else { output.null() }
      output.usd("cumLedger", flow.map { $0.deposits - $0.withdrawals } ?? 0)
      output.key("meta")
      writeMeta(&output, 0)
      output.key("assetCtxs")
      output.array(of: perpetuals(0)) { writeContext(&$0, $1) }
      output.key("serverTime")
      output.integer(time)
      output.key("isVault")
      output.flag(state.role(user, at: time) == .vault)
      output.key("user")
      output.address(user)
      output.key("twapStates")
      writeTwapStates(&output, user)
      output.key("spotState")
      writeSpot(&output, user)
      output.key("spotAssetCtxs")
      writeSpotContexts(&output)
      output.key("perpsAtOpenInterestCap")
      writeCapped(&output, 0)
    }
  }
}

extension JSONOutput {
  /// An object of these names, all true.
  mutating func flags(_ names: [StaticString]) {
    object { output in
      for name in names {
        output.key(name)
        output.flag(true)
      }
    }
  }
}
