/// A member that keeps a large value in its place.
///
/// A struct that the compiler may hold in registers is copied, bit by bit, around calls of its methods: a room's state
/// has some eight thousand bytes of tables, and an order made a dozen such copies. One existential member makes the
/// compiler pass the struct by address instead. It holds nothing.
public struct InPlace: Sendable {
  @usableFromInline let nothing: (any Sendable)?

  @inlinable public init() { nothing = nil }
}
