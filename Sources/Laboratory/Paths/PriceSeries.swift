import Agents
import Quantities
import VenueKit

/// Prices of a file: strictly later times, exact decimals.
struct PriceSeries: Sendable, Equatable {
  struct Entry: Sendable, Equatable {
    /// Unix milliseconds.
    var time: Int64
    /// USD in 10^-12.
    var price: Int128
  }

  var entries: [Entry]

  /// Why a file is not a price series.
  struct Fault: Error, Equatable {
    /// Counted from 1; 0 where it is about the whole file.
    var line: Int
    var problem: String
    var nearest: String?
  }

  /// More lines than a century of minutes are refused.
  static let entryLimit = 60_000_000

  /// Reads comma-separated text whose first line names the columns. Lines that begin with `#` are remarks. Times are Unix
  /// milliseconds or ISO 8601 in UTC.
  init(csv bytes: [UInt8], timeColumn: String, priceColumn: String) throws(Fault) {
    entries = []
    var columns: (time: Int, price: Int)?
    var number = 0
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      number += 1
      let text = line.last == 0x0D ? line.dropLast() : line
      if text.isEmpty || text.first == 0x23 { continue }
      let fields = text.split(separator: 0x2C, omittingEmptySubsequences: false)
      guard let places = columns else {
        let names = fields.map { String(decoding: $0, as: UTF8.self) }
        columns = (try Self.place(timeColumn, in: names, number), try Self.place(priceColumn, in: names, number))
        continue
      }
      guard fields.count > max(places.time, places.price) else {
        throw Fault(line: number, problem: "only \(fields.count) columns")
      }
      let entry = try Self.read(time: fields[places.time], price: fields[places.price], line: number)
      if let last = entries.last, entry.time <= last.time {
        throw Fault(line: number, problem: "the time is not after that of the line before")
      }
      guard entries.count < Self.entryLimit else { throw Fault(line: number, problem: "too many lines") }
      entries.append(entry)
    }
    guard entries.count >= 2 else { throw Fault(line: 0, problem: "fewer than two prices") }
  }

  private static func place(_ name: String, in names: [String], _ line: Int) throws(Fault) -> Int {
    guard let index = names.firstIndex(of: name) else {
      throw Fault(
        line: line, problem: "no column `\(name)`; the file has \(names.joined(separator: ", "))",
        nearest: nearestName(to: name, among: names))
    }
    return index
  }

  private static func read(time: ArraySlice<UInt8>, price: ArraySlice<UInt8>, line: Int) throws(Fault) -> Entry {
    let timeText = String(decoding: time, as: UTF8.self)
    guard let moment = Int64(timeText) ?? TimeText.read(timeText), moment >= 0, moment < 1 << 52 else {
      throw Fault(line: line, problem: "`\(timeText)` is not a time")
    }
    let value: Int128
    do throws(DecimalError) {
      value = try parseDecimal(utf8: price, scale: CommonScale.decimals)
    } catch {
      throw Fault(line: line, problem: "`\(String(decoding: price, as: UTF8.self))` is not a price: \(error)")
    }
    guard value > 0, value <= PathMathematics.priceMaximum else {
      throw Fault(line: line, problem: "a price is above 0 and at most 10^12")
    }
    return Entry(time: moment, price: value)
  }
}
