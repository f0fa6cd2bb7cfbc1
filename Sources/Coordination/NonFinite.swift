/// What becomes of a task whose meta-gradient is not finite, whoever computes it.
public enum NonFinitePolicy: String, CaseIterable, Hashable, Sendable {
  /// The run stops and names it.
  case stop
  /// It is left out: its step is the mean over the others.
  case skip
}

extension TaskSum {
  /// What a range comes to where tasks that are not finite are left out.
  ///
  /// A range that is finite as a whole is that; any other is halved, and a single task left out. So
  /// whoever computes whichever ranges, the sum has the same bits.
  ///
  /// - Parameter compute: what a range comes to when no task is left out.
  public static func skipping(
    in range: TaskRange, _ compute: (TaskRange) -> TaskSum
  ) -> TaskSum {
    let sum = compute(range)
    if sum.isFinite { return sum }
    guard let (left, right) = range.halves else { return TaskSum(skipping: range.lower) }
    return skipping(in: left, compute).joined(with: skipping(in: right, compute))
  }

  public var isFinite: Bool { values.allSatisfy(\.isFinite) }
}
