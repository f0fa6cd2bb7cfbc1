import Checkpoints
import Foundation
import Graphs
import NDArrays
import Testing

extension CommandTests {
  /// Files that are no checkpoint, or not of this run, are refused with a sentence that names them.
  @Suite struct BadCheckpointTests {
    enum Fault: CaseIterable {
      case empty, cutOff, longer, otherShape, otherName, noPlan

      var says: String {
        switch self {
        case .empty, .cutOff, .longer: "checkpoint.safetensors: "
        case .otherShape: "fc1.weight"
        case .otherName: "there is no array fc3.bias"
        case .noPlan: "plan"
        }
      }
    }

    @Test(arguments: Fault.allCases) func isRefused(_ fault: Fault) throws {
      let run = try Run()
      #expect(try run.train(["--workers", "1"]).outcome().ending == .exit(0))
      try FileManager.default.removeItem(atPath: run.files.previousCheckpoint)
      try spoil(run, fault)
      for arguments in [["evaluate", run.folder], ["train", "--resume", run.folder]] {
        let outcome = try Command.run(arguments)
        #expect(outcome.ending == .exit(65))
        #expect(outcome.errors.contains(run.files.checkpoint))
        #expect(outcome.errors.contains(fault.says), "\(outcome.errors)")
      }
    }

    @Test func aRunWithoutACheckpointIsToldApart() throws {
      let run = try Run()
      #expect(try run.train(["--workers", "1"]).outcome().ending == .exit(0))
      for path in [run.files.checkpoint, run.files.previousCheckpoint] {
        try FileManager.default.removeItem(atPath: path)
      }
      let outcome = try Command.run(["evaluate", run.folder])
      #expect(outcome.ending == .exit(66))
      #expect(outcome.errors.contains("no checkpoint was written here yet"))
      #expect(try run.resume(["--workers", "1"]).outcome().ending == .exit(0))
      #expect(try run.checkpoint() == run.serial())
    }

    private func spoil(_ run: Run, _ fault: Fault) throws {
      var checkpoint = try run.checkpoint()
      var bytes = checkpoint.encoded()
      let parameters = checkpoint.parameters
      switch fault {
      case .empty: bytes = []
      case .cutOff: bytes.removeLast(100)
      case .longer: bytes += [0, 0, 0, 0]
      case .otherShape:
        checkpoint.parameters = parameters.map {
          $0.shape == [8, 1] ? NDArray([0], shape: [1, 1]) : $0
        }
        bytes = checkpoint.encoded()
      case .otherName:
        checkpoint.parameters = Parameters(
          names: parameters.names.dropLast() + ["fc9.bias"], leaves: parameters.leaves)
        bytes = checkpoint.encoded()
      case .noPlan:
        checkpoint.plan = "steps: 1"
        bytes = checkpoint.encoded()
      }
      try Data(bytes).write(to: URL(filePath: run.files.checkpoint))
    }
  }
}
