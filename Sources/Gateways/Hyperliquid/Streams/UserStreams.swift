import Canonical
import Hyperliquid
import VenueKit

// Streams of one user.
extension StreamService {
  func userFigures(_ key: StreamKey) -> (message: [UInt8], content: [UInt8])? {
    var content = JSONOutput(reservingCapacity: 1_024)
    let channel: StaticString
    switch key {
    case .webData(let user, let version):
      channel = version == 2 ? "webData2" : "webData3"
      info.writeWebData(&content, user)
    case .clearinghouse(let user, let dex):
      channel = "clearinghouseState"
      content.object { output in
        output.dexAndUser(dex, user)
        output.key("clearinghouseState")
        info.writeMargin(&output, user, info.parameters.dex(named: dex)?.index ?? 0)
      }
    case .openOrders(let user, let dex):
      channel = "openOrders"
      content.object { output in
        output.dexAndUser(dex, user)
        output.key("orders")
        info.writeFrontendOrders(&output, user, info.parameters.dex(named: dex)?.index ?? 0)
      }
    case .spotState(let user):
      channel = "spotState"
      content.object { output in
        output.key("user")
        output.address(user)
        output.key("spotState")
        info.writeSpot(&output, user)
      }
    case .allDexsClearinghouse(let user):
      channel = "allDexsClearinghouseState"
      content.object { output in
        output.key("user")
        output.address(user)
        output.key("clearinghouseStates")
        output.array { output in
          for dex in 0...UInt32(info.parameters.dexs.count) {
            output.array { output in
              output.string(info.dexName(dex))
              info.writeMargin(&output, user, dex)
            }
          }
        }
      }
    case .allDexsContexts:
      channel = "allDexsAssetCtxs"
      content.object { output in
        output.key("ctxs")
        output.array { output in
          for dex in 0...UInt32(info.parameters.dexs.count) {
            output.array { output in
              output.string(info.dexName(dex))
              output.array(of: info.perpetuals(dex)) { info.writeContext(&$0, $1) }
            }
          }
        }
      }
    case .spotContexts:
      channel = "spotAssetCtxs"
      info.writeSpotContexts(&content)
    case .twapStates(let user):
      channel = "twapStates"
      content.object { output in
        output.dexAndUser("", user)
        output.key("states")
        info.writeTwapStates(&output, user)
      }
    default: return nil
    }
    return (Self.message(channel) { $0.raw(content.bytes) }, content.bytes)
  }

  // MARK: Rows

  func fills(_ channel: StaticString, _ user: Address, _ rows: [FillRow], isSnapshot: Bool) -> [UInt8] {
    self.rows(channel, user, isSnapshot: isSnapshot) { output in
      output.key("fills")
      output.array(of: rows) { $0.fill($1) }
    }
  }

  func fundings(_ user: Address, _ rows: [FundingRow], isSnapshot: Bool) -> [UInt8] {
    self.rows("userFundings", user, isSnapshot: isSnapshot) { output in
      output.key("fundings")
      output.array(of: rows) { output, row in
        output.object { output in
          output.key("time")
          output.integer(row.time)
          output.fundingFields(row)
        }
      }
    }
  }

  func ledger(_ user: Address, _ rows: [LedgerRow], isSnapshot: Bool) -> [UInt8] {
    self.rows("userNonFundingLedgerUpdates", user, isSnapshot: isSnapshot) { output in
      output.key("nonFundingLedgerUpdates")
      output.array(of: rows) { $0.ledger($1) }
    }
  }

  /// Fills of TWAPs among these, each with its number.
  func slices(_ user: Address, _ rows: [FillRow], isSnapshot: Bool) -> [UInt8] {
    self.rows("userTwapSliceFills", user, isSnapshot: isSnapshot) { output in
      output.key("twapSliceFills")
      output.array(of: rows) { $0.slice($1) }
    }
  }

  func twapHistory(_ user: Address, isSnapshot: Bool) -> [UInt8] {
    rows("userTwapHistory", user, isSnapshot: isSnapshot) { output in
      output.key("history")
      info.writeTwapHistory(&output, user)
    }
  }

  private func rows(
    _ channel: StaticString, _ user: Address, isSnapshot: Bool, _ members: (inout JSONOutput) -> Void
  ) -> [UInt8] {
    Self.message(channel) { output in
      output.object { output in
        if isSnapshot {
          output.key("isSnapshot")
          output.flag(true)
        }
        output.key("user")
        output.address(user)
        members(&output)
      }
    }
  }

  // MARK: Events

  /// One message a kind, on the channel that is called `user`.
  func userEvents(_ user: Address, _ update: BlockUpdate) -> [[UInt8]] {
    var messages: [[UInt8]] = []
    if let rows = update.fills[user] {
      messages.append(
        Self.message("user") { output in
          output.object { output in
            output.key("fills")
            output.array(of: rows) { $0.fill($1) }
          }
        })
    }
    for row in update.fundings[user] ?? [] {
      messages.append(
        Self.message("user") { output in
          output.object { output in
            output.key("funding")
            output.object { output in
              output.key("time")
              output.integer(row.time)
              output.fundingFields(row)
            }
          }
        })
    }
    if let rows = update.cancels[user] {
      messages.append(
        Self.message("user") { output in
          output.object { output in
            output.key("nonUserCancel")
            output.array(of: rows) { output, row in
              output.object { output in
                output.key("coin")
                output.string(row.coin)
                output.key("oid")
                output.integer(row.oid)
              }
            }
          }
        })
    }
    return messages
  }

  /// A sentence for each order that the venue cancelled or fired.
  func notifications(_ user: Address, _ update: BlockUpdate) -> [[UInt8]] {
    (update.cancels[user] ?? []).map { row in
      Self.message("notification") { output in
        output.object { output in
          output.key("notification")
          output.string("\(row.coin) order \(row.oid): \(row.word.rawValue)")
        }
      }
    }
  }
}

extension JSONOutput {
  mutating func dexAndUser(_ dex: String, _ user: Address) {
    key("dex")
    string(dex)
    key("user")
    address(user)
  }
}
