import Episodes
import Execution
import Graphs
import MetaLearning
import NDArrays
import Testing

/// What a learner says of one task: its losses before and after, and its meta-gradient.
struct Answers {
  /// Computed in double precision, line by line as it was traced.
  var exact: Parameters<[Double]>
  /// As it really runs.
  var compiled: Parameters<[Float]>

  /// - Parameter parameters: by name; what the learner does not list is left out.
  init(
    of learner: some MetaLearner, at parameters: Parameters<[Float]>, on data: [[Float]],
    _ shapes: Episode<Shape>
  ) {
    let program = learner.metaGradientProgram(shapes)
    let inputs = learner.layout.names.map { parameters[$0] } + data
    let names = ["lossBefore", "lossAfter"] + learner.layout.names
    let exactly = program.reference(inputs.map { $0.map(Double.init) })
    exact = Parameters(names: names, leaves: exactly)
    compiled = Parameters(names: names, leaves: Executable(program)(inputs))
  }

  /// How far the compiled answers are from others, for what both speak of, relative in norm.
  func distance(to other: Answers) -> Double {
    let pairs = compiled.names.filter(other.compiled.names.contains).map {
      (compiled[$0].map(Double.init), other.compiled[$0].map(Double.init))
    }
    return norm(pairs.map(\.0) - pairs.map(\.1)) / norm(pairs.map(\.1))
  }

  /// Whether the exact answers are the same numbers, for what both speak of.
  func agreesExactly(with other: Answers) -> Bool {
    exact.names.filter(other.exact.names.contains).allSatisfy { exact[$0] == other.exact[$0] }
  }
}

extension Parameters where Leaf == Shape {
  /// Well spread numbers between -1 and 1.
  func spreadOut(from start: Int = 0) -> Parameters<[Float]> {
    Parameters<[Float]>(
      names: names, leaves: spread(leaves, from: start).map { $0.map(Float.init) })
  }
}
