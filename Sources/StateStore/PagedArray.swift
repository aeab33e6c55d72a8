/// An array in copy-on-write pages of `2^shift` elements: a copy shares every page, and a write to the copy copies one
/// page, not the array.
@frozen public struct PagedArray<let shift: Int, Element: Sendable>: Sendable {
  @usableFromInline var pages: ContiguousArray<ContiguousArray<Element>>
  @usableFromInline var elementCount: Int

  @inlinable public init() {
    pages = []
    elementCount = 0
  }

  @inlinable init(repeating element: Element, count: Int) {
    pages = []
    elementCount = count
    let size = 1 << shift
    pages.reserveCapacity((count + size - 1) >> shift)
    var left = count
    while left > 0 {
      pages.append(ContiguousArray(repeating: element, count: Swift.min(left, size)))
      left -= size
    }
  }

  @inlinable public var count: Int { elementCount }

  @inlinable subscript(position: Int) -> Element {
    @inline(__always) get { pages[position >> shift][position & ((1 << shift) - 1)] }
    @inline(__always) _modify { yield &pages[position >> shift][position & ((1 << shift) - 1)] }
  }

  @inlinable mutating func append(_ element: Element) {
    if elementCount & ((1 << shift) - 1) == 0 {
      var page: ContiguousArray<Element> = []
      // The first page grows as arrays do, so that a table of two records stays small.
      if elementCount > 0 { page.reserveCapacity(1 << shift) }
      page.append(element)
      pages.append(page)
    } else {
      pages[pages.count - 1].append(element)
    }
    elementCount += 1
  }
}
