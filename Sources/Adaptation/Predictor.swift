public import Execution
import Graphs
import MetaLearning
public import NDArrays
import Training

/// Answers compiled for some inputs at a time. One thread uses it.
public final class Predictor {
  public let adapted: Adapted
  /// How many inputs are computed together.
  public let atOnce: Int
  private let arena: Arena
  private let executable: Executable
  private let input: Int

  public init(
    _ adapted: Adapted, atOnce: Int, kernels: Kernels = .fastest
  ) throws(UseError) {
    (self.adapted, self.atOnce) = (adapted, atOnce)
    let support = adapted.statistics == .supportSet ? adapted.supportInputs : nil
    let example = adapted.inputs.example.sizes
    let program = adapted.plan.adaptingLearner().answerProgram(
      adapted.weights.map(\.shape), support: support?.shape ?? [],
      queryInputs: Shape([atOnce] + example), classes: adapted.classes.count,
      normalizedBy: support == nil ? adapted.statistics ?? .querySet : .supportSet)
    try checkSize(of: program, "fewer inputs at once need less")
    executable = Executable(program, kernels: kernels)
    arena = Arena(for: executable)
    let given = adapted.weights.leaves + [support].compactMap { $0 }
    for (index, leaf) in given.enumerated() { arena.write(leaf.elements, toInput: index) }
    input = given.count
    executable.prepare(arena)
  }

  /// How many of `count` inputs to compute together: all, where the answer to one depends on the
  /// others.
  public static func fitting(_ count: Int, _ adapted: Adapted) -> Int {
    adapted.statistics == .querySet ? count : min(count, 64)
  }

  /// The answer to each input.
  ///
  /// - Throws: where answers depend on what is asked together, for more or fewer than that.
  public func predict(_ inputs: NDArray) throws(UseError) -> [Prediction] {
    try adapted.inputs.check(inputs)
    let count = inputs.shape[0]
    guard adapted.statistics != .querySet || count == atOnce else {
      throw .misfit("\(count) inputs, where \(atOnce) are normalised together")
    }
    let width = inputs.shape.count / count
    return stride(from: 0, to: count, by: atOnce).flatMap { start in
      let here = start..<min(start + atOnce, count)
      return answers(
        Array(inputs.elements[here.lowerBound * width..<here.upperBound * width]), width)
    }
  }

  /// Inputs that are wanting at the end are zeros, whose answers nobody sees.
  private func answers(_ elements: [Float], _ width: Int) -> [Prediction] {
    let padding = [Float](repeating: 0, count: atOnce * width - elements.count)
    arena.write(elements + padding, toInput: input)
    executable.run(arena)
    return (0..<elements.count / width).map(answer)
  }

  private func answer(_ index: Int) -> Prediction {
    let outputs = row(index, ofResult: 0)
    guard !adapted.classes.isEmpty else { return Prediction(outputs: outputs, probabilities: []) }
    let probabilities = Array(row(index, ofResult: 1).prefix(adapted.classes.count))
    let best = probabilities.indices.max { probabilities[$0] < probabilities[$1] }
    return Prediction(
      outputs: outputs, probabilities: probabilities, label: best.map { adapted.classes[$0] })
  }

  private func row(_ index: Int, ofResult result: Int) -> [Float] {
    let values = arena.result(result)
    let width = values.count / atOnce
    return Array(values[index * width..<(index + 1) * width])
  }
}
