extension StateTables {
  /// Opens a layer of the tables alone, for a room whose action contains an attempt that may be undone. Every
  /// savepoint is closed before the action ends.
  @inlinable public mutating func openSavepoint() {
    var visitor = BeginVisitor()
    visitTables(&visitor)
  }

  /// Closes the innermost savepoint and keeps its writes.
  @inlinable public mutating func keepSavepoint() {
    var visitor = ReleaseVisitor()
    visitTables(&visitor)
  }

  /// Closes the innermost savepoint and undoes its writes.
  @inlinable public mutating func undoSavepoint() {
    var visitor = RollbackVisitor()
    visitTables(&visitor)
  }
}
