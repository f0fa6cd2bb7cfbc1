public import Graphs
public import NDArrays

/// What the tasks of a step add up to, as one run of floats: two losses, then the meta-gradient.
///
/// Sums stay flat from the compiled program to the outer update; names and shapes are met again at
/// the wire and in files.
public struct SumLayout: Equatable, Sendable {
  public static let lossBefore = "loss_before"
  public static let lossAfter = "loss_after"

  /// `loss_before`, `loss_after`, then `gradient.<parameter>` in the order of the parameters.
  public let shapes: Parameters<Shape>
  /// Where each leaf starts.
  public let offsets: [Int]
  public let count: Int

  public init(parameters: Parameters<Shape>) {
    shapes = Parameters([(Self.lossBefore, []), (Self.lossAfter, [])])
      .merging(
        Parameters(names: parameters.names.map { "gradient.\($0)" }, leaves: parameters.leaves))
    var (offsets, next) = ([Int](), 0)
    for shape in shapes.leaves {
      offsets.append(next)
      next += shape.count
    }
    (self.offsets, count) = (offsets, next)
  }

  /// The floats of a leaf.
  public func range(_ leaf: Int) -> Range<Int> {
    offsets[leaf]..<offsets[leaf] + shapes.leaves[leaf].count
  }

  /// A flat sum as named arrays.
  public func unflattened(_ values: [Float]) -> Parameters<NDArray> {
    precondition(values.count == count, "a sum has \(count) values, not \(values.count)")
    return Parameters(
      names: shapes.names,
      leaves: shapes.leaves.indices.map {
        NDArray(Array(values[range($0)]), shape: shapes.leaves[$0])
      })
  }
}
