import Canonical
import Quantities
import VenueKit

/// Reads a genesis object strictly: every key is known, every value has its kind and lies in its range. The error names
/// the path, and the nearest known key where a name was mistyped.
struct GenesisReader {
  let path: String
  private let members: [JSONMember]

  init(_ value: JSONValue, path: String) throws(GenesisError) {
    guard let members = value.members else { throw GenesisError(path, "must be an object") }
    self.members = members
    self.path = path
  }

  func child(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  func only(_ known: [String]) throws(GenesisError) {
    for member in members where !known.contains(member.key) {
      let nearest = known.min { Self.distance(member.key, $0) < Self.distance(member.key, $1) }
      throw GenesisError(child(member.key), "is not known" + (nearest.map { "; the nearest known key is \($0)" } ?? ""))
    }
  }

  func value(_ key: String) throws(GenesisError) -> JSONValue {
    guard let member = members.first(where: { $0.key == key }) else { throw GenesisError(child(key), "is missing") }
    return member.value
  }

  func has(_ key: String) -> Bool { members.contains { $0.key == key } }

  func object(_ key: String) throws(GenesisError) -> GenesisReader {
    try GenesisReader(try value(key), path: child(key))
  }

  func entries(_ key: String) throws(GenesisError) -> [(key: String, value: JSONValue)] {
    guard let members = try value(key).members else { throw GenesisError(child(key), "must be an object") }
    return members.map { ($0.key, $0.value) }
  }

  func list(_ key: String) throws(GenesisError) -> [JSONValue] {
    guard let list = try value(key).array else { throw GenesisError(child(key), "must be a list") }
    return list
  }

  func text(_ key: String) throws(GenesisError) -> String {
    guard let text = try value(key).string else { throw GenesisError(child(key), "must be text") }
    return text
  }

  func flag(_ key: String) throws(GenesisError) -> Bool {
    guard let flag = try value(key).bool else { throw GenesisError(child(key), "must be true or false") }
    return flag
  }

  func integer(_ key: String, in range: ClosedRange<Int64>) throws(GenesisError) -> Int64 {
    guard let integer = try value(key).int64 else { throw GenesisError(child(key), "must be a whole number") }
    guard range.contains(integer) else {
      throw GenesisError(child(key), "must lie between \(range.lowerBound) and \(range.upperBound)")
    }
    return integer
  }

  /// A decimal, as text or number, times 10^scale.
  func decimal(_ key: String, scale: Int, in range: ClosedRange<Int128>) throws(GenesisError) -> Int128 {
    let raw = try value(key)
    guard let text = raw.string ?? raw.numberText else { throw GenesisError(child(key), "must be a decimal") }
    let figure: Int128
    do throws(DecimalError) {
      figure = try parseDecimal(text, scale: scale)
    } catch {
      throw GenesisError(child(key), "must be a decimal of at most \(scale) places")
    }
    guard range.contains(figure) else {
      throw GenesisError(
        child(key),
        "must lie between \(formatDecimal(range.lowerBound, scale: scale)) and "
          + formatDecimal(range.upperBound, scale: scale))
    }
    return figure
  }

  func rate(_ key: String, scale: Int, in range: ClosedRange<Int64>) throws(GenesisError) -> Int64 {
    Int64(try decimal(key, scale: scale, in: Int128(range.lowerBound)...Int128(range.upperBound)))
  }

  func address(_ key: String) throws(GenesisError) -> Address {
    guard let address = Address(hex: try text(key)), address != .zero else {
      throw GenesisError(child(key), "must be an address")
    }
    return address
  }

  /// Letters to change, add or drop to make one name of the other.
  static func distance(_ first: String, _ second: String) -> Int {
    let left = Array(first.utf8)
    let right = Array(second.utf8)
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var corner = row[0]
      row[0] = i + 1
      for (j, b) in right.enumerated() {
        let next = min(row[j + 1] + 1, row[j] + 1, corner + (a == b ? 0 : 1))
        corner = row[j + 1]
        row[j + 1] = next
      }
    }
    return row[right.count]
  }
}
