/// A list in copy-on-write pages: a copy shares every page, and a write to the copy copies one page of 64 elements
/// instead of the whole list. For derived state that forks with a room's tables.
@frozen public struct PagedList<Element: Sendable>: Sendable {
  @usableFromInline var pages: ContiguousArray<ContiguousArray<Element>> = []
  @usableFromInline var elementCount = 0

  @inlinable public init() {}

  @inlinable public var count: Int { elementCount }
  @inlinable public var isEmpty: Bool { elementCount == 0 }

  @inlinable public subscript(position: Int) -> Element {
    _read { yield pages[position >> 6][position & 63] }
    _modify { yield &pages[position >> 6][position & 63] }
  }

  @inlinable public mutating func append(_ element: Element) {
    if elementCount & 63 == 0 {
      var page: ContiguousArray<Element> = []
      if elementCount > 0 { page.reserveCapacity(64) }
      page.append(element)
      pages.append(page)
    } else {
      pages[pages.count - 1].append(element)
    }
    elementCount += 1
  }

  /// Removes and returns the last element; the list may not be empty.
  @discardableResult
  @inlinable public mutating func removeLast() -> Element {
    precondition(elementCount > 0, "a list has an element before its last one is removed")
    elementCount -= 1
    let element = pages[pages.count - 1].removeLast()
    if elementCount & 63 == 0 { pages.removeLast() }
    return element
  }

  @inlinable public mutating func removeAll() {
    pages = []
    elementCount = 0
  }
}
