import Episodes
import Execution
import Graphs
import NDArrays
import Training

/// A run that is quick in a debug build, on a batch whose tree is uneven.
func smallTrainer(_ overrides: String...) throws -> Trainer {
  Trainer(plan: try smallPlan(overrides))
}

func smallPlan(_ overrides: [String] = []) throws -> RunPlan {
  try RunPlan(
    yaml: """
      steps: 20
      batch: 7
      tasks: {family: sinusoid, shots: 5, query: 6}
      network: {kind: mlp, hidden: [8, 8], activation: tanh, initializer: {kind: glorot-uniform}}
      learner: {method: maml, inner-rate: 0.05}
      optimizer: {method: adam, rate: 0.01}
      evaluation: {tasks: 9, shots: 4, query: 3, inner-steps: 2}
      """, source: "small", overrides: overrides)
}

extension RunPlan {
  /// What its evaluation says of parameters, task after task.
  func evaluated(
    _ parameters: Parameters<NDArray>, kernels: Kernels = .fastest
  ) -> Evaluation {
    Evaluation(Run(self, kernels: kernels).evaluator, at: parameters)
  }
}

extension Episode where Leaf == NDArray {
  /// In the order of programs' inputs.
  var elements: [[Float]] {
    [support.inputs, support.targets, query.inputs, query.targets].map(\.elements)
  }
}

func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }

func bits(_ parameters: Parameters<NDArray>) -> [UInt32] {
  bits(parameters.leaves.flatMap(\.elements))
}
