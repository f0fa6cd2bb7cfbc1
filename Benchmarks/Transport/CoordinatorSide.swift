import Foundation
import Transport

/// What steps cost a coordinator that sends every worker a frame and awaits every answer.
struct StepCosts {
  /// Time of each step, in ascending order, in microseconds.
  var times: [Double] = []
  /// Microseconds of processor time a message, of either direction, in the thread that owns the
  /// socket and in all others.
  var ownThread = 0.0
  var otherThreads = 0.0

  func time(atQuantile quantile: Double) -> Double {
    times[min(times.count - 1, Int(quantile * Double(times.count)))]
  }
}

/// A router with its workers connected.
struct CoordinatorSide {
  let router: RouterSocket
  let wakeup = Wakeup()
  let workers: Process
  let spin: Duration
  let requestBytes: [UInt8]
  private(set) var peers: [PeerID] = []

  init(_ load: Load) throws {
    router = RouterSocket(in: Context(), options: SocketOptions())
    let address = try router.bind(load.address)
    workers = try AnsweringWorkers(
      address: address, count: load.workers, answerBytes: load.answerBytes, spin: load.workerSpin
    ).start()
    spin = load.coordinatorSpin
    requestBytes = [UInt8](repeating: 1, count: load.requestBytes)
    while peers.count < load.workers { peers.append(receive().peer) }
  }

  private func receive() -> (peer: PeerID, frame: Frame) {
    while true {
      if let message = router.receive() { return message }
      if router.poll(wakeup, timeout: nil, spin: spin).contains(.event) { _ = router.events() }
    }
  }

  private func step() {
    for peer in peers {
      let outcome = router.send(Frame(requestBytes), to: peer)
      precondition(outcome == .sent, "a request to \(peer) is \(outcome)")
    }
    for _ in peers { _ = receive() }
  }

  func costs(steps: Int) -> StepCosts {
    for _ in 0..<(steps / 10) { step() }
    let (own, all) = (cpuTime(CLOCK_THREAD_CPUTIME_ID), cpuTime(CLOCK_PROCESS_CPUTIME_ID))
    let clock = ContinuousClock()
    var costs = StepCosts()
    for _ in 0..<steps { costs.times.append(clock.measure(step) / .microseconds(1)) }
    let messages = Double(2 * steps * peers.count)
    costs.ownThread = (cpuTime(CLOCK_THREAD_CPUTIME_ID) - own) / messages
    costs.otherThreads = (cpuTime(CLOCK_PROCESS_CPUTIME_ID) - all) / messages - costs.ownThread
    costs.times.sort()
    return costs
  }
}

/// Microseconds on one of the system's clocks.
private func cpuTime(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
}
