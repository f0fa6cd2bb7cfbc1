import Coordination
import Testing

@Suite struct RoundsTests {
  @Test(
    arguments: [
      (Rounds(steps: 3, batch: 2), ["t0", "t1", "t2"]),
      (Rounds(steps: 0, batch: 2, evaluation: 5), ["e"]),
      (Rounds(steps: 2, batch: 2, evaluation: 5), ["t0", "t1", "e"]),
      (
        Rounds(steps: 4, batch: 2, validation: .init(every: 2, tasks: 3), evaluation: 5),
        ["t0", "t1", "v2", "t2", "t3", "v4", "e"]
      ),
      (
        Rounds(steps: 5, batch: 2, validation: .init(every: 2, tasks: 3), evaluation: 5),
        ["t0", "t1", "v2", "t2", "t3", "v4", "t4", "v5", "e"]
      ),
      (
        Rounds(steps: 2, batch: 2, validation: .init(every: 7, tasks: 3)), ["t0", "t1", "v2"]
      ),
      (Rounds(steps: 0, batch: 2, validation: .init(every: 7, tasks: 3), evaluation: 1), ["e"]),
    ])
  func roundsAreTrainingWithLooksBetween(_ rounds: Rounds, expected: [String]) {
    #expect((0..<rounds.count).map { rounds.kind(of: $0).letter } == expected)
    let sizes = ["t": 2, "v": 3, "e": rounds.evaluation]
    #expect((0..<rounds.count).map(rounds.tasks) == expected.map { sizes[String($0.prefix(1))] })
  }

  /// Whoever goes on after a step measures it first, if it is to be measured, for nobody knows
  /// whether it was.
  @Test(arguments: [nil, 1, 2, 3, 9])
  func aRunGoesOnWithTheFirstRoundOfItsParameters(every: Int?) {
    let rounds = Rounds(
      steps: 8, batch: 1, validation: every.map { .init(every: $0, tasks: 1) }, evaluation: 1)
    for step in 0...8 {
      let expected = (0..<rounds.count).first { rounds.kind(of: $0).needs(step) }
      #expect(rounds.first(after: step) == expected)
    }
  }
}

extension Rounds.Kind {
  fileprivate var letter: String {
    switch self {
    case .training(let step): "t\(step)"
    case .validation(let step): "v\(step)"
    case .evaluation: "e"
    }
  }

  /// Whether the round works with the parameters after eight steps of training, or `step` of them.
  fileprivate func needs(_ steps: Int) -> Bool {
    switch self {
    case .training(let step), .validation(let step): step == steps
    case .evaluation: steps == 8
    }
  }
}
