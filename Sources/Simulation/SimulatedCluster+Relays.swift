import Coordination

/// A place where relay processes live, one after another; some hosts' workers connect there.
struct RelayPlace {
  var id: WorkerID?
  var relay: Relay?
  /// What came from above: parameters last, parameters of the relay's round, and with each lease.
  var arriving: Parcel?
  var parameters: Parcel?
  var parcels: [Lease.ID: Parcel] = [:]
}

/// What happens at a relay.
enum RelayHappening {
  case start
  case crash
  case leave
  case tick
  case connected
  case above(Parcel)
  case below(Coordinator.Message, from: WorkerID, epoch: UInt32)
  case lost(WorkerID)
}

extension SimulatedCluster {
  /// The relay that a host's workers connect to; the first of every few hosts do without.
  func relay(of host: Int) -> Int? {
    relays.isEmpty || host.isMultiple(of: relays.count + 1) ? nil : host % (relays.count + 1) - 1
  }

  /// Sends what a worker says to whatever is above it.
  mutating func send(
    _ message: Coordinator.Message, from id: WorkerID, on host: Int, epoch: UInt32
  ) {
    guard let place = relay(of: host) else {
      return send(.toCoordinator(message, from: id, epoch: epoch))
    }
    send(.atRelay(place, nil, .below(message, from: id, epoch: epoch)))
  }

  /// - Parameter life: the process that it is meant for; `nil` is for any.
  mutating func perform(_ happening: RelayHappening, at place: Int, _ life: WorkerID?) {
    if case .start = happening { return startRelay(place) }
    guard let id = relays[place].id, life == nil || life == id else { return }
    switch happening {
    case .start: break
    case .crash: endRelay(place, "dies")
    case .leave: inform(place, .leave)
    case .tick:
      at(.milliseconds(40), .atRelay(place, id, .tick))
      inform(place, .tick)
    case .connected: inform(place, .connected)
    case .above(let parcel): receive(parcel, at: place)
    case .below(let message, let worker, let epoch):
      inform(place, .below(message, from: worker, epoch: epoch))
    case .lost(let worker): inform(place, .lost(worker))
    }
  }

  private mutating func startRelay(_ place: Int) {
    lives += 1
    let id = WorkerID(lives)
    relays[place] = RelayPlace(
      id: id,
      relay: Relay(
        rules: Worker.Rules(ping: .milliseconds(300), patience: .seconds(1)), at: now))
    at(.zero, .atRelay(place, id, .tick))
    if let mean = faults.crashes { at(waiting(mean), .atRelay(place, id, .crash)) }
    if let mean = faults.leaves { at(waiting(mean), .atRelay(place, id, .leave)) }
  }

  private mutating func endRelay(_ place: Int, _ how: String) {
    if isTold { note("relay \(relays[place].id.map(\.description) ?? "none") \(how)") }
    relayed.sums += relays[place].relay?.counters.sums ?? 0
    relayed.answers += relays[place].relay?.counters.answers ?? 0
    relays[place] = RelayPlace()
    at(waiting(.milliseconds(500)), .atRelay(place, nil, .start))
  }

  private mutating func receive(_ parcel: Parcel, at place: Int) {
    let message: Relay.Message
    switch parcel.message {
    case .welcome: message = .welcome
    case .unknown: message = .unknown
    case .refused(let text): message = .refused(text)
    case .parameters(let round): message = .parameters(round: round)
    case .lease(let lease):
      relays[place].parcels[lease.id] = relays[place].parcels[lease.id] ?? parcel
      message = .lease(lease, batch: rules.rounds.tasks(in: lease.round))
    case .pong: message = .pong
    case .dismissed: message = .dismissed
    }
    relays[place].arriving = parcel
    inform(place, .above(message, epoch: parcel.epoch))
  }

  private mutating func inform(_ place: Int, _ event: Relay.Event) {
    guard let actions = relays[place].relay?.handle(event, at: now) else { return }
    for action in actions { perform(action, at: place) }
  }

  private mutating func perform(_ action: Relay.Action, at place: Int) {
    guard let id = relays[place].id, let relay = relays[place].relay else { return }
    if isTold { note("relay \(id): \(action)") }
    let epoch = relay.epoch ?? 0
    func up(_ message: Coordinator.Message) -> Happening {
      .toCoordinator(message, from: id, epoch: epoch)
    }
    switch action {
    case .introduce(let capacity): send(up(.hello(capacity: capacity, isRelay: true)))
    case .ping(let round, let leases, let capacity):
      send(up(.ping(round: round, leases: leases, capacity: capacity)))
    case .answer(let leases, let sum, let elapsed):
      send(up(.computed(leases: leases.map(\.id), sum: sum, elapsed: elapsed)))
    case .notFinite(let lease): send(up(.notFinite(lease: lease.id)))
    case .died(let lease): send(up(.died(lease: lease.id)))
    case .goodbye: send(up(.goodbye))
    case .forget(let lease): relays[place].parcels[lease] = nil
    case .reconnect: at(waiting(.milliseconds(20)), .atRelay(place, id, .connected))
    case .end: endRelay(place, "ends")
    case .adopt: relays[place].parameters = relays[place].arriving
    case .welcome(let worker): pass(Parcel(message: .welcome, epoch: epoch), to: worker)
    case .ask(let worker): pass(Parcel(message: .unknown, epoch: epoch), to: worker)
    case .pong(let worker): pass(Parcel(message: .pong, epoch: epoch), to: worker)
    case .dismiss(let worker): pass(Parcel(message: .unknown, epoch: epoch), to: worker)
    case .parameters(let worker): pass(relays[place].parameters, to: worker)
    case .lease(let lease, let worker): pass(relays[place].parcels[lease], to: worker)
    }
  }

  private mutating func pass(_ parcel: Parcel?, to worker: WorkerID) {
    guard let parcel, let host = hosts.firstIndex(where: { $0.id == worker }) else { return }
    send(.toWorker(parcel, host, worker))
  }
}
