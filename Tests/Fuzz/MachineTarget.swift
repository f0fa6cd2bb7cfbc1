import Coordination
import NDArrays

/// A state machine, and what its shell and its neighbours know of it.
protocol MachineModel {
  associatedtype Event

  /// What the target is called.
  static var name: String { get }

  init(_ random: inout RandomStream)

  var now: Moment { get }
  /// Whether it is done with events.
  var isOver: Bool { get }
  /// How it stands, for the summary.
  var ending: String { get }

  /// Something that its service could hand it next.
  mutating func event(_ random: inout RandomStream) -> Event

  /// - Throws: `Finding`, when it does what it must not.
  mutating func handle(_ event: Event) throws

  /// Leaves it to honest neighbours, and looks at what becomes of it.
  ///
  /// - Throws: `Finding`.
  mutating func finish(show: (() -> String) -> Void) throws
}

extension MachineModel {
  func require(_ claim: Bool, _ text: @autoclosure () -> String) throws {
    if !claim { throw Finding(text: text()) }
  }
}

/// Feeds a state machine events in any order until it is over, or for some time.
struct MachineTarget<Model: MachineModel>: FuzzTarget {
  static var name: String { Model.name }
  private var events = 0
  private var endings: [String: Int] = [:]

  mutating func round(_ key: RandomKey, show: (() -> String) -> Void) throws {
    var random = key.stream
    var model = Model(&random)
    for _ in 0..<eventsPerRound where !model.isOver {
      let event = model.event(&random)
      show { "\(model.now.elapsed) \(event)" }
      try model.handle(event)
      events += 1
    }
    try model.finish(show: show)
    endings[model.ending, default: 0] += 1
  }

  var summary: [String] {
    ["\(events)\tevents"]
      + endings.sorted { $0.key < $1.key }.map { ending, count in "\(count)\t\(ending)" }
  }
}

private let eventsPerRound = 2000
