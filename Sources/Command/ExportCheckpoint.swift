import Adaptation
import ArgumentParser
import Checkpoints
import Files
import Graphs
import NDArrays
import Training

struct ExportCheckpoint: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write parameters for PyTorch.",
    discussion: """
      The file is safetensors with the layouts of PyTorch: conv1.weight [out, in, height, width], \
      fc.weight [out, in]. Its metadata describes the network. With --examples it also has inputs, \
      images as [n, channels, height, width], and what the network answers them before adaptation; \
      scripts/torch-outputs makes the network in PyTorch and compares.
      """)

  @Argument(help: "A run's folder, or a checkpoint.")
  var path: String

  @Option(name: [.short, .long], help: "Where to write.", completion: .file())
  var output: String

  @Option(help: "How many inputs and outputs to add.")
  var examples: Int?

  func validate() throws { try check(examples, "examples", atMost: 4096) }

  func run() throws {
    try reporting {
      let loaded = try LoadedCheckpoint(at: path)
      let learned = try MetaLearned.load(loaded.path, catalogue: .current)
      let parameters = zip(learned.parameters.names, learned.parameters.leaves).map {
        SafeTensors.Entry($0, $1)
      }
      let file = SafeTensors(
        parameters + (try examples.map { try shown($0, learned) } ?? []),
        metadata: metadata(learned, step: loaded.checkpoint.step))
      try writeAtomically(file.encoded(), to: output)
      tell("written: \(output)")
    }
  }

  private func metadata(_ learned: MetaLearned, step: Int) -> [String: String] {
    [
      // What the library that PyTorch uses looks for.
      "format": "pt", "step": "\(step)", "parameters": learned.digest,
      "plan": learned.plan.description, "network": learned.plan.network.json,
      "input": "\(learned.inputs.example.sizes)", "outputs": "\(learned.inputs.outputs)",
    ]
  }

  /// Some inputs, evenly from zero to one, and the outputs before adaptation, normalised together.
  private func shown(_ count: Int, _ learned: MetaLearned) throws -> [SafeTensors.Entry] {
    let shape = Shape([count] + learned.inputs.example.sizes)
    var stream = RandomKey(seed: 1).stream
    let inputs = NDArray((0..<shape.count).map { _ in stream.uniform(0...1) }, shape: shape)
    let outputs = try learned.outputs(of: inputs)
    return [
      SafeTensors.Entry("example.inputs", inputs.channelsFirst),
      SafeTensors.Entry("example.outputs", outputs),
    ]
  }
}

extension NetworkPlan {
  /// Its settings, for programs that read no YAML.
  fileprivate var json: String {
    PlanValue.mapping([(key: "kind", value: .text(Self.name))] + settings).json
  }
}

extension PlanValue {
  fileprivate var json: String {
    switch self {
    case .word("true"): "true"
    case .word("false"): "false"
    case .word(let text), .text(let text): jsonString(text)
    case .whole(let value): "\(value)"
    case .number(let value): "\(value)"
    case .list(let items): "[\(items.map(\.json).joined(separator: ", "))]"
    case .mapping(let pairs):
      "{\(pairs.map { "\(jsonString($0.key)): \($0.value.json)" }.joined(separator: ", "))}"
    }
  }
}

extension NDArray {
  /// Images `[n, height, width, channels]` as `[n, channels, height, width]`; all else as it is.
  fileprivate var channelsFirst: NDArray {
    guard shape.rank == 4 else { return self }
    let (pixels, channels) = (shape[1] * shape[2], shape[3])
    let ordered = (0..<shape[0]).flatMap { image in
      (0..<pixels * channels).map { place in
        elements[image * pixels * channels + place % pixels * channels + place / pixels]
      }
    }
    return NDArray(ordered, shape: [shape[0], channels, shape[1], shape[2]])
  }
}
