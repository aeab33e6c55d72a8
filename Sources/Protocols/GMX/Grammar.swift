import Canonical
import Quantities
import VenueKit

extension GMXVenue {
  public static let grammar: [GrammarRule] = []

  public func generate(
    _ rule: GrammarRule, random: inout RandomStream, cast: [Address], nonces: inout NonceSource, state: GMXState,
    block: BlockContext
  ) -> GeneratedTransaction<GMXContent>? { nil }
}
