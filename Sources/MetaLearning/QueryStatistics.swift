import Episodes
import Graphs
import Networks

/// Whose means and variances normalise the query set while it is judged.
///
/// The papers' results are mostly the query set's own, which tells a network something about the other
/// examples that it is asked for: they are transductive. A network without batch normalisation does not
/// care.
public enum QueryStatistics: String, Hashable, Sendable, CaseIterable {
  case querySet = "query-set"
  case supportSet = "support-set"
  /// Each example of the query set is judged as if it had come alone.
  case eachExample = "each-example"

  func `in`(_ support: Batch<Tensor>) -> Statistics {
    switch self {
    case .querySet: .batch
    case .supportSet: .other(support.inputs)
    case .eachExample: .eachExample
    }
  }
}
