import Episodes
import Execution
import Graphs
import MetaLearning
import NDArrays
import Networks
import Testing
import Training

private func plan(_ overrides: [String] = []) throws -> RunPlan {
  try RunPlan(
    yaml: """
      steps: 0
      batch: 1
      tasks: {family: sinusoid, shots: 5}
      network: {kind: mlp, hidden: [6, 5], initializer: {kind: glorot-uniform}}
      learner: {method: maml, inner-rate: 0.05}
      optimizer: {method: adam, rate: 0.001}
      evaluation: {tasks: 6, inner-steps: 3}
      """, source: "test", overrides: overrides)
}

private func evaluation(_ adapts: String) throws -> Evaluation {
  let run = Run(try plan(["evaluation.adapts=\(adapts)"]))
  return Evaluation(run.evaluator, at: run.initialState().parameters)
}

private let images = ConvNet4(
  input: [16, 16, 1], filters: 3, ways: 3, downsampling: .stride, pooling: .mean, bias: .learned,
  normalization: Normalization("", kind: .batch, learned: [.scale, .shift], epsilon: 1e-5),
  initializer: .glorotUniform, headInitializer: .glorotUniform)

private func patterns(_ kind: LambdaPatterns.Kind, steps: Int = 2) throws -> [LambdaPattern] {
  try #require(LambdaPatterns(.all, in: images, steps: steps).candidates(kind))
}

@Suite struct LambdaPatternTests {
  @Test func theFullPatternIsMAML() throws {
    let network = try plan().adaptingLearner().network
    let full = try #require(LambdaPatterns(.all, in: network, steps: 3).candidates(.suffixes))[0]
    #expect(full.adapting.yaml == "[[fc1, fc2, fc3]]")
    #expect(try evaluation(full.adapting.yaml) == evaluation("all"))
  }

  @Test func theHeadAloneIsANIL() throws {
    let network = try plan().adaptingLearner().network
    let heads = try #require(LambdaPatterns(.all, in: network, steps: 3).candidates(.suffixes))
    #expect(heads[1].adapting == .pattern([["fc3"]]))
    #expect(try evaluation("[[fc3]]") == evaluation("head"))
    #expect(try evaluation("[[fc3]]") != evaluation("all"))
  }

  @Test func aNormalizationGoesWithTheLayerBeforeIt() throws {
    let suffixes = try patterns(.suffixes)
    #expect(suffixes.map(\.name) == ["conv1–fc", "fc", "conv4+fc", "conv3–fc", "conv2–fc"])
    #expect(suffixes[2].adapting == .pattern([["conv4", "bn4", "fc"]]))
    let bare = try #require(
      LambdaPatterns(.weights, in: images, steps: 2).candidates(.suffixes))
    #expect(bare[2].adapting == .pattern([["conv4", "fc"]]))
  }

  @Test func thereAreAsManyCandidatesAsCombinatoricsSays() throws {
    #expect(try patterns(.prefixes).count == 5)
    #expect(try patterns(.single).count == 6)
    #expect(try patterns(.all).count == 32)
    #expect(try patterns(.perStep, steps: 5).count == 126)
    #expect(LambdaPatterns(.all, in: images, steps: 40).candidates(.perStep) == nil)
    for kind in LambdaPatterns.Kind.allCases {
      let candidates = try patterns(kind)
      #expect(Set(candidates).count == candidates.count)
      #expect(candidates[0].name == "conv1–fc")
    }
  }

  @Test func rowsHaveNamesForPeople() throws {
    let names = try patterns(.perStep, steps: 3).map(\.name)
    #expect(names.contains("conv4+fc, then 2x fc"))
    #expect(names.contains("conv3–fc, then conv4+fc, then fc"))
    #expect(try patterns(.all).map(\.name).contains("none"))
  }

  /// Of a frozen prefix only the first forward pass is left, and of layers above it no slopes but those
  /// that are asked for.
  @Test(arguments: [(1, 4), (2, 9), (5, 33)])
  func whatNobodyNeedsIsNotComputed(top: Int, convolutions: Int) throws {
    let pattern = try #require(
      try patterns(.suffixes, steps: 3).first { $0.rows[0].count == top })
    let learner = MAML(
      network: images, loss: .crossEntropy, innerRate: 0.1, innerSteps: 1, order: .first,
      adapts: pattern.adapting)
    let program = learner.adaptation(
      support: Batch(inputs: [3, 16, 16, 1], targets: [3]), steps: 3
    ).program
    let left = Executable(program).program.instructions.filter {
      switch $0.primitive {
      case .convolution, .fusedConvolution: true
      default: false
      }
    }
    #expect(left.count == convolutions)
  }

  @Test func theFastestOfTheAllowedIsChosen() throws {
    let network = try plan().adaptingLearner().network
    let candidates = try #require(LambdaPatterns(.all, in: network, steps: 3).candidates(.suffixes))
    let times = [9.0, 1, 3]
    let measured = try zip(candidates, times).map {
      PatternSearch.Measured($0, try evaluation($0.adapting.yaml), seconds: $1)
    }
    let losses = measured.indices.map { PatternSearch(measured, allowedLoss: 0).loss($0) }
    #expect(losses[0] == 0)
    #expect(PatternSearch(measured, allowedLoss: 1e9).chosen == 1)
    #expect(PatternSearch(measured, allowedLoss: (losses.max() ?? 0) * 1.01).chosen == 1)
    let strict = PatternSearch(measured, allowedLoss: 0)
    #expect(losses[strict.chosen] <= 0)
    let front = strict.front
    #expect(front.first == 1)
    for (faster, slower) in zip(front, front.dropFirst()) {
      #expect(times[faster] < times[slower] && losses[faster] > losses[slower])
    }
  }

  @Test func differencesArePairedByTask() throws {
    let candidates = try #require(
      LambdaPatterns(.all, in: plan().adaptingLearner().network, steps: 3).candidates(.suffixes))
    let (full, head) = (try evaluation("all"), try evaluation("head"))
    let search = PatternSearch(
      [.init(candidates[0], full, seconds: 2), .init(candidates[1], head, seconds: 1)],
      allowedLoss: 0)
    let each = zip(head.losses, full.losses).map { Double($0[3]) - Double($1[3]) }
    #expect(search.difference(1, after: 3) == Evaluation.Estimate(each))
    #expect(search.difference(0, after: 3) == Evaluation.Estimate(each.map { _ in 0 }))
  }
}
