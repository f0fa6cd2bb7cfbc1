import Coordination
import NDArrays

extension SimulatedCluster {
  static let coordinatorTick = Duration.milliseconds(40)
  private static let workerTick = Duration.milliseconds(100)

  /// Puts a message on its way: it may be lost, come twice, and overtake others.
  mutating func send(_ happening: Happening) {
    if happens(faults.loss) || isCutOff(happening) {
      if isTold { note("lost: \(happening)") }
      return
    }
    for _ in 0..<(happens(faults.duplication) ? 2 : 1) {
      let span = faults.delay.upperBound - faults.delay.lowerBound
      var delay = faults.delay.lowerBound + span * Double(random.uniform())
      if happens(faults.lateness) { delay = delay * (1 + 9 * Double(random.uniform())) }
      at(delay, happening)
    }
  }

  mutating func perform(_ happening: Happening) {
    switch happening {
    case .startCoordinator: startCoordinator()
    case .crashCoordinator(let epoch) where isUp(epoch): crashCoordinator()
    case .diskTrouble: troubleDisk()
    case .lost(let worker) where coordinator != nil: inform(.lost(worker))
    case .coordinatorTick(let epoch) where isUp(epoch):
      at(Self.coordinatorTick, happening)
      inform(.tick)
    case .toCoordinator(let message, let worker, let epoch) where coordinator != nil:
      inform(.message(message, from: worker, epoch: epoch))
    case .start(let host): start(host)
    case .crash(let host, let id) where hosts[host].id == id: crash(host)
    case .freeze(let host, let id) where hosts[host].id == id:
      hosts[host].frozenUntil = now + waiting(.seconds(2))
      if let mean = faults.freezes { at(waiting(mean), happening) }
    case .partition(let host, let id) where hosts[host].id == id: cutOff(host, id)
    case .leave, .connected, .workerTick, .computed, .toWorker: performAtWorker(happening)
    case .atRelay(let place, let life, let happening): perform(happening, at: place, life)
    case .crashCoordinator, .coordinatorTick, .toCoordinator, .crash, .freeze, .partition, .lost:
      break
    }
  }

  /// What happens to a frozen process waits until it thaws, in order.
  private mutating func performAtWorker(_ happening: Happening) {
    guard let (host, id) = happening.place, hosts[host].id == id else { return }
    guard now >= hosts[host].frozenUntil else {
      return at(hosts[host].frozenUntil - now, happening)
    }
    switch happening {
    case .leave: inform(host, .leave)
    case .connected: inform(host, .connected)
    case .workerTick:
      at(Self.workerTick, happening)
      inform(host, .tick)
    case .computed(_, _, let lease): inform(host, .computed(lease.id))
    case .toWorker(let parcel, _, _): receive(parcel, on: host)
    case .startCoordinator, .crashCoordinator, .coordinatorTick, .toCoordinator, .start, .crash,
      .freeze, .partition, .lost, .diskTrouble, .atRelay:
      break
    }
  }

  private func isUp(_ epoch: UInt32) -> Bool { coordinator?.epoch == epoch }
}

extension Happening {
  fileprivate var place: (Int, WorkerID)? {
    switch self {
    case .leave(let host, let id), .connected(let host, let id), .workerTick(let host, let id),
      .computed(let host, let id, _),
      .toWorker(_, let host, let id), .crash(let host, let id), .freeze(let host, let id),
      .partition(let host, let id):
      (host, id)
    case .startCoordinator, .crashCoordinator, .coordinatorTick, .toCoordinator, .start, .lost,
      .diskTrouble, .atRelay:
      nil
    }
  }
}
