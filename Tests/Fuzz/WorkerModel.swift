import Coordination
import NDArrays

/// `Worker`, fed with whatever its service could hand it: coordinators that come and go, repeat
/// themselves, lend what makes no sense, and results at any time.
///
/// Whatever comes, it computes only what it was lent, with the parameters of that round, answers only
/// what it computed, and keeps no more than it may.
struct WorkerModel: MachineModel {
  static let name = "worker"
  var worker: Worker
  var now = Moment(.zero)
  private let capacity: Int
  /// What came with leases, until it is answered or forgotten.
  private var held: [Lease.ID: Lease] = [:]
  private var computing: [Lease] = []
  private var adopted: Int?
  private var arriving: Int?

  init(_ random: inout RandomStream) {
    capacity = 1 + random.below(4)
    worker = Worker(
      rules: Worker.Rules(
        ping: .milliseconds(300), patience: .seconds(1),
        loneliness: random.below(4) == 0 ? .seconds(20) : nil),
      capacity: capacity, at: now)
  }

  var isOver: Bool { if case .over = worker.phase { true } else { false } }

  var ending: String {
    switch worker.phase {
    case .introducing: "introducing"
    case .serving: "serving"
    case .leaving: "leaving"
    case .over(.dismissed): "dismissed"
    case .over(.left): "left"
    case .over(.refused): "refused"
    case .over(.alone): "alone"
    }
  }
}

// MARK: - What happens

extension WorkerModel {
  mutating func event(_ random: inout RandomStream) -> Worker.Event {
    if random.below(4) == 0 {
      now = now + .milliseconds(random.below(random.below(20) == 0 ? 3000 : 80))
    }
    switch random.below(32) {
    case 0...3: return .tick
    case 4 where random.below(8) == 0: return .connected
    case 5 where random.below(300) == 0: return .leave
    case 6...14:
      return .computed(random.element(of: computing)?.id ?? random.integer())
    default: return .message(message(&random), epoch: epoch(&random))
    }
  }

  private func epoch(_ random: inout RandomStream) -> UInt32 {
    switch random.below(40) {
    case 0: UInt32(random.below(3))
    case 1: (worker.epoch ?? 3) &+ UInt32(random.below(3))
    default: worker.epoch ?? 3
    }
  }

  private func message(_ random: inout RandomStream) -> Worker.Message {
    switch random.below(40) {
    case 0 where random.below(40) == 0: .dismissed
    case 0 where random.below(40) == 0: .refused("enough")
    case 1: .unknown
    case 2...4: .welcome
    case 5...6: .pong
    case 7...14: .parameters(round: round(&random))
    default: .lease(lease(&random))
    }
  }

  /// Near the one that is there, or anywhere.
  private func round(_ random: inout RandomStream) -> Int {
    random.below(200) == 0
      ? Int(random.integer() >> 1) : max(0, (adopted ?? 0) &+ random.below(4) &- 1)
  }

  private func lease(_ random: inout RandomStream) -> Lease {
    if random.below(8) == 0, let known = held.values.sorted(by: { $0.id < $1.id }).first {
      return random.below(2) == 0 ? known : Lease(id: known.id, round: round(&random), range: range)
    }
    let id = random.below(20) == 0 ? random.integer() : random.next() >> 8
    return Lease(id: id, round: round(&random), range: range)
  }

  private var range: TaskRange { TaskRange(lower: 2, upper: 4) }
}

// MARK: - What must hold

extension WorkerModel {
  mutating func handle(_ event: Worker.Event) throws {
    keep(event)
    for action in worker.handle(event, at: now) { try check(action) }
    arriving = nil
    try require(held.count <= 6 * capacity || isOver, "\(held.count) leases are held")
    try require(computing.count <= capacity, "\(computing.count) leases are computed at once")
  }

  /// What the shell does before the state machine is asked.
  private mutating func keep(_ event: Worker.Event) {
    switch event {
    case .message(.lease(let lease), _): held[lease.id] = held[lease.id] ?? lease
    case .message(.parameters(let round), _): arriving = round
    case .message(.welcome, let epoch) where worker.mayEnter(epoch): adopted = nil
    case .message, .computed, .connected, .leave, .tick: break
    }
  }

  private mutating func check(_ action: Worker.Action) throws {
    switch action {
    case .adopt(let round):
      try require(round == arriving, "round \(round) is adopted when \(arriving ?? -1) comes")
      adopted = round
    case .compute(let lease):
      try require(held[lease.id] == lease, "\(lease) is computed, which nobody lent")
      try require(lease.round == adopted, "\(lease) is computed at round \(adopted ?? -1)")
      computing.append(lease)
    case .answer(let id):
      try require(end(of: id), "lease \(id) is answered, which was not computed")
      try require(held.removeValue(forKey: id)?.round == adopted, "lease \(id) is answered late")
    case .forget(let id):
      _ = end(of: id)
      held[id] = nil
    case .ping(let round, let leases):
      try require(round == adopted, "a ping tells of round \(round ?? -1)")
      try require(leases.allSatisfy { held[$0] != nil }, "a ping lists what is not held")
    case .introduce, .goodbye, .reconnect, .end: break
    }
  }

  private mutating func end(of id: Lease.ID) -> Bool {
    guard let index = computing.firstIndex(where: { $0.id == id }) else { return false }
    computing.remove(at: index)
    return true
  }
}

// MARK: - How it ends

extension WorkerModel {
  /// A worker promises how it acts, not what comes of it.
  func finish(show: (() -> String) -> Void) {}
}
