import Coordination
public import Graphs
public import NDArrays

/// What the tasks of a step come to, as one run of floats: what they add up to, which is two losses and then
/// the meta-gradient; and where tasks are remembered, a row for each.
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
  /// How many floats are added.
  public let count: Int
  /// What stands in the row of a task: `loss`, its query loss after adaptation, and then what its learner
  /// tells; nothing where no task is remembered.
  public let row: Parameters<Shape>
  /// Floats of a row.
  public let width: Int

  public init(parameters: Parameters<Shape>, row: Parameters<Shape> = Parameters([])) {
    self.row = row
    width = row.leaves.reduce(0) { $0 + $1.count }
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

  /// How many floats there are in all for so many tasks.
  public func count(ofTasks tasks: Int) -> Int { count + tasks * width }

  /// What a range of tasks comes to.
  func sum(_ range: TaskRange, added: [Float], rows: [Float]) -> TaskSum {
    TaskSum(range: range, values: width == 0 ? added : added + rows, added: count)
  }

  /// The rows of so many tasks, each leaf stacked along a new first axis.
  func rows(_ values: [Float], tasks: Int) -> Parameters<NDArray> {
    precondition(values.count == count(ofTasks: tasks))
    var offset = count
    return row.map { shape in
      defer { offset += shape.count }
      let elements = (0..<tasks).flatMap { task in
        values[offset + task * width..<offset + task * width + shape.count]
      }
      return NDArray(elements, shape: Shape([tasks] + shape.sizes))
    }
  }

  /// A flat sum as named arrays.
  public func unflattened(_ values: [Float]) -> Parameters<NDArray> {
    precondition(values.count >= count, "a sum has \(count) values, not \(values.count)")
    return Parameters(
      names: shapes.names,
      leaves: shapes.leaves.indices.map {
        NDArray(Array(values[range($0)]), shape: shapes.leaves[$0])
      })
  }
}
