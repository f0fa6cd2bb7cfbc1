import ArgumentParser
import Cluster
import Graphs
import NDArrays
import Training

extension LocalCluster {
  /// Evaluates parameters with worker processes on this machine, which have ended when it returns.
  ///
  /// - Parameters:
  ///   - run: one of no steps.
  ///   - images: where the plan's images are, if elsewhere than it says.
  func evaluation(
    _ run: Run, _ parameters: Parameters<NDArray>, _ images: ImagesOption, _ kernels: KernelOptions,
    _ logging: LogOptions
  ) throws -> Evaluation {
    let socket = try PrivateSocket()
    defer { socket.remove() }
    let evaluating = EvaluationRun(run, of: parameters, log: logging.logger("coordinator"))
    switch try evaluating.carryOut(
      with: recipe(kernels, logging, .drawn(from: images.data)),
      on: Listener(socket.address, for: run))
    {
    case .finished(let evaluation): return evaluation
    case .interrupted(let signal): throw ExitCode(128 + signal)
    case .failed(let failure): throw Complaint(failure, of: run.rounds)
    case .workersCannotRun:
      throw Complaint("the worker processes end as soon as they are started", .unavailable)
    }
  }
}
