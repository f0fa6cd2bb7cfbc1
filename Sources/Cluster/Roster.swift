import Coordination
import Telemetry

/// What is known of workers beyond what the state machine needs: for people, who decide nothing by it.
///
/// It is no larger than the state machine's own list of workers, and a fixed number of events.
struct Roster {
  struct Entry {
    var name: String
    var joined: Moment
    /// Answered since then.
    var tasks = 0
    /// What came from it that was of no use.
    var failures = 0
    var pace: SmoothedRate
  }

  /// Looked up, never iterated.
  private var entries: [WorkerID: Entry] = [:]
  /// Whose entries there are, in the order they joined.
  private var workers: [WorkerID] = []
  /// Answered by any worker.
  private(set) var tasks = 0
  private(set) var events: [ClusterStatus.Event] = []

  /// How many events are remembered.
  private static let mostEvents = 50

  func entry(of worker: WorkerID) -> Entry? { entries[worker] }

  mutating func note(_ text: String, at now: Moment) {
    if events.count == Self.mostEvents { events.removeFirst() }
    events.append(ClusterStatus.Event(seconds: now.elapsed / .seconds(1), text))
  }

  mutating func add(_ worker: WorkerID, _ name: String, _ threads: Int, at now: Moment) {
    let isKnown = entries[worker] != nil
    if !isKnown { workers.append(worker) }
    entries[worker] = Entry(name: name, joined: now, pace: SmoothedRate(at: now))
    let many = threads == 1 ? "1 thread" : "\(threads) threads"
    note(isKnown ? "\(name) began anew" : "\(name) joined with \(many)", at: now)
  }

  /// Forgets who is not among `present`, and notes why.
  mutating func keep(_ present: Set<WorkerID>, others why: String, at now: Moment) {
    for worker in workers where !present.contains(worker) {
      if let entry = entries.removeValue(forKey: worker) { note("\(entry.name) \(why)", at: now) }
    }
    workers.removeAll { !present.contains($0) }
  }

  mutating func credit(_ worker: WorkerID, tasks count: Int) {
    guard entries[worker] != nil else { return }
    tasks += count
    entries[worker]?.tasks += count
  }

  mutating func blame(_ worker: WorkerID) { entries[worker]?.failures += 1 }

  /// Tasks a second of a worker, as of now.
  mutating func rate(of worker: WorkerID, at now: Moment) -> Double {
    guard var entry = entries[worker] else { return 0 }
    entry.pace.observe(entry.tasks, at: now)
    entries[worker] = entry
    return entry.pace.perSecond
  }
}

/// How fast a count has grown of late: over its whole life at first, then mostly over 15 seconds.
struct SmoothedRate {
  private(set) var perSecond = 0.0
  private let began: Moment
  private var last: (count: Int, at: Moment)

  private static let memory = 15.0

  init(at now: Moment) { (began, last) = (now, (0, now)) }

  mutating func observe(_ count: Int, at now: Moment) {
    let (passed, age) = ((now - last.at) / .seconds(1), (now - began) / .seconds(1))
    guard passed > 0 else { return }
    let share = max(passed / (passed + Self.memory), passed / age)
    perSecond += share * (Double(count - last.count) / passed - perSecond)
    last = (count, now)
  }
}
