import Checkpoints
import Files
import Graphs
import NDArrays

/// What comes from a file that the user named.
func asInput<Result>(_ body: () throws(FileError) -> Result) throws(Complaint) -> Result {
  do { return try body() } catch { throw Complaint("\(error)", .noInput) }
}

extension Parameters<NDArray> {
  /// The arrays in the order of `layout`, or a complaint that names the file they came from.
  func conforming(to layout: Parameters<Shape>, in file: String) throws -> Parameters<NDArray> {
    do { return try conforming(to: layout) } catch { throw Complaint("\(file): \(error)", .data) }
  }
}
