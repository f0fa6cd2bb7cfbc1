import Cluster
import Coordination
import Foundation
import Training
import Transport

/// A run whose steps are measured: in this process its coordinator, in others its workers.
struct Load {
  var run: Run
  var workers: Int
  /// How long workers pretend to compute a task; `nil` if they do compute.
  var pretence: Duration?
  /// Steps that are measured, after as many as a tenth of them.
  var steps: Int
  /// How all of them talk.
  var path = Path.local
  /// Workers behind each relay; `nil` is for no relays.
  var fanIn: Int?

  enum Path {
    case local
    case tcp
    /// Over TCP, with CURVE.
    case encrypted
  }

  init(_ yaml: String, workers: Int, pretence: Duration? = nil, steps: Int) throws {
    run = Run(try RunPlan(yaml: yaml, source: "benchmark"))
    (self.workers, self.pretence, self.steps) = (workers, pretence, steps)
  }

  func measure() throws -> Costs {
    let folder = try Folder()
    var options = CoordinatorService.socketOptions(for: run)
    let keys = path == .encrypted ? try folder.keys() : nil
    if let keys { options.identification = keys.router }
    let socket = RouterSocket(in: Context(), options: options)
    let address = try socket.bind(path == .local ? folder.place("socket") : "tcp://127.0.0.1:*")
    let processes = try start(address, keys?.files, in: folder)
    defer { for process in processes { process.terminate() } }
    return try costs(service(socket))
  }

  private func start(
    _ address: String, _ keys: WorkerProcess.KeyFiles?, in folder: Folder
  ) throws -> [Process] {
    guard let pretence else {
      return try (0..<workers).map { _ in try WorkerProcess.computing(address: address).start() }
    }
    func crowd(_ address: String, _ count: Int, _ keys: WorkerProcess.KeyFiles?) -> WorkerProcess {
      .pretending(
        address: address, count: count, sumCount: run.trainer.sums.count,
        microseconds: Int(pretence / .microseconds(1)), keys: keys)
    }
    guard let fanIn else { return [try crowd(address, workers, keys).start()] }
    return try stride(from: 0, to: workers, by: fanIn).flatMap { first in
      let place = folder.place("relay-\(first)")
      return [
        try WorkerProcess.relaying(address: address, place: place, keys: keys).start(),
        try crowd(place, min(fanIn, workers - first), nil).start(),
      ]
    }
  }

  private func service(_ socket: RouterSocket) -> CoordinatorService {
    let wakeup = Wakeup()
    return CoordinatorService(
      run: run, state: run.initialState(), epoch: 1,
      rules: Coordinator.Rules(rounds: run.rounds), socket: socket, wakeup: wakeup,
      interrupt: Interrupt([], waking: wakeup), log: .silent)
  }

  /// Measures once all workers are there and the first steps are over.
  private func costs(_ service: CoordinatorService) throws -> Costs {
    let meter = Meter(steps: steps)
    service.onRound = { [unowned service] report in
      meter.note(
        report.state.step, isComplete: service.coordinator.capacity == workers, service.coordinator)
      if meter.isDone { service.stop() }
    }
    _ = try service.serve()
    return meter.costs
  }
}

/// What steps cost.
struct Costs {
  /// Microseconds a step: the least, the median, and the mean.
  var (least, median, mean) = (0.0, 0.0, 0.0)
  /// Microseconds of processor time a step in the coordinator's thread, and in those of ZeroMQ.
  var (ownThread, otherThreads) = (0.0, 0.0)
  /// Sums that came, and leases that were lent more than once, a step.
  var (sums, repeated) = (0.0, 0.0)
}

/// Takes the time of steps.
private final class Meter {
  private let steps: Int
  private let clock = ContinuousClock()
  private var toWarmUp: Int
  private var begin: (own: Double, all: Double, counters: Coordinator.Counters)?
  private var last: ContinuousClock.Instant?
  private var times: [Double] = []
  private(set) var costs = Costs()

  init(steps: Int) { (self.steps, toWarmUp) = (steps, max(2, steps / 10)) }

  var isDone: Bool { times.count >= steps }

  func note(_ step: Int, isComplete: Bool, _ coordinator: Coordinator) {
    guard isComplete, !isDone else { return }
    let now = clock.now
    guard toWarmUp == 0 else {
      toWarmUp -= 1
      last = now
      begin = (
        cpuTime(CLOCK_THREAD_CPUTIME_ID), cpuTime(CLOCK_PROCESS_CPUTIME_ID), coordinator.counters
      )
      return
    }
    if let last { times.append(last.duration(to: now) / .microseconds(1)) }
    last = now
    if isDone { conclude(coordinator.counters) }
  }

  private func conclude(_ counters: Coordinator.Counters) {
    guard let begin else { return }
    let count = Double(times.count)
    costs.mean = times.reduce(0, +) / count
    times.sort()
    (costs.least, costs.median) = (times[0], times[times.count / 2])
    costs.ownThread = (cpuTime(CLOCK_THREAD_CPUTIME_ID) - begin.own) / count
    costs.otherThreads =
      (cpuTime(CLOCK_PROCESS_CPUTIME_ID) - begin.all) / count - costs.ownThread
    costs.sums = Double(counters.sums - begin.counters.sums) / count
    costs.repeated = Double(counters.repeated - begin.counters.repeated) / count
  }
}

/// Microseconds on one of the system's clocks.
private func cpuTime(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
}

/// A folder for sockets and keys, which goes when nobody holds it any more.
private final class Folder {
  private let path =
    NSTemporaryDirectory() + "cluster-benchmark-\(getpid())-\(UInt16.random(in: 0...UInt16.max))"

  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func place(_ name: String) -> String { "ipc://\(path)/\(name)" }

  func keys() throws -> (router: Identification, files: WorkerProcess.KeyFiles) {
    let (coordinator, worker) = (KeyPair.random(), KeyPair.random())
    let files = WorkerProcess.KeyFiles(own: path + "/worker", coordinator: path + "/coordinator")
    try worker.write(to: files.own)
    try coordinator.publicKey.write(to: files.coordinator)
    return (.router(coordinator, admitting: Admissions(admitting: [worker.publicKey])), files)
  }
}
