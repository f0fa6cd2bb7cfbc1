/// How much the query losses after the inner steps count, which changes in training: at first all alike,
/// then ever more the last one, and in the end it alone.
///
/// - Source: Antoniou, Edwards & Storkey 2019, "How to Train Your MAML", section 4; the numbers are those of
///   the authors' code.
public struct MultiStepLoss: Hashable, Sendable {
  /// How often weights change until only the last loss counts.
  public var phases: Int
  /// Steps of training from one change to the next.
  public var phaseSteps: Int

  public init(phases: Int, phaseSteps: Int) {
    precondition(phases > 0 && phaseSteps > 0, "\(phases) phases of \(phaseSteps) steps")
    (self.phases, self.phaseSteps) = (phases, phaseSteps)
  }

  /// The steps of training at which weights change.
  var changes: [Int] { (1...phases).map { $0 * phaseSteps } }

  /// The weights of the losses after 1, 2, ... inner steps. They add up to one.
  ///
  /// In phase `p` of `P`, a loss before the last of `S` weighs `(1 - p/P) / S`, though at least `0.03 / S`.
  public func weights(innerSteps: Int, atStep step: Int) -> [Float] {
    guard innerSteps > 0 else { return [] }
    let phase = step / phaseSteps
    let share = phase < phases ? max(1 - Double(phase) / Double(phases), 0.03) : 0
    let early = share / Double(innerSteps)
    let last = 1 - Double(innerSteps - 1) * early
    return Array(repeating: Float(early), count: innerSteps - 1) + [Float(last)]
  }
}
