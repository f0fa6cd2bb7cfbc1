import Coordination
import NDArrays

extension SimulatedCluster {
  private static let coordinatorTick = Duration.milliseconds(40)
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

// MARK: - The coordinator's side

extension SimulatedCluster {
  private mutating func startCoordinator() {
    epoch += 1
    state = disk.latest ?? Problem.State()
    saved = state.step
    coordinator = Coordinator(
      rules: rules, epoch: epoch, round: rules.rounds.first(after: state.step), at: now)
    if isTold { note("coordinator \(epoch) begins at step \(state.step)") }
    at(Self.coordinatorTick, .coordinatorTick(epoch: epoch))
    if let mean = faults.coordinatorCrashes { at(waiting(mean), .crashCoordinator(epoch: epoch)) }
  }

  private mutating func crashCoordinator() {
    coordinatorCrashes += 1
    retired = retired + (coordinator?.counters ?? Coordinator.Counters())
    coordinator = nil
    if isTold { note("coordinator \(epoch) dies at step \(state.step)") }
    at(waiting(.milliseconds(500)), .startCoordinator)
  }

  private mutating func inform(_ event: Coordinator.Event) {
    guard let actions = coordinator?.handle(event, at: now) else { return }
    for action in actions { perform(action) }
  }

  private mutating func perform(_ action: Coordinator.Action) {
    if isTold { note("coordinator: \(action)") }
    switch action {
    case .welcome(let worker): send(.welcome, to: worker)
    case .introduce(let worker): send(.unknown, to: worker)
    case .parameters(let round, let worker):
      send(.parameters(round: round), to: worker, with: state)
    case .lease(let lease, _, let worker): send(.lease(lease), to: worker, with: state)
    case .pong(let worker): send(.pong, to: worker)
    case .dismiss(let worker): send(.dismissed, to: worker)
    case .expel(let worker): send(.refused("struck off"), to: worker)
    case .tell: break
    case .apply(let round, let sum):
      state = problem.applying(sum, of: round, to: state)
      notePeak()
      guard save() else { return crashCoordinator() }
      inform(.applied(round: round))
    }
  }

  private mutating func send(
    _ message: Worker.Message, to worker: WorkerID, with state: Problem.State? = nil
  ) {
    let parcel = Parcel(message: message, epoch: epoch, state: state)
    if let host = hosts.firstIndex(where: { $0.id == worker }) {
      send(.toWorker(parcel, host, worker))
    } else if let place = relays.firstIndex(where: { $0.id == worker }) {
      send(.atRelay(place, worker, .above(parcel)))
    }
  }
}

// MARK: - The workers' side

extension SimulatedCluster {
  private mutating func start(_ host: Int) {
    lives += 1
    let id = WorkerID(lives)
    hosts[host] = Host(
      id: id,
      worker: Worker(
        rules: Worker.Rules(ping: .milliseconds(300), patience: .seconds(1)),
        capacity: 1 + Int(random.next() % UInt64(3)), at: now))
    at(.zero, .workerTick(host, id))
    if let mean = faults.crashes { at(waiting(mean), .crash(host, id)) }
    if let mean = faults.freezes { at(waiting(mean), .freeze(host, id)) }
    if let mean = faults.leaves { at(waiting(mean), .leave(host, id)) }
    if let mean = faults.partitions { at(waiting(mean), .partition(host, id)) }
  }

  private mutating func crash(_ host: Int) {
    crashes += 1
    if isTold { note("worker \(hosts[host].id.map(\.description) ?? "none") dies") }
    if let id = hosts[host].id, happens(faults.news) {
      at(.milliseconds(5), relay(of: host).map { .atRelay($0, nil, .lost(id)) } ?? .lost(id))
    }
    end(host)
  }

  private mutating func end(_ host: Int) {
    hosts[host] = Host()
    at(waiting(.milliseconds(500)), .start(host))
  }

  private mutating func receive(_ parcel: Parcel, on host: Int) {
    if case .lease(let lease) = parcel.message, problem.remembers {
      hosts[host].memories[lease.id] = parcel.state?.memory
    }
    inform(host, .message(parcel.message, epoch: parcel.epoch), with: parcel.state)
  }

  private mutating func inform(
    _ host: Int, _ event: Worker.Event, with state: Problem.State? = nil
  ) {
    guard let actions = hosts[host].worker?.handle(event, at: now) else { return }
    for action in actions {
      if case .adopt(let round) = action { (hosts[host].state, hosts[host].round) = (state, round) }
      perform(action, on: host)
    }
  }

  private mutating func perform(_ action: Worker.Action, on host: Int) {
    guard let id = hosts[host].id, let worker = hosts[host].worker else { return }
    let epoch = worker.epoch ?? 0
    if isTold { note("\(id): \(action)") }
    switch action {
    case .introduce:
      send(.hello(capacity: worker.capacity), from: id, on: host, epoch: epoch)
    case .compute(let lease): compute(lease, on: host, id)
    case .answer(let lease): answer(lease, on: host, id, epoch)
    case .forget(let lease):
      (hosts[host].results[lease], hosts[host].memories[lease]) = (nil, nil)
    case .ping(let round, let leases):
      send(.ping(round: round, leases: leases), from: id, on: host, epoch: epoch)
    case .goodbye: send(.goodbye, from: id, on: host, epoch: epoch)
    case .adopt: break
    case .reconnect: at(waiting(.milliseconds(20)), .connected(host, id))
    case .end: end(host)
    }
  }

  /// Computed at once, with the parameters that are there now; the answer is ready later.
  private mutating func compute(_ lease: Lease, on host: Int, _ id: WorkerID) {
    guard let state = hosts[host].state, hosts[host].round == lease.round else {
      preconditionFailure("\(id) computes \(lease) without its parameters")
    }
    if isBad(lease, .kills) { return at(.milliseconds(5), .crash(host, id)) }
    let memory = hosts[host].memories.removeValue(forKey: lease.id) ?? []
    let sum = problem.sum(lease.range, of: lease.round, at: state, memory: memory)
    hosts[host].results[lease.id] = (lease, sum)
    let pace = Duration.milliseconds(1 + Int(random.next() % UInt64(20)))
    at(pace * lease.range.count, .computed(host, id, lease))
  }

  private mutating func answer(
    _ id: Lease.ID, on host: Int, _ worker: WorkerID, _ epoch: UInt32
  ) {
    guard let (lease, sum) = hosts[host].results.removeValue(forKey: id) else {
      preconditionFailure("\(worker) answers lease \(id), which it has not computed")
    }
    let elapsed = Duration.milliseconds(10) * sum.range.count
    let message: Coordinator.Message =
      happens(faults.corruption) || isBad(lease, .neverFinite)
      ? .notFinite(lease: lease.id)
      : .computed(leases: [lease.id], sum: said(sum, by: host), elapsed: elapsed)
    send(message, from: worker, on: host, epoch: epoch)
  }
}

extension Coordinator.Counters {
  static func + (a: Self, b: Self) -> Self {
    var sum = a
    sum.sums += b.sums
    sum.dropped += b.dropped
    sum.joined += b.joined
    sum.left += b.left
    sum.lost += b.lost
    sum.repeated += b.repeated
    sum.notFinite += b.notFinite
    sum.strangers += b.strangers
    sum.audited += b.audited
    sum.unaudited += b.unaudited
    sum.struckOff += b.struckOff
    sum.restarted += b.restarted
    return sum
  }
}
