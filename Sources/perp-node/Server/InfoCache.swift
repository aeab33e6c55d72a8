import Synchronization

/// Answers that are the same for everybody until the next block, made once: dashboards and bots ask for them much more
/// often than blocks come. Bounded.
final class InfoCache: Sendable {
  /// Reads of the view alone, whoever asks.
  private static let types: Set<String> = [
    "allMids", "l2Book", "meta", "metaAndAssetCtxs", "perpDexs", "spotMeta", "spotMetaAndAssetCtxs",
  ]
  private static let answersMaximum = 256

  private struct Content {
    var height: UInt64 = 0
    var answers: [[UInt8]: [UInt8]] = [:]
  }

  private let content = Mutex(Content())

  static func holds(_ type: String) -> Bool { types.contains(type) }

  /// What was answered to these bytes at the height.
  func answer(to body: [UInt8], at height: UInt64) -> [UInt8]? {
    content.withLock { $0.height == height ? $0.answers[body] : nil }
  }

  func keep(_ answer: [UInt8], to body: [UInt8], at height: UInt64) {
    content.withLock { content in
      if content.height < height { content = Content(height: height) }
      guard content.height == height, content.answers.count < Self.answersMaximum, body.count <= 256 else { return }
      content.answers[body] = answer
    }
  }
}
