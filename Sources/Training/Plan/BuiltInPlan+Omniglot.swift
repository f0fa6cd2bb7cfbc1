/// Few-shot classification of characters, from a file `omniglot.images` in the current folder.
extension BuiltInPlan {
  static let omniglot = [
    omniglot(
      "5way-1shot", "MAML on Omniglot, 5 classes, 1 example of each",
      tasks: "ways: 5, shots: 1",
      learner: "method: maml, inner-steps: 1, inner-rate: 2.0, adapts: weights", batch: 32),
    omniglot(
      "5way-5shot", "the same with 5 examples",
      tasks: "ways: 5, shots: 5",
      learner: "method: maml, inner-steps: 1, inner-rate: 2.0, adapts: weights", batch: 32),
    omniglot(
      "20way-1shot", "the same with 20 classes",
      tasks: "ways: 20, shots: 1",
      learner: "method: maml, inner-steps: 5, inner-rate: 2.0, adapts: weights", batch: 16,
      evaluated: 5),
    omniglot(
      "5way-1shot-first-order", "first-order MAML, 5 classes, 1 example",
      tasks: "ways: 5, shots: 1",
      learner: "method: maml, order: first, inner-steps: 1, inner-rate: 2.0, adapts: weights",
      batch: 32),
    omniglot(
      "5way-1shot-no-conv", "the same with a network without convolutions",
      tasks: "ways: 5, shots: 1",
      learner: "method: maml, inner-steps: 1, inner-rate: 2.0, adapts: weights", batch: 32,
      network: noConv),
    omniglot(
      "5way-1shot-anil", "ANIL: MAML whose head alone adapts, 5 classes, 1 example",
      tasks: "ways: 5, shots: 1",
      learner: "method: maml, inner-steps: 1, inner-rate: 2.0, adapts: head", batch: 32),
    omniglot(
      "5way-1shot-boil", "BOIL: MAML whose head does not adapt, 5 classes, 1 example",
      tasks: "ways: 5, shots: 1",
      learner:
        "method: maml, inner-steps: 1, inner-rate: 2.0, adapts: [[conv1, conv2, conv3, conv4]]",
      batch: 32),
    omniglot(
      "5way-1shot-t-net", "T-net, 5 classes, 1 example", tasks: "ways: 5, shots: 1",
      learner: "method: t-net, inner-steps: 1, inner-rate: 2.0, adapts: weights", batch: 32,
      steps: 40000),
    omniglot(
      "5way-1shot-mt-net", "MT-net, 5 classes, 1 example", tasks: "ways: 5, shots: 1",
      learner: "method: mt-net, inner-steps: 1, inner-rate: 2.0, adapts: weights", batch: 32,
      steps: 40000),
    mamlPlusPlus, reptile,
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

  private static let mamlPlusPlus = BuiltInPlan(
    name: "omniglot-5way-1shot-maml++", summary: "MAML++, 5 classes, 1 example",
    yaml: """
      # Antoniou, Edwards & Storkey 2019, with the settings of the authors' code, which has the order of
      # the derivative not annealed. The network is that of the other plans here.
      seed: 1
      steps: 50000
      batch: 8
      tasks: {family: images, data: omniglot.images, ways: 5, shots: 1, rotations: as-classes}
      network:
        kind: convnet4
        filters: 64
        downsampling: stride
        norm: {kind: batch, scale: true, epsilon: 1e-5}
      learner:
        method: maml++
        inner-steps: 5
        inner-rate: 0.1
        adapts: weights
        multi-step-loss: {phases: 10, phase-steps: 500}
        learned-rates: true
        norm-each-step: true
      optimizer: {method: adam, rate: 0.001, schedule: {kind: cosine, to: 1e-5, steps: 50000}}
      validation: {every: 500, tasks: 200, inner-steps: 5}
      evaluation: {tasks: 600, inner-steps: 5}
      checkpoint: {every: 500}

      """)

  private static let reptile = BuiltInPlan(
    name: "omniglot-5way-1shot-reptile", summary: "Reptile, 5 classes, 1 example, transductive",
    yaml: """
      # Nichol, Achiam & Schulman 2018, with the settings of the authors' code, but for its inner Adam,
      # which is carried from task to task. One that starts anew for each makes first steps of
      # equal size for all weights, and learns nothing here beyond 77 %; plain descent does learn. Ink is
      # 1, and 80,000 steps are made instead of 100,000. Tasks for training have 10 examples of a class, each of
      # them seen once in the inner steps; a class for training is a character in one of four turns, and
      # one for testing is a character as it is.
      seed: 1
      steps: 80000
      batch: 5
      tasks: {family: images, data: omniglot.images, ways: 5, shots: 10, query: 1, rotations: as-classes}
      network:
        kind: convnet4
        filters: 64
        downsampling: stride
        pooling: flatten
        norm: {kind: batch, epsilon: 0.001}
      learner:
        method: reptile
        inner-steps: 5
        inner-batch: 10
        inner-rate: 0.1
        inner-optimizer: {method: sgd}
      optimizer: {method: sgd, rate: 1.0, schedule: {kind: linear, to: 0, steps: 80000}}
      validation: {every: 10000, tasks: 200, shots: 1, rotations: none, inner-steps: 50, inner-batch: 5}
      evaluation: {tasks: 600, shots: 1, rotations: none, inner-steps: 50, inner-batch: 5}
      checkpoint: {every: 1000}

      """)

  private static func omniglot(
    _ name: String, _ summary: String, tasks: String, learner: String, batch: Int,
    steps: Int = 60000, evaluated: Int = 3, network: String = convolutional
  ) -> BuiltInPlan {
    BuiltInPlan(
      name: "omniglot-\(name)", summary: summary,
      yaml: """
        # Finn, Abbeel & Levine 2017, section 5.2, with the settings of the authors' code: statistics of the
        # batch at hand everywhere, a learned shift that is not adapted, no scale, as many query images as
        # support images. Their loss is a sum over classes where ours is a mean, so their inner rate is
        # ours divided by the number of classes. omniglot.images comes from: outerloop data import omniglot
        seed: 1
        steps: \(steps)
        batch: \(batch)
        tasks: {family: images, data: omniglot.images, \(tasks), rotations: per-class-and-task}
        network:
          \(network)
        learner: {\(learner)}
        optimizer: {method: adam, rate: 0.001}
        validation: {every: 1000, tasks: 200, inner-steps: \(evaluated)}
        evaluation: {tasks: 600, inner-steps: \(evaluated)}
        checkpoint: {every: 500}

        """)
  }
}
