import Foundation

/// A bar with rate and time left on a terminal; a plain line every tenth of the way otherwise.
struct Progress {
  private let console: RunConsole
  private let total: Int64
  private let began = Date()
  private var shown: Date
  private var tenth: Int64 = 0

  init(console: RunConsole, total: Int64) {
    self.console = console
    self.total = max(1, total)
    shown = began
  }

  mutating func update(done: Int64, transactions: UInt64, clock: String) {
    if console.isTerminal {
      let now = Date()
      guard now.timeIntervalSince(shown) >= 0.1 || done == total else { return }
      shown = now
      let filled = Int(30 * done / total)
      let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: 30 - filled)
      console.write("\r[\(bar)] \(done * 100 / total) %  \(figures(done, transactions, now, clock))\u{1B}[K")
      if done == total { console.write("\n") }
    } else if done * 10 / total > tenth {
      tenth = done * 10 / total
      console.write("\(tenth * 10) %  \(figures(done, transactions, Date(), clock))\n")
    }
  }

  private func figures(_ done: Int64, _ transactions: UInt64, _ now: Date, _ clock: String) -> String {
    let seconds = max(0.001, now.timeIntervalSince(began))
    let left = seconds * Double(total - done) / Double(max(1, done))
    return "\(clock)  \(Int(Double(done) / seconds)) ticks/s  \(Int(Double(transactions) / seconds)) tx/s  "
      + "\(Int(left.rounded(.up))) s left"
  }

  var elapsedSeconds: Double { Date().timeIntervalSince(began) }
}
