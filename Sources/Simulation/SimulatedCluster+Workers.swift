import Coordination
import NDArrays

extension SimulatedCluster {
  mutating func start(_ host: Int) {
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

  mutating func crash(_ host: Int) {
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

  mutating func receive(_ parcel: Parcel, on host: Int) {
    if case .lease(let lease) = parcel.message, problem.remembers {
      hosts[host].memories[lease.id] = parcel.state?.memory
    }
    inform(host, .message(parcel.message, epoch: parcel.epoch), with: parcel.state)
  }

  mutating func inform(
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
