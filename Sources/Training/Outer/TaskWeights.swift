public import Execution
public import Graphs
public import MetaLearning
public import NDArrays

/// Weighs the tasks of a step by their places in it, and finds the weights without gradients: by simultaneous
/// perturbation.
///
/// The loss of a step is the mean of `l / w² + log w²` over its places, so a task's meta-gradient counts `1 / w²`
/// times. After the step numbered `n`, from one on, all weights are pushed at once to see which way is better:
///
///     y± = mean of l / (w ± b Δ)² + log (w ± b Δ)²,    w ← w - a Δ (y+ - y-) / (2 b),
///
/// with signs `Δ` drawn for the step, `a = rate / n^(1/6)` and `b = perturbation / n^(1/24)`. Every so often they
/// are divided by their Euclidean norm.
///
/// - Source: Boiarov, Khabarlak & Yastrebov 2021, "Simultaneous Perturbation Method for Multi-Task Weight
///   Optimization in One-Shot Meta-Learning". Both `y` are of the same step's losses, which do not depend on
///   the weights and so cost nothing more; the authors' variant that takes one of them from the step before is
///   left out. Losses are reported unweighed.
public struct TaskWeights: OuterMethod {
  public struct Settings: Hashable, Sendable {
    /// All weights before the first step; where there is none, one by the number of tasks.
    public var initial: Float?
    public var rate: Float
    public var perturbation: Float
    /// Steps from one division by the norm to the next; zero is never.
    public var normalizeEvery: Int

    public init(initial: Float?, rate: Float, perturbation: Float, normalizeEvery: Int) {
      (self.initial, self.rate) = (initial, rate)
      (self.perturbation, self.normalizeEvery) = (perturbation, normalizeEvery)
    }
  }

  private let settings: Settings
  private let update: Executable

  public init(_ settings: Settings, batch: Int, kernels: Kernels) {
    self.settings = settings
    update = Executable(settings.updateProgram(batch: batch), kernels: kernels)
  }

  public func initialMemory(batch: Int, _ parameters: Parameters<Shape>) -> Parameters<NDArray> {
    let weight = settings.initial ?? 1 / Float(batch)
    return Parameters([("weights", NDArray(repeating: weight, shape: [batch]))])
  }

  public func learner(_ base: any MetaLearner) -> any MetaLearner { WeighedTask(base) }

  public func told(in step: OuterStep, tasks: [TaskName]) -> Parameters<NDArray> {
    let weights = step.memory["weights"]
    // A weight of zero is told as what stops training, since infinity cannot be told.
    let counts = weights.elements.map { min(1 / ($0 * $0), .greatestFiniteMagnitude) }
    return Parameters([("weight", NDArray(counts, shape: weights.shape))])
  }

  public func memory(
    after step: OuterStep, tasks: [TaskName], rows: Parameters<NDArray>
  ) -> Parameters<NDArray> {
    let number = step.number + 1
    let results = update([
      step.memory["weights"].elements, rows["loss"].elements, signs(step), [Float(number)],
    ])
    let isDue = settings.normalizeEvery > 0 && number.isMultiple(of: settings.normalizeEvery)
    return step.memory.map { NDArray(results[isDue ? 1 : 0], shape: $0.shape) }
  }

  private func signs(_ step: OuterStep) -> [Float] {
    var stream = step.key.stream
    return (0..<step.batch).map { _ in stream.uniform() < 0.5 ? -1 : 1 }
  }
}

extension TaskWeights.Settings {
  /// Inputs: the weights, the losses, the signs, each `[batch]`, and the scalar `n`. Results: the next weights,
  /// as they are and divided by their norm.
  func updateProgram(batch: Int) -> Program {
    let inputs = ["weights", "losses", "signs"].map { Program.Input($0, [batch]) }
    return Program.trace(inputs + [Program.Input("n", [])]) { tensors in
      let (weights, losses, signs, count) = (tensors[0], tensors[1], tensors[2], tensors[3])
      let push = perturbation * (-(1 / 24) * count.log).exp
      func value(_ weights: Tensor) -> Tensor {
        (losses / weights.squared + weights.squared.log).mean
      }
      let rise = value(weights + push * signs) - value(weights - push * signs)
      let slope = (rate * (-(1 / 6) * count.log).exp) * rise / (2 * push)
      let next = weights - slope * signs
      return [next, next / next.squared.sum.squareRoot.broadcast(to: next.shape)]
    }
  }
}
