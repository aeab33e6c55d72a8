import Canonical
import StateStore
import VenueKit

extension HyperliquidState {
  static let agentHorizon: Int64 = 180 * 86_400_000

  /// Rule HL-76: place 0 holds the unnamed agent, the places after it the named ones. Approving a name again replaces its
  /// agent; the zero address removes it.
  mutating func approveAgent(
    _ approval: AgentApproval, nonce: UInt64, master: Address, at time: Int64
  ) throws(HyperliquidRefusal) {
    guard approval.isMainnet == parameters.isMainnet else { throw .wrongNetwork }
    guard approval.nonce == nonce else { throw .timeMismatch(approval.nonce, nonce: nonce) }
    let (name, validUntil) = try Self.agentTerms(
      approval.name, at: time, standard: parameters.agentMilliseconds)
    let place = agentPlace(name, of: master)
    if approval.agent == .zero {
      guard let place, let slot = agentSlots[Pair(master, place)] else { throw .agentName }
      agents.remove(slot.agent)
      agentSlots.remove(Pair(master, place))
      return
    }
    guard accounts[approval.agent] == nil else { throw .agentSelf }
    let used = agents[approval.agent]
    if let used, used.validUntil >= time { throw .agentUsed }
    guard let free = place ?? freeAgentPlace(of: master, at: time) else { throw .agentLimit }
    if used != nil { pruneAgent(approval.agent) }
    if let old = agentSlots[Pair(master, free)] { agents.remove(old.agent) }
    agentSlots.set(Pair(master, free), AgentSlotRecord(name: name, agent: approval.agent))
    agents.set(approval.agent, AgentRecord(master: master, validUntil: validUntil))
  }

  /// A name of at most 16 bytes, and until when: ` valid_until <ms>` behind it, otherwise the standard span.
  static func agentTerms(
    _ text: String, at time: Int64, standard: Int64
  ) throws(HyperliquidRefusal) -> (name: String, validUntil: Int64) {
    let bytes = Array(text.utf8)
    let marker = Array(" valid_until ".utf8)
    var name = bytes
    var validUntil = time + standard
    if bytes.count > marker.count {
      for start in 0...(bytes.count - marker.count) where Array(bytes[start..<start + marker.count]) == marker {
        guard let until = Int64(String(decoding: bytes[(start + marker.count)...], as: UTF8.self)) else {
          throw .agentName
        }
        guard until > time, until <= time + agentHorizon else { throw .agentExpired }
        validUntil = until
        name = Array(bytes[..<start])
        break
      }
    }
    guard name.count <= 16 else { throw .agentName }
    return (String(decoding: name, as: UTF8.self), validUntil)
  }

  /// Named agents that a master may have: three, and two more for each sub-account.
  func agentPlaces(of master: Address) -> UInt8 {
    UInt8(clamping: min(3 + 2 * subAccountList(master).count, 250))
  }

  private func agentPlace(_ name: String, of master: Address) -> UInt8? {
    if name.isEmpty { return 0 }
    for place in 1...agentPlaces(of: master) where agentSlots[Pair(master, place)]?.name == name { return place }
    return nil
  }

  /// A place without an agent, or with one that has expired.
  private func freeAgentPlace(of master: Address, at time: Int64) -> UInt8? {
    for place in 1...agentPlaces(of: master) where !agentSlots.contains(Pair(master, place)) { return place }
    for place in 1...agentPlaces(of: master) {
      if let slot = agentSlots[Pair(master, place)], (agents[slot.agent]?.validUntil ?? 0) < time { return place }
    }
    return nil
  }

  /// Forgets an expired agent and the place that it held with its master.
  private mutating func pruneAgent(_ agent: Address) {
    guard let master = agents.remove(agent)?.master else { return }
    for place in 0...agentPlaces(of: master) where agentSlots[Pair(master, place)]?.agent == agent {
      agentSlots.remove(Pair(master, place))
    }
  }
}
