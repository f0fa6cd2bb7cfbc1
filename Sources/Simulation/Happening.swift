import Coordination

/// Something that will happen at a moment; of two at once, what was planned first comes first.
struct Appointment: Comparable {
  var moment: Moment
  var order: Int
  /// Where what will happen is kept.
  var place: Int

  static func < (a: Appointment, b: Appointment) -> Bool {
    (a.moment, a.order) < (b.moment, b.order)
  }
  static func == (a: Appointment, b: Appointment) -> Bool { a.order == b.order }
}

enum Happening {
  case startCoordinator
  case crashCoordinator(epoch: UInt32)
  case coordinatorTick(epoch: UInt32)
  case diskTrouble
  case lost(WorkerID)
  case toCoordinator(Coordinator.Message, from: WorkerID, epoch: UInt32)
  case start(Int)
  case crash(Int, WorkerID)
  case freeze(Int, WorkerID)
  case partition(Int, WorkerID)
  case leave(Int, WorkerID)
  case connected(Int, WorkerID)
  case workerTick(Int, WorkerID)
  case computed(Int, WorkerID, Lease)
  case toWorker(Parcel, Int, WorkerID)
  case atRelay(Int, WorkerID?, RelayHappening)
}

/// A message to a worker, with what comes along in it.
struct Parcel {
  var message: Worker.Message
  var epoch: UInt32
  var state: Problem.State?
}

/// A place where worker processes live, one after another.
struct Host {
  var id: WorkerID?
  var worker: Worker?
  var frozenUntil = Moment(.zero)
  /// Until when messages from it, and to it, are lost.
  var muteUntil = Moment(.zero)
  var deafUntil = Moment(.zero)
  /// With these it computes, in this round.
  var state: Problem.State?
  var round: Int?
  /// What the tasks of its leases hang on, which comes with them.
  var memories: [Lease.ID: [Float]] = [:]
  var results: [Lease.ID: (lease: Lease, sum: TaskSum)] = [:]
}
