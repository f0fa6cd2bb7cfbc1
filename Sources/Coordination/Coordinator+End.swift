// MARK: - Ending after a step

extension Coordinator {
  /// Lets the step that is under way be made, if there is one: what was computed of it would have to be
  /// computed again when the run goes on. Of other rounds nothing is kept, and those end at once.
  mutating func conclude(by deadline: Moment) {
    guard isRunning, endsBy == nil else { return }
    endsBy = deadline
    poolShares()
    open.removeAll { $0.round > round }
  }

  /// Ends what was to be concluded and cannot be, or need not.
  mutating func settleEnd(at now: Moment) {
    guard let endsBy, phase == .gathering, sums.root == nil else { return }
    let isAlone = !members.contains { $0.capacity > 0 }
    guard case .training = rules.rounds.kind(of: round), now < endsBy, !isAlone else {
      phase = .finished
      return
    }
  }
}
