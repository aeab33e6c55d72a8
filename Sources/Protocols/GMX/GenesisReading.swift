import Canonical
import Quantities
import VenueKit

extension GenesisError {
  /// A key that nobody knows, and the nearest that somebody does.
  static func unknown(_ key: String, in path: String, known: [String]) -> GenesisError {
    let place = path.isEmpty ? key : "\(path).\(key)"
    let nearest = known.min { distance(key, $0) < distance(key, $1) }
    return GenesisError(place, "is not known" + (nearest.map { "; the nearest known key is \($0)" } ?? ""))
  }

  /// Letters to change, add or drop to make one name of the other.
  private static func distance(_ first: String, _ second: String) -> Int {
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

/// An object of a genesis document and where it stands.
struct GenesisObject {
  let path: String
  let members: [JSONMember]

  init(_ value: JSONValue, _ path: String) throws(GenesisError) {
    guard let members = value.members else { throw GenesisError(path, "must be an object") }
    self.path = path
    self.members = members
  }

  func place(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  func only(_ known: [String]) throws(GenesisError) {
    for member in members where !known.contains(member.key) {
      throw GenesisError.unknown(member.key, in: path, known: known)
    }
  }

  subscript(key: String) -> JSONValue? { members.first { $0.key == key }?.value }

  func object(_ key: String) throws(GenesisError) -> GenesisObject {
    guard let value = self[key] else { throw GenesisError(place(key), "is missing") }
    return try GenesisObject(value, place(key))
  }

  /// An object, or nothing where the key is missing.
  func optional(_ key: String) throws(GenesisError) -> GenesisObject? {
    guard let value = self[key] else { return nil }
    return try GenesisObject(value, place(key))
  }

  /// A decimal as text, times 10^scale.
  func decimal(_ key: String, scale: Int) throws(GenesisError) -> UInt256 {
    guard let value = self[key] else { throw GenesisError(place(key), "is missing") }
    guard let text = value.string ?? value.numberText, let figure = try? parseDecimalUInt256(text, scale: scale) else {
      throw GenesisError(place(key), "must be a decimal of at most \(scale) places")
    }
    return figure
  }
}
