public import Graphs
public import NDArrays

/// All that a run needs to go on, and all that an evaluation needs to begin.
///
/// The file is a function of these fields alone, so runs that reach the same state write the same
/// bytes: no time, machine or epoch is in it. Parameters have their public names, what the outer
/// optimiser remembers stands under `optimizer.`, what is remembered of tasks under `memory.`, and the rest is
/// metadata.
public struct Checkpoint: Equatable, Sendable {
  /// How many outer updates have been made.
  public var step: Int
  public var parameters: Parameters<NDArray>
  public var optimizer: Parameters<NDArray>
  /// What is remembered of tasks; nothing in most methods.
  public var memory: Parameters<NDArray>
  /// The text of the resolved run plan.
  public var plan: String
  /// How well validation found these parameters to adapt, if they were the best so far.
  public var score: Double?

  public init(
    step: Int, parameters: Parameters<NDArray>, optimizer: Parameters<NDArray>,
    memory: Parameters<NDArray> = Parameters([]), plan: String, score: Double? = nil
  ) {
    precondition(step >= 0, "\(step) updates cannot have been made")
    precondition(
      parameters.names.allSatisfy(Self.isParameter),
      "\(Self.optimizerGroup) and \(Self.memoryGroup) start no parameter's name,"
        + " as in \(parameters.names)")
    (self.step, self.parameters, self.optimizer) = (step, parameters, optimizer)
    (self.memory, self.plan, self.score) = (memory, plan, score)
  }

  /// Equal for equal checkpoints, and of anything else only by rare chance.
  public var digest: Digest { Digest(unsealed.encoded()) }

  static let optimizerGroup = "optimizer"
  static let memoryGroup = "memory"

  /// Whether an array is learned, rather than what somebody remembers.
  private static func isParameter(_ name: String) -> Bool {
    !name.hasPrefix(optimizerGroup + ".") && !name.hasPrefix(memoryGroup + ".")
  }
}

// MARK: - As a file

extension Checkpoint {
  /// The version of what the metadata means.
  public static let format = "outerloop-checkpoint-1"

  public func encoded() -> [UInt8] {
    unsealed.sealed(digest.description).encoded()
  }

  /// - Throws: for bytes that this version did not write, or that were changed since.
  public init(decoding bytes: [UInt8]) throws(CheckpointError) {
    var file = try Self.file(bytes)
    let format = try file.text(Key.format)
    guard format == Self.format else { throw .unknownFormat(format) }
    let expected = try file.text(Key.checksum)
    file.metadata[Key.checksum] = nil
    let found = Digest(file.encoded()).description
    guard found == expected else { throw .changed(expected: expected, found: found) }
    // The same contents could be spelled in other bytes, and equal checkpoints are equal files.
    guard file.sealed(expected).encoded() == bytes else { throw .respelled }
    try self.init(file)
  }

  private init(_ file: SafeTensors) throws(CheckpointError) {
    let text = try file.text(Key.step)
    guard let step = Int(text), step >= 0 else { throw .badStep(text) }
    let score = try file.metadata[Key.score].map { text throws(CheckpointError) in
      guard let score = Double(text) else { throw .badScore(text) }
      return score
    }
    let all = Parameters(file.entries.map { ($0.name, $0.array) })
    self.init(
      step: step, parameters: all.filter(Self.isParameter),
      optimizer: all.group(Self.optimizerGroup), memory: all.group(Self.memoryGroup),
      plan: try file.text(Key.plan), score: score)
  }

  private static func file(_ bytes: [UInt8]) throws(CheckpointError) -> SafeTensors {
    do { return try SafeTensors(decoding: bytes) } catch { throw .notSafeTensors(error) }
  }

  /// The file without its checksum, which is that of this file's bytes.
  private var unsealed: SafeTensors {
    let all = parameters.merging(optimizer.grouped(under: Self.optimizerGroup))
      .merging(memory.grouped(under: Self.memoryGroup))
    var metadata = [
      Key.format: Self.format, Key.step: String(step), Key.plan: plan,
      Key.planDigest: Digest(plan).description,
    ]
    metadata[Key.score] = score.map { "\($0)" }
    return SafeTensors(
      zip(all.names, all.leaves).map { SafeTensors.Entry($0, $1) }, metadata: metadata)
  }

  enum Key {
    static let checksum = "checksum"
    static let format = "format"
    static let plan = "plan"
    static let planDigest = "plan-digest"
    static let score = "score"
    static let step = "step"
  }
}

extension SafeTensors {
  fileprivate func sealed(_ checksum: String) -> SafeTensors {
    var file = self
    file.metadata[Checkpoint.Key.checksum] = checksum
    return file
  }

  fileprivate func text(_ key: String) throws(CheckpointError) -> String {
    guard let text = metadata[key] else { throw .lacks(key) }
    return text
  }
}

/// Why bytes are not a checkpoint.
public enum CheckpointError: Error, Equatable {
  case notSafeTensors(SafeTensorsError)
  case lacks(String)
  case unknownFormat(String)
  case badStep(String)
  case badScore(String)
  case changed(expected: String, found: String)
  case respelled
}

extension CheckpointError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notSafeTensors(let error): error.description
    case .lacks(let key): "not a checkpoint: its metadata has no \(key)"
    case .unknownFormat(let format):
      "the checkpoint's format is \(format), and this version reads \(Checkpoint.format)"
    case .badStep(let text): "the checkpoint's step is \(text), which is no count of updates"
    case .badScore(let text): "the checkpoint's score is \(text), which is no number"
    case .changed(let expected, let found):
      "the checkpoint was damaged after it was written: its checksum is \(found), not \(expected)"
    case .respelled: "the checkpoint's header was changed after it was written"
    }
  }
}
