import Coordination
import Episodes
import Graphs
import NDArrays
import Testing
import Training
import Wire

@testable import Cluster

/// A worker that gives every right answer twice, then all of its earlier ones, and has an accomplice
/// say the same under another name.
final class Replayer {
  private let run: ServedRun
  private let peer: HostilePeer
  private let accomplice: HostilePeer
  private let runner: RoundRunner
  private var said: [[UInt8]] = []
  private var parameters: (round: Int, values: Parameters<NDArray>)?
  private var leases: [Message.TaskBatch] = []

  init(_ run: ServedRun) throws {
    self.run = run
    peer = try HostilePeer(run, id: WorkerID(21))
    accomplice = try HostilePeer(run, id: WorkerID(22))
    runner = RoundRunner(run.run)
  }

  func takePart() throws {
    for peer in [peer, accomplice] { peer.send(.hello()) }
    let deadline = ContinuousClock.now + patience
    while run.now.outcome == nil {
      try #require(ContinuousClock.now < deadline, "the run does not end: \(run.now)")
      guard let message = try peer.receive() else {
        peer.send(.ping(.init(round: parameters?.round, leases: leases.map(\.lease), capacity: 1)))
        continue
      }
      switch message {
      case .parameters(let message):
        guard let values = Parameters(message.tensors, layout: run.run.given(in: message.round))
        else {
          break
        }
        parameters = (message.round, values)
      case .taskBatch(let batch): leases.append(batch)
      case .refusal(let refusal) where refusal.reason == .unknownWorker: peer.send(.hello())
      case .goodbye: return
      case .hello, .welcome, .refusal, .metaGradient, .ping, .pong: break
      }
      answerWhatCan()
    }
  }

  private func answerWhatCan() {
    guard let (round, values) = parameters else { return }
    for batch in leases where batch.round == round {
      guard let range = TaskRange(batch.tasks, ofBatch: run.run.rounds.tasks(in: round)) else {
        continue
      }
      let sum = runner.compute(
        range, of: round, run.run.episodes(round, range, given: values), at: values)
      let answer = peer.bytes(
        .metaGradient(
          .init(
            round: round, leases: [batch.lease], tasks: batch.tasks, time: .milliseconds(1),
            outcome: .init(sum.values))))
      said += [answer, answer]
      for bytes in said.reversed() {
        peer.send(bytes)
        accomplice.send(bytes)
      }
    }
    leases.removeAll { $0.round == round }
  }
}
