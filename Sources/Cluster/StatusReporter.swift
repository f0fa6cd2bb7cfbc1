import Foundation
import Telemetry
import Training

/// Tells whoever looks how a run goes: on a board a few times a second, in a file once a second.
final class StatusReporter {
  private let identity: ClusterStatus.Identity
  private let board: StatusBoard?
  private let file: StatusFile
  private var curves: ClusterStatus.Curves
  private var measured = ClusterStatus.Measured()
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private let firstStep: Int
  private var nextPost: ContinuousClock.Instant
  private var nextFile: ContinuousClock.Instant

  private static let (posting, filing) = (Duration.milliseconds(250), Duration.seconds(1))

  /// - Parameter curves: as far as they got before this coordinator.
  init(
    _ identity: ClusterStatus.Identity, from step: Int, curves: ClusterStatus.Curves,
    board: StatusBoard?, file: StatusFile
  ) {
    (self.identity, self.curves, self.board, self.file) = (identity, curves, board, file)
    firstStep = step
    start = clock.now
    (nextPost, nextFile) = (start, start)
  }

  /// Takes note of a round.
  func note(_ report: CoordinatorService.Report) {
    switch report.result {
    case .trained(let before, let after):
      curves.lossBefore.append(Double(report.state.step), Double(before))
      curves.lossAfter.append(Double(report.state.step), Double(after))
    case .validated(let found): note(found, report.state, onCurves: true)
    case .evaluated(let found): note(found, report.state, onCurves: false)
    }
  }

  private func note(_ found: Evaluation, _ state: TrainingState, onCurves: Bool) {
    let (loss, accuracy) = (found.lossEstimates.last, found.accuracyEstimates?.last)
    measured.loss = loss?.mean.drawable
    measured.accuracy = accuracy?.mean.drawable
    measured.accuracyInterval = accuracy?.halfWidth.drawable
    measured.bestStep = state.best?.step
    guard onCurves else { return }
    let step = Double(state.step)
    if let loss { curves.validationLoss.append(step, loss.mean) }
    if let accuracy { curves.accuracy.append(step, accuracy.mean) }
  }

  /// Tells how the run is, if it is time to.
  ///
  /// - Parameter losses: before and after adaptation, of late.
  func tick(_ service: CoordinatorService, losses: Telemetry.Progress.Losses?) {
    let now = clock.now
    guard now >= nextPost else { return }
    nextPost = now + Self.posting
    let status = status(of: service, losses)
    board?.post(status)
    guard now >= nextFile else { return }
    nextFile = now + Self.filing
    file.offer(status)
  }

  /// Tells how it ended.
  func finish(_ service: CoordinatorService, losses: Telemetry.Progress.Losses?) {
    let status = status(of: service, losses)
    board?.post(status)
    file.finish(status)
  }

  private func status(
    of service: CoordinatorService, _ losses: Telemetry.Progress.Losses?
  ) -> ClusterStatus {
    var status = service.status(of: identity, at: Date().timeIntervalSince1970)
    curves.throughput.append(status.seconds, status.tasksPerSecond)
    measured.lossBefore = losses.flatMap { Double($0.before).drawable }
    measured.lossAfter = losses.flatMap { Double($0.after).drawable }
    (status.measured, status.curves) = (measured, curves)
    let done = status.step - firstStep
    if !status.phase.isOver, done > 0 {
      let elapsed = start.duration(to: clock.now) / .seconds(1)
      status.secondsLeft = elapsed * Double(status.steps - status.step) / Double(done)
    }
    return status
  }
}

extension Double {
  /// `nil` for what JSON cannot hold.
  fileprivate var drawable: Double? { isFinite ? self : nil }
}
