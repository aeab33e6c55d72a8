import Canonical
import ConformanceKit
import Hyperliquid
import Quantities

/// Rows of (premium, fundingRate) with the rules that reproduce them. A row passes when every rule of it, computed by
/// `FundingRate` with the rule's parameters, lies within the file's tolerance of the published rate, which was rounded
/// to eight decimals from a premium that was rounded too. A row without rules is one that no known rule reproduces.
enum FundingCases {
  static func run(_ document: JSONValue) -> [CaseResult] {
    do throws(CaseFailure) {
      return try sections(document).run(document)
    } catch {
      return [.failure("document", field: error.field, expected: "a funding file", got: error.reason)]
    }
  }

  static func answer(_ document: JSONValue) -> JSONValue {
    do throws(CaseFailure) {
      return try sections(document).answer(document)
    } catch {
      return document
    }
  }

  private static func sections(_ document: JSONValue) throws(CaseFailure) -> SectionedDocument {
    var reader = CaseReader(document)
    let interest = try fraction(reader.text("interest8h"), "interest8h")
    let tolerance = try fraction(reader.text("tolerance"), "tolerance")
    return SectionedDocument([
      ("source", .label), ("interest8h", .label), ("tolerance", .label),
      ("rows", .cases(row(interest: interest, tolerance: tolerance))),
    ])
  }

  static func fraction(_ text: String, _ field: String) throws(CaseFailure) -> FundingFraction {
    guard let value = try? parseDecimal(text, scale: 12), let narrow = Int64(exactly: value) else {
      throw CaseFailure(field, "not a decimal with at most 12 decimals")
    }
    return narrow
  }

  private static let allRules = [
    "8h: P+clamp(I-P,±0.0003), paid 8-hourly", "hourly: (P+clamp(I-P,±0.0003))/8",
    "hourly: (P+clamp(I-P,±0.0005))/8", "hourly: P/8",
  ]

  private static func row(interest: FundingFraction, tolerance: FundingFraction) -> CaseKind {
    CaseKind(order: ["time", "premium", "fundingRate", "rules"]) { (reader) throws(CaseFailure) in
      _ = try reader.uint64("time")
      let premium = try fraction(reader.text("premium"), "premium")
      var tags: [String] = []
      for tag in try reader.list("rules") {
        guard let tag = tag.string else { throw CaseFailure("rules", "a rule is a text") }
        tags.append(tag)
      }
      var rates: [FundingFraction] = []
      for tag in tags.isEmpty ? allRules : tags {
        let parameters = try parameters(tag, interest: interest)
        do throws(ArithmeticError) {
          rates.append(try FundingRate.rate(premium: premium, parameters: parameters))
        } catch {
          throw CaseFailure("premium", "\(error)")
        }
      }
      let isExplained = !tags.isEmpty
      let figures = rates
      reader.expect(
        "fundingRate", .string(eightDecimals(rates[rates.count - (isExplained ? rates.count : 1)])),
        .accepted { given in
          guard let text = given.string, let published = try? fraction(text, "fundingRate") else { return false }
          let fits = figures.map { abs(Int128($0) - Int128(published)) <= Int128(tolerance) }
          return isExplained ? fits.allSatisfy { $0 } : !fits.contains(true)
        })
    }
  }

  /// `8h: ...` pays all of the eight hours' rate, `hourly: .../8` an eighth; `clamp(I-P,±x)` names the clamp.
  static func parameters(_ tag: String, interest: FundingFraction) throws(CaseFailure) -> FundingParameters {
    let isHourly = tag.hasPrefix("hourly: ") && tag.hasSuffix("/8")
    let isEightHourly = tag.hasPrefix("8h: ") && tag.hasSuffix(", paid 8-hourly")
    guard isHourly || isEightHourly else { throw CaseFailure("rules", "an unknown rule `\(tag)`") }
    var parameters = FundingParameters(interest: interest, clamp: nil, divisor: isHourly ? 8 : 1, cap: nil)
    let body = isHourly ? tag.dropFirst(8).dropLast(2) : tag.dropFirst(4).dropLast(15)
    if body == "P" { return parameters }
    let inner = body.hasPrefix("(") ? body.dropFirst().dropLast() : body
    guard inner.hasPrefix("P+clamp(I-P,±"), inner.hasSuffix(")") else {
      throw CaseFailure("rules", "an unknown rule `\(tag)`")
    }
    parameters.clamp = try fraction(String(inner.dropFirst(13).dropLast()), "rules")
    return parameters
  }

  /// Eight decimals at most, nearest, without trailing zeros: the form of the published figures.
  static func eightDecimals(_ rate: FundingFraction) -> String {
    let magnitude = (rate.magnitude + 5_000) / 10_000
    let (whole, fraction) = magnitude.quotientAndRemainder(dividingBy: 100_000_000)
    var digits = String(fraction + 100_000_000).dropFirst()
    while digits.last == "0" { digits = digits.dropLast() }
    let isNegative = rate < 0 && magnitude != 0
    return (isNegative ? "-" : "") + String(whole) + (digits.isEmpty ? ".0" : "." + digits)
  }
}
