import Canonical
import Quantities
import StateStore
import VenueKit

/// The optional part `v1` of a genesis document: `settings` of the vault under the contracts' names, and `tokens`
/// {symbol: terms}. Limits are those of the contracts' setters. Rule GMX-174.
public struct V1Genesis: Sendable, Equatable {
  public private(set) var settings = V1Settings()
  public private(set) var tokens: [Entry] = []

  public struct Entry: Sendable, Equatable {
    public var token: TokenID
    public var terms: V1Token
  }

  public init(_ document: JSONValue, tokens known: [TokenDescription]) throws(GenesisError) {
    for member in try Self.members(document, "v1") {
      switch member.key {
      case "settings":
        for setting in try Self.members(member.value, "v1.settings") { try read(setting) }
      case "tokens":
        for token in try Self.members(member.value, "v1.tokens") { try read(token: token, known) }
      default: throw GenesisError("v1.\(member.key)", "is not known")
      }
    }
    guard !tokens.isEmpty else { throw GenesisError("v1.tokens", "must hold a token") }
    try validate()
  }

  public func apply(to state: inout GMXState) {
    state.v1SettingsTable.set(0, settings)
    for entry in tokens { state.v1Tokens.set(entry.token, entry.terms) }
  }

  private static func members(_ value: JSONValue, _ path: String) throws(GenesisError) -> [JSONMember] {
    guard let members = value.members else { throw GenesisError(path, "must be an object") }
    return members
  }

  private static func number(_ value: JSONValue, _ path: String) throws(GenesisError) -> UInt256 {
    guard let text = value.string, let number = UInt256(text) else {
      throw GenesisError(path, "must be a whole number as text")
    }
    return number
  }

  private mutating func read(_ member: JSONMember) throws(GenesisError) {
    let path = "v1.settings.\(member.key)"
    guard let setting = V1Settings.names.first(where: { $0.name == member.key }) else {
      throw GenesisError(path, "is no setting of the vault")
    }
    settings[keyPath: setting.path] = try Self.number(member.value, path)
  }

  private mutating func read(token member: JSONMember, _ known: [TokenDescription]) throws(GenesisError) {
    let path = "v1.tokens.\(member.key)"
    guard let description = known.first(where: { $0.symbol == member.key }) else {
      throw GenesisError(path, "must be a known token")
    }
    if tokens.contains(where: { $0.token == description.token }) { throw GenesisError(path, "is given twice") }
    var terms = V1Token(decimals: description.decimals)
    for field in try Self.members(member.value, path) {
      let place = "\(path).\(field.key)"
      if let flag = Self.flags.first(where: { $0.name == field.key }) {
        guard let value = field.value.bool else { throw GenesisError(place, "must be true or false") }
        terms[keyPath: flag.path] = value
      } else if let number = V1Token.names.first(where: { $0.name == field.key }) {
        terms[keyPath: number.path] = try Self.number(field.value, place)
      } else {
        throw GenesisError(place, "is not known")
      }
    }
    if terms.spreadBasisPoints > 50 { throw GenesisError("\(path).spreadBasisPoints", "is more than 50") }
    tokens.append(Entry(token: description.token, terms: terms))
  }

  private static var flags: [(name: String, path: WritableKeyPath<V1Token, Bool> & Sendable)] {
    [("isStable", \.isStable), ("isShortable", \.isShortable), ("isStrictStable", \.isStrictStable)]
  }

  private func validate() throws(GenesisError) {
    let most: UInt256 = 500
    for (name, value) in [
      ("taxBasisPoints", settings.taxBasisPoints), ("stableTaxBasisPoints", settings.stableTaxBasisPoints),
      ("mintBurnFeeBasisPoints", settings.mintBurnFeeBasisPoints),
      ("swapFeeBasisPoints", settings.swapFeeBasisPoints),
      ("stableSwapFeeBasisPoints", settings.stableSwapFeeBasisPoints),
      ("marginFeeBasisPoints", settings.marginFeeBasisPoints), ("depositFee", settings.depositFee),
    ] where value > most { throw GenesisError("v1.settings.\(name)", "is more than \(most)") }
    let hundred: UInt256 = 100_000_000_000_000_000_000_000_000_000_000
    if settings.liquidationFeeUsd > hundred {
      throw GenesisError("v1.settings.liquidationFeeUsd", "is more than 100 dollars")
    }
    if settings.maxLeverage <= V1Scale.basisPoints {
      throw GenesisError("v1.settings.maxLeverage", "must be more than 10000")
    }
    if settings.fundingInterval < 3_600 {
      throw GenesisError("v1.settings.fundingInterval", "must be 3600 at least")
    }
    for (name, value) in [
      ("fundingRateFactor", settings.fundingRateFactor),
      ("stableFundingRateFactor", settings.stableFundingRateFactor),
      ("shortsTrackerAveragePriceWeight", settings.shortsTrackerAveragePriceWeight),
    ] where value > V1Scale.basisPoints { throw GenesisError("v1.settings.\(name)", "is more than 10000") }
    if settings.cooldownDuration > 172_800 {
      throw GenesisError("v1.settings.cooldownDuration", "is more than 48 hours")
    }
  }
}
