/// Worker processes that a run starts, keeps alive, and ends, here or elsewhere.
///
/// Belongs to the thread that serves the run.
public protocol KeptWorkers {
  /// Whether none can ever run.
  var areGivenUp: Bool { get }
  /// Called a few times a second; starts again who died.
  func tend()
  /// Ends them all, and returns when they have ended.
  func stop()
}

extension LocalWorkers: KeptWorkers {}
