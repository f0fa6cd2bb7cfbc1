import Checkpoints
import Graphs
import NDArrays
import Training

/// The readers of checkpoints and of safetensors, fed with sound files after some changes.
///
/// A file must be refused with an error, or give the bytes back that it was read from.
struct CheckpointTarget: FuzzTarget {
  static let name = "checkpoint"
  private static let inputsPerRound = 500

  private let corpus: [[UInt8]]
  private var (accepted, refused) = (0, 0)

  init() {
    corpus = (1...4).map { size in
      let leaves = (0..<size).map { NDArray([Float($0), -0.5], shape: [1, 2]) }
      let parameters = Parameters(names: leaves.indices.map { "fc\($0).weight" }, leaves: leaves)
      return Checkpoint(
        step: size, parameters: parameters, optimizer: parameters, plan: "seed: \(size)\n",
        score: size.isMultiple(of: 2) ? 0.5 : nil
      ).encoded()
    }
  }

  mutating func round(_ key: RandomKey, show: (() -> String) -> Void) throws {
    var random = key.stream
    for _ in 0..<Self.inputsPerRound {
      guard let file = random.element(of: corpus), let donor = random.element(of: corpus) else {
        return
      }
      let bytes = random.changed(file, donor: donor)
      show { "\(bytes)" }
      try feed(bytes)
    }
  }

  var summary: [String] { ["\(accepted)\taccepted", "\(refused)\trefused"] }

  /// Most changes end at a checkpoint's checksum; the reader below it sees them all.
  private mutating func feed(_ bytes: [UInt8]) throws {
    if let checkpoint = try? Checkpoint(decoding: bytes), checkpoint.encoded() != bytes {
      throw Finding(text: "a checkpoint does not give its bytes back")
    }
    guard let file = try? SafeTensors(decoding: bytes) else { return refused += 1 }
    accepted += 1
    guard (try? SafeTensors(decoding: file.encoded())) == file else {
      throw Finding(text: "a file does not come back as it was read")
    }
  }
}
