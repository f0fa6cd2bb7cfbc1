/// The curves of Meta-SGD and of MT-net, a plan for each method that they are told apart by.
extension BuiltInPlan {
  static let varyingSinusoids = [
    varyingSinusoid("", "MAML on sinusoids that vary in frequency too", learner: maml),
    varyingSinusoid(
      "-t-net", "T-net on the same: MAML in a learned metric",
      learner: "method: t-net, inner-rate: 0.01"),
    varyingSinusoid(
      "-mt-net", "MT-net on the same: in a learned subspace too",
      learner: "method: mt-net, inner-rate: 0.01"),
    varyingSinusoid(
      "-mt-net-full", "the same with a draw for each weight",
      learner: "method: mt-net, inner-rate: 0.01, mask-each: weight"),
    varyingSinusoid(
      "-5shot", "MAML on sinusoids that vary in frequency too, from 5 points", shots: 5,
      learner: maml),
    varyingSinusoid(
      "-5shot-meta-sgd", "Meta-SGD on the same: a learned rate for each weight", shots: 5,
      learner: "method: meta-sgd"),
  ]

  static let polynomials = [
    polynomial(
      "", "MAML on parabolas; --set tasks.order=1 for lines, 0 for constants",
      learner: "method: maml, inner-rate: 0.1"),
    polynomial(
      "-t-net", "T-net on the same", learner: "method: t-net, inner-rate: 0.01",
      initializer: "glorot-uniform"),
    polynomial(
      "-mt-net", "MT-net on the same: how much of it moves",
      learner: "method: mt-net, inner-rate: 0.01", initializer: "glorot-uniform"),
  ]

  private static let maml = "method: maml, inner-rate: 0.01"

  private static func varyingSinusoid(
    _ suffix: String, _ summary: String, shots: Int = 10, learner: String
  ) -> BuiltInPlan {
    BuiltInPlan(
      name: "varying-sinusoid\(suffix)", summary: summary,
      yaml: """
        # The tasks of Meta-SGD (Li et al. 2017) and MT-net (Lee & Choi 2018), with the settings of the
        # latter's code. Losses do not compare with those on MAML's own sinusoids.
        seed: 1
        steps: 60000
        batch: 4
        tasks:      {family: varying-sinusoid, shots: \(shots), query: 10}
        network:    {kind: mlp, hidden: [40, 40], activation: relu}
        learner:    {\(learner), inner-steps: 1}
        optimizer:  {method: adam, rate: 0.001}
        evaluation: {tasks: 600, inner-steps: 10}
        checkpoint: {every: 1000}

        """)
  }

  private static func polynomial(
    _ suffix: String, _ summary: String, learner: String,
    initializer: String = "truncated-normal"
  ) -> BuiltInPlan {
    BuiltInPlan(
      name: "polynomial\(suffix)", summary: summary,
      yaml: """
        # The polynomials of MT-net (Lee & Choi 2018), with the settings of the authors' code, but for
        # the inner rate: at that code's default, 0.001, next to nothing is learned in as many steps. Its
        # own methods start from Glorot's weights here, since from the code's, which are far
        # smaller, they are slow to find any use for what lies below the head.
        seed: 1
        steps: 60000
        batch: 4
        tasks:      {family: polynomial, order: 2, shots: 10, query: 10}
        network:    {kind: mlp, hidden: [40, 40], activation: relu, initializer: {kind: \(initializer)}}
        learner:    {\(learner), inner-steps: 1}
        optimizer:  {method: adam, rate: 0.001}
        evaluation: {tasks: 600, inner-steps: 10}
        checkpoint: {every: 1000}

        """)
  }
}
