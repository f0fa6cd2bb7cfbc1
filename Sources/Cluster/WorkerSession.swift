import Coordination
import Episodes
import Graphs
import NDArrays
import Training
import Wire

/// What a worker makes of the run that a coordinator tells it of.
struct WorkerTerms {
  let plan: RunPlan
  /// Whether tasks' data is drawn here, where none is sent.
  let draws: Bool
  /// Why it is not, although it was to be.
  let obstacle: String?

  /// Why a worker cannot take part in a run.
  struct Unfit: Error {
    var reason: Message.Refusal.Reason
    var text: String
  }

  private init(_ plan: RunPlan, draws: Bool, obstacle: String? = nil) {
    (self.plan, self.draws, self.obstacle) = (plan, draws, obstacle)
  }

  init(_ welcome: Message.Welcome, for worker: WorkerService.Configuration) throws(Unfit) {
    let plan = try Self.plan(of: welcome, worker.catalogue)
    guard worker.draws || plan.episodes == .drawnByWorker else {
      self.init(plan, draws: false)
      return
    }
    do {
      self.init(
        try plan.imageFile.map { try plan.drawing(from: worker.images($0)) } ?? plan, draws: true)
    } catch {
      guard plan.episodes == .sent else {
        throw Unfit(reason: .data, text: "\(worker.name) cannot draw tasks: \(error)")
      }
      self.init(plan, draws: false, obstacle: "\(error)")
    }
  }

  private static func plan(
    of welcome: Message.Welcome, _ catalogue: Catalogue
  ) throws(Unfit) -> RunPlan {
    let plan: RunPlan
    do throws(PlanError) {
      plan = try RunPlan(yaml: welcome.plan, source: "the coordinator's plan", catalogue: catalogue)
    } catch {
      throw Unfit(reason: .malformed, text: "\(error)")
    }
    guard plan.isComplete else {
      throw Unfit(reason: .malformed, text: "the coordinator's plan does not say what images are")
    }
    return plan
  }
}

/// The run as a worker knows it, and the threads that compute it.
struct WorkerSession {
  let name: RunName
  let run: Run
  let pool: ComputePool
  /// The runner of a pool of one thread: it computes short leases on the thread that has them already.
  /// Never on both, since such a worker computes one lease at a time, still wanted or not.
  let runner: LeaseRunner?
  /// Whether tasks' data is drawn here, where none is sent.
  let draws: Bool
  /// Of the last lease.
  var taskTime: Duration?

  /// - Parameter deliver: is called on a compute thread and must only hand over.
  init(
    _ terms: WorkerTerms, for worker: WorkerService.Configuration,
    deliver: @escaping @Sendable (LeaseRunner.Outcome) -> Void
  ) {
    let run = Run(terms.plan, kernels: worker.kernels)
    let runners = (0..<worker.threads).map { _ in LeaseRunner(run) }
    (self.run, name, draws) = (run, RunName(run), terms.draws)
    pool = ComputePool(runners, deliver: deliver)
    runner = runners.count == 1 ? runners[0] : nil
  }

  /// Handing a lease to another thread and back costs as much as a short one takes; meanwhile nobody
  /// listens, so it must be.
  func computesHere(_ tasks: Int) -> Bool {
    runner != nil && taskTime.map { $0 * tasks < .milliseconds(50) } ?? false
  }

  /// The data of a lease's tasks.
  ///
  /// - Parameter given: what the lease's round is given, if it is here.
  /// - Returns: `nil` if it takes that to name the tasks, and it is not here.
  func drawn(_ lease: Lease, given: Parameters<NDArray>? = nil) -> Episode<PackedArray>? {
    guard run.roundsAhead > 0 || given != nil else { return nil }
    return run.episodes(lease.round, lease.range, given: given)
  }

  /// The data that was sent for a lease's tasks; `nil` if it does not fit them.
  func taken(_ sent: [NamedArray], for lease: Lease) -> Episode<PackedArray>? {
    Episode(sent, tasks: lease.range.count, shapes: run.shapes(of: lease.round))
  }
}
