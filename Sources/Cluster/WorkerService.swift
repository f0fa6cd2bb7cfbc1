public import Coordination
public import Episodes
public import Execution
public import Files
import Graphs
import Locks
public import Logging
import NDArrays
public import Training
public import Transport
import Wire

/// A worker's process: polls, decodes, asks the state machine, and does what it says.
///
/// One thread owns it and its socket; others compute. What it needs to know of the run comes from
/// the coordinator.
public final class WorkerService {
  public struct Configuration: Sendable {
    public var address: String
    public var threads: Int
    /// Where this worker runs, as `host:process`.
    public var name: String
    public var software: String
    public var kernels: Kernels
    /// How long to look for a coordinator; `nil` is for ever.
    public var loneliness: Duration?
    /// What the coordinator's plan can name.
    public var catalogue: Catalogue
    /// Whether it draws its tasks' data itself where it can, whatever the plan says.
    public var draws: Bool
    /// Opens a file of images by its path, where tasks are drawn here.
    public var images: @Sendable (String) throws -> any ImageSource

    public init(
      address: String, threads: Int, name: String, software: String, kernels: Kernels,
      loneliness: Duration?, catalogue: Catalogue = .standard, draws: Bool = false,
      images: @escaping @Sendable (String) throws -> any ImageSource = { path in
        throw FileError.missing(path: path)
      }
    ) {
      (self.address, self.threads, self.name) = (address, threads, name)
      (self.software, self.kernels, self.loneliness) = (software, kernels, loneliness)
      (self.catalogue, self.draws, self.images) = (catalogue, draws, images)
    }
  }

  let configuration: Configuration
  let wakeup: Wakeup
  private let interrupt: Interrupt
  let log: Logger
  let decoder = PacketDecoder(limits: Limits())
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant

  let uplink: Uplink
  var worker: Worker
  var session: WorkerSession?
  /// What came with a lease, until its answer is sent or it is forgotten.
  var held: [Lease.ID: Held] = [:]
  var parameters: (round: Int, values: Parameters<NDArray>)?
  var arriving: (round: Int, values: Parameters<NDArray>)?
  let outcomes = Outcomes()
  var pending: [Worker.Event] = []
  /// Leases to be computed on this thread when the actions they came with are performed.
  var short: [LeaseRunner.Job] = []

  struct Held {
    var lease: Lease
    /// Drawn when it is computed, if not there.
    var episodes: Episode<PackedArray>?
    var outcome: LeaseRunner.Outcome?
  }

  private static let tick = Duration.milliseconds(50)

  /// - Parameter id: drawn at random for this life of the process.
  public init(
    _ configuration: Configuration, id: WorkerID, context: Context, options: SocketOptions,
    wakeup: Wakeup, interrupt: Interrupt, log: Logger
  ) throws(TransportError) {
    (self.configuration, self.log) = (configuration, log)
    (self.wakeup, self.interrupt) = (wakeup, interrupt)
    start = clock.now
    worker = Worker(
      rules: Worker.Rules(loneliness: configuration.loneliness), capacity: configuration.threads,
      at: Moment(.zero))
    uplink = try Uplink(
      configuration.address, as: id, in: context, options: options, log: log)
    // It computes on this thread, then.
    if configuration.threads == 1 { Turn.usual.adopt() }
  }

  /// Serves until dismissed, refused, interrupted, or alone for too long; answers with which.
  public func run() throws -> Worker.Reason {
    defer { session?.pool.shutDown() }
    var nextTick = now
    while true {
      let timeout = max(.zero, nextTick - now)
      _ = uplink.socket.poll(wakeup, timeout: timeout)
      wakeup.clear()
      noteConnections()
      for outcome in outcomes.takeAll() { finish(outcome) }
      while !isOver, let frame = uplink.socket.receive() { receive(frame) }
      if interrupt.request != nil { handle(.leave) }
      if now >= nextTick {
        handle(.tick)
        uplink.tick(at: now)
        nextTick = now + Self.tick
      }
      if case .over(let reason) = worker.phase { return reason }
    }
  }

  private var now: Moment { Moment(start.duration(to: clock.now)) }

  private var isOver: Bool { if case .over = worker.phase { true } else { false } }

  private func noteConnections() {
    for event in uplink.events(at: now) {
      switch event {
      case .connected: handle(.connected)
      case .denied:
        handle(.message(.refused("this worker's key was revoked or struck off"), epoch: 0))
      }
    }
  }

  func handle(_ event: Worker.Event) {
    pending.append(event)
    while !pending.isEmpty {
      let event = pending.removeFirst()
      for action in worker.handle(event, at: now) { perform(action) }
      computeHere()
    }
  }
}

/// Results on their way from the compute threads to the thread that owns the socket.
final class Outcomes: Sendable {
  private let values = Locked<[LeaseRunner.Outcome]>([])

  func append(_ outcome: LeaseRunner.Outcome) { values.withLock { $0.append(outcome) } }

  func takeAll() -> [LeaseRunner.Outcome] {
    values.withLock { values in
      defer { values.removeAll(keepingCapacity: true) }
      return values
    }
  }
}
