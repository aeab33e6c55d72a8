import Canonical
import Quantities
import VenueKit

/// Reads an object of a genesis document strictly: every key is known, every value has its kind and lies in its range.
struct GenesisObject {
  let path: String
  private let entries: [JSONMember]

  init(_ value: JSONValue, path: String) throws(GenesisError) {
    guard let entries = value.members else { throw GenesisError(path, "must be an object") }
    self.entries = entries
    self.path = path
  }

  func child(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  func has(_ key: String) -> Bool { entries.contains { $0.key == key } }

  func only(_ known: [String]) throws(GenesisError) {
    for entry in entries where !known.contains(entry.key) {
      let nearest = known.max { Self.likeness(entry.key, $0) < Self.likeness(entry.key, $1) }
      throw GenesisError(child(entry.key), "is not known; the nearest known key is \(nearest ?? "none")")
    }
  }

  /// Letters that two names share at their beginnings and ends.
  private static func likeness(_ first: String, _ second: String) -> Int {
    let (left, right) = (Array(first.utf8), Array(second.utf8))
    let head = zip(left, right).prefix { $0 == $1 }.count
    let tail = zip(left.reversed(), right.reversed()).prefix { $0 == $1 }.count
    return min(head + tail, min(left.count, right.count))
  }

  func value(_ key: String) throws(GenesisError) -> JSONValue {
    guard let entry = entries.first(where: { $0.key == key }) else { throw GenesisError(child(key), "is missing") }
    return entry.value
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

  /// Dollars as a decimal of at most six places, in quote quantums.
  func dollars(_ key: String) throws(GenesisError) -> UInt64 {
    let raw = try value(key)
    guard let text = raw.string ?? raw.numberText, let figure = try? parseDecimal(text, scale: 6),
      let quantums = UInt64(exactly: figure)
    else { throw GenesisError(child(key), "must be dollars: a decimal of at most 6 places") }
    return quantums
  }

  func object(_ key: String) throws(GenesisError) -> GenesisObject {
    try GenesisObject(try value(key), path: child(key))
  }

  func objects(_ key: String) throws(GenesisError) -> [GenesisObject] {
    guard let list = try value(key).array, !list.isEmpty else { throw GenesisError(child(key), "must be a list") }
    var result: [GenesisObject] = []
    for (place, entry) in list.enumerated() { result.append(try GenesisObject(entry, path: "\(child(key))[\(place)]")) }
    return result
  }

  func members(_ key: String) throws(GenesisError) -> [(name: String, object: GenesisObject)] {
    guard let list = try value(key).members, !list.isEmpty else {
      throw GenesisError(child(key), "must be an object with entries")
    }
    var result: [(name: String, object: GenesisObject)] = []
    for entry in list { result.append((entry.key, try GenesisObject(entry.value, path: child(key) + "." + entry.key))) }
    return result
  }
}
