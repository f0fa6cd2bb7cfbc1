import Coordination
import NDArrays

extension SimulatedCluster {
  mutating func startCoordinator() {
    epoch += 1
    state = disk.latest ?? Problem.State()
    saved = state.step
    coordinator = Coordinator(
      rules: rules, epoch: epoch, round: rules.rounds.first(after: state.step), at: now)
    if isTold { note("coordinator \(epoch) begins at step \(state.step)") }
    at(Self.coordinatorTick, .coordinatorTick(epoch: epoch))
    if let mean = faults.coordinatorCrashes { at(waiting(mean), .crashCoordinator(epoch: epoch)) }
  }

  mutating func crashCoordinator() {
    coordinatorCrashes += 1
    retired = retired + (coordinator?.counters ?? Coordinator.Counters())
    coordinator = nil
    if isTold { note("coordinator \(epoch) dies at step \(state.step)") }
    at(waiting(.milliseconds(500)), .startCoordinator)
  }

  mutating func inform(_ event: Coordinator.Event) {
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
