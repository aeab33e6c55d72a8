import Agents
import Canonical
import Chain
import VenueKit

/// A chain of module `Chain` as a run drives it.
final class ChainDriver: LaboratoryChain {
  private let chain: any VenueChain
  private let signed: Bool
  /// What went wrong while queueing; the next step tells.
  private var fault: ChainError?

  init(_ chain: any VenueChain, signed: Bool) {
    self.chain = chain
    self.signed = signed
  }

  var room: String { chain.description.room }
  var transitionVersion: UInt32 { chain.description.transitionVersion }
  var takesQuotes: Bool { chain.description.takesQuotes }
  var height: UInt64 { chain.height }
  var signaturesVerified: UInt64 { UInt64(chain.signaturesVerified) }

  func market(_ symbol: String) -> MarketView? { chain.market(symbol) }
  func tradeCost(_ symbol: String, isLong: Bool, value: Int128) -> TradeCost? {
    chain.tradeCost(symbol, isLong: isLong, value: value)
  }
  func account(_ address: Address) -> AccountView { chain.account(address) }
  func summary() -> VenueSummary { chain.summary() }

  func propose(_ observations: [Observation]) {
    do throws(ChainError) { try chain.submit(observations) } catch { fault = fault ?? error }
  }

  func propose(deposit: Int128, to person: Address) {
    do throws(ChainError) { try chain.submit(deposit: deposit, to: person) } catch { fault = fault ?? error }
  }

  func submit(_ intent: Intent, from person: Person) -> [Refusal] {
    do throws(ChainError) {
      try chain.submit(intent, authority: signed ? .key(person.key) : .unsigned(person.address))
      return []
    } catch .refused(let refusal) {
      return [refusal]
    } catch {
      fault = fault ?? error
      return []
    }
  }

  func step(to time: Int64) throws(RunError) -> CommittedBlock {
    if let fault { throw RunError(fault, venue: room) }
    do throws(ChainError) {
      let result = try chain.step(time: time)
      let events = chain.drainEvents().map { event in
        RecordedEvent(name: event.name, fields: event.fields.map { ($0.name, $0.value) }, common: event.common)
      }
      return CommittedBlock(
        height: result.height, time: result.time, root: result.root, transactions: result.transactions.count,
        refusals: result.refusals.map(\.refusal) + result.notAdmitted, events: events)
    } catch {
      throw RunError(error, venue: room)
    }
  }

  func violation(_ costs: [InvariantCost]) -> Violation? { chain.checkInvariants(costs).first }

  func sync() throws(RunError) {
    do throws(ChainError) { try chain.sync() } catch { throw RunError(error, venue: room) }
  }
}

extension RunError {
  /// A disk that refuses is no fault of the chain's.
  init(_ error: ChainError, venue: String) {
    switch error {
    case .storage(let problem): self = .file(path: "venue \(venue)", problem: "\(problem)")
    default: self = .chain(venue: venue, problem: "\(error)")
    }
  }
}

extension LaboratoryRoom {
  public init(_ factory: VenueFactory) {
    self.init(
      name: factory.room, transitionVersion: factory.description.transitionVersion,
      presets: factory.presets.map { ($0, factory.presetPath($0)) }
    ) { request throws(RunError) in
      let options = ChainOptions(
        chainID: request.chainID, folder: request.folder, threads: request.threads,
        requiresSignatures: request.signed, isDurable: request.durable)
      do throws(ChainError) {
        return ChainDriver(try factory.make(request.genesis, options), signed: request.signed)
      } catch .genesis(let error) {
        throw .genesis(venue: request.venue, path: error.path, problem: error.problem)
      } catch {
        throw RunError(error, venue: request.venue)
      }
    }
  }
}
