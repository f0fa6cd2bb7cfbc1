import Coordination
import Episodes
import Graphs
import NDArrays
import Testing
import Training
import Wire

@testable import Cluster

/// A worker that computes as it should, and says of it what a test wants.
final class PuppetWorker {
  /// What it sends instead of a sum's message; nothing is silence.
  typealias Speech = (_ sum: TaskSum, _ batch: Message.TaskBatch) -> [Message]

  let peer: HostilePeer
  private(set) var refusal: Message.Refusal?
  /// The task over which it ends without a word.
  var fatalTask: Int?
  private var isDead = false
  private let run: ServedRun
  private let runner: RoundRunner
  private let speech: Speech
  private var parameters: (round: Int, values: Parameters<NDArray>)?
  private var leases: [Message.TaskBatch] = []

  init(_ run: ServedRun, id: WorkerID, _ speech: @escaping Speech) throws {
    (self.run, self.speech) = (run, speech)
    peer = try HostilePeer(run, id: id)
    runner = RoundRunner(run.run)
  }

  /// Until the coordinator parts with it, or has ended.
  func takePart() throws {
    peer.send(.hello())
    let deadline = ContinuousClock.now + patience
    while run.now.outcome == nil, refusal == nil, !isDead {
      try #require(ContinuousClock.now < deadline, "the run does not end: \(run.now)")
      guard let message = try peer.receive() else {
        peer.send(.ping(.init(round: parameters?.round, leases: leases.map(\.lease), capacity: 1)))
        continue
      }
      hear(message)
      for (sum, batch) in computed() { speech(sum, batch).forEach { peer.send($0) } }
    }
  }

  private func hear(_ message: Message) {
    switch message {
    case .parameters(let message):
      guard let values = Parameters(message.tensors, layout: run.run.given(in: message.round))
      else { break }
      parameters = (message.round, values)
    case .taskBatch(let batch): leases.append(batch)
    case .refusal(let refusal) where refusal.reason == .unknownWorker: peer.send(.hello())
    case .refusal(let refusal): self.refusal = refusal
    case .hello, .welcome, .goodbye, .metaGradient, .ping, .pong: break
    }
  }

  private func computed() -> [(TaskSum, Message.TaskBatch)] {
    guard let (round, values) = parameters else { return [] }
    let due = leases.filter { $0.round == round }
    leases.removeAll { $0.round <= round }
    if let fatalTask, due.contains(where: { $0.tasks.contains(fatalTask) }) {
      isDead = true
      return []
    }
    return due.compactMap { batch in
      TaskRange(batch.tasks, ofBatch: run.run.rounds.tasks(in: round)).map { range in
        let episodes = run.run.episodes(round, range, given: values)
        return (runner.compute(range, of: round, episodes, at: values), batch)
      }
    }
  }
}

extension Message {
  static func answer(_ batch: TaskBatch, _ values: [Float]) -> Message {
    .metaGradient(
      .init(
        round: batch.round, leases: [batch.lease], tasks: batch.tasks, time: .milliseconds(1),
        outcome: .init(values)))
  }
}
