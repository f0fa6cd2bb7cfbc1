import Checkpoints
import Graphs
import NDArrays
import Training

/// The state that a checkpoint holds, for the run it is of.
extension TrainingState {
  init(_ loaded: LoadedCheckpoint, of run: Run) throws {
    let (checkpoint, path) = (loaded.checkpoint, loaded.path)
    guard checkpoint.plan == run.plan.description else {
      throw Complaint("\(path): the checkpoint is of another plan than plan.yaml", .data)
    }
    let fresh = run.initialState()
    self.init(
      step: checkpoint.step,
      parameters: try checkpoint.parameters.conforming(
        to: fresh.parameters.map(\.shape), in: path),
      optimizer: try checkpoint.optimizer.conforming(to: fresh.optimizer.map(\.shape), in: path),
      memory: try checkpoint.memory.conforming(to: fresh.memory.map(\.shape), in: path))
  }
}
