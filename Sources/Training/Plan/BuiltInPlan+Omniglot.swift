/// Few-shot classification of characters, from a file `omniglot.images` in the current folder.
extension BuiltInPlan {
  static let omniglot = [
    omniglot(
      "5way-1shot", "MAML on Omniglot, 5 classes, 1 example of each",
      tasks: "ways: 5, shots: 1", learner: "inner-steps: 1, inner-rate: 2.0", batch: 32),
    omniglot(
      "5way-5shot", "the same with 5 examples",
      tasks: "ways: 5, shots: 5", learner: "inner-steps: 1, inner-rate: 2.0", batch: 32),
    omniglot(
      "20way-1shot", "the same with 20 classes",
      tasks: "ways: 20, shots: 1", learner: "inner-steps: 5, inner-rate: 2.0", batch: 16,
      evaluated: 5),
    omniglot(
      "5way-1shot-first-order", "first-order MAML, 5 classes, 1 example",
      tasks: "ways: 5, shots: 1", learner: "order: first, inner-steps: 1, inner-rate: 2.0",
      batch: 32),
    omniglot(
      "5way-1shot-no-conv", "the same with a network without convolutions",
      tasks: "ways: 5, shots: 1", learner: "inner-steps: 1, inner-rate: 2.0", batch: 32,
      network: noConv),
  ]

  private static let convolutional = """
    kind: convnet4
      filters: 64
      downsampling: stride
      norm: {kind: batch, scale: false, epsilon: 0.001}
      head-initializer: {kind: normal, deviation: 1}
    """

  private static let noConv = """
    kind: normalized-mlp
      hidden: [256, 128, 64, 64]
      norm: {kind: batch, scale: false, epsilon: 0.001}
      initializer: {kind: truncated-normal, deviation: 0.01}
    """

  private static func omniglot(
    _ name: String, _ summary: String, tasks: String, learner: String, batch: Int,
    evaluated: Int = 3, network: String = convolutional
  ) -> BuiltInPlan {
    BuiltInPlan(
      name: "omniglot-\(name)", summary: summary,
      yaml: """
        # Finn, Abbeel & Levine 2017, section 5.2, with the settings of the authors' code: statistics of the
        # batch at hand everywhere, a learned shift that is not adapted, no scale, as many query images as
        # support images. Their loss is a sum over classes where ours is a mean, so their inner rate is
        # ours divided by the number of classes. omniglot.images comes from: outerloop data import omniglot
        seed: 1
        steps: 60000
        batch: \(batch)
        tasks: {family: images, data: omniglot.images, \(tasks), rotations: per-class-and-task}
        network:
          \(network)
        learner: {method: maml, \(learner), adapts: weights}
        optimizer: {method: adam, rate: 0.001}
        validation: {every: 1000, tasks: 200, inner-steps: \(evaluated)}
        evaluation: {tasks: 600, inner-steps: \(evaluated)}
        checkpoint: {every: 500}

        """)
  }
}
