import Adaptation
import ArgumentParser
import MetaLearning
import Training

struct AdaptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adapt",
    abstract: "Adapt what a run has learned to a new task.",
    discussion: """
      The task is a folder with a folder of PNG or JPEG images for each class; they are made as large \
      as the run's own, and grey if those are. Where inputs are numbers it is a text file with a line \
      for each example, its inputs and then its targets, apart by commas. The result stands alone: \
      "outerloop predict" needs nothing else.
      """)

  @Argument(help: "A run's folder, or a checkpoint.")
  var path: String

  @Option(
    help: ArgumentHelp("The examples to adapt to.", valueName: "folder or file"),
    completion: .file())
  var support: String

  @Option(name: [.short, .long], help: "Where to write.", completion: .file())
  var output = "adapted.safetensors"

  @OptionGroup var adapting: AdaptingOptions

  @Option(help: "Inner steps; by default as many as the plan's evaluation takes.")
  var steps: Int?

  @Flag(help: "Make dark what is light, as with \"data import\": for dark ink on white paper.")
  var invert = false

  @Option(
    help: "Whose means and variances normalise answers, where the network has batch normalisation.")
  var statistics = QueryStatistics.supportSet

  @Option(help: "Where a method that draws something for each task has it from.")
  var seed: UInt64 = 1

  @Flag(
    help: "Tell how long it takes to compile the adaptation, and to adapt: the least of several.")
  var timing = false

  @OptionGroup var kernels: KernelOptions

  private var ink: Ink { invert ? .inverted : .asIs }

  func validate() throws {
    guard (0...100).contains(steps ?? 0) else {
      throw ValidationError("--steps is from 0 to 100, not \(steps ?? 0).")
    }
  }

  func run() throws {
    try reporting {
      let learned = try adapting.learned(path)
      let support = try learned.support(at: support, ink: ink)
      let clock = ContinuousClock()
      let start = clock.now
      let adapter = try Adapter(
        learned, like: support, steps: steps, seed: seed, kernels: kernels.resolved)
      let compiling = start.duration(to: clock.now)
      var adapted = try adapter.adapted(to: support, statistics: statistics)
      adapted.ink = ink
      try writing { () throws(UseError) in try adapted.save(to: output) }
      tell(adapted.told(of: support))
      if timing {
        let least = leastTime { adapter.run(on: support) }
        tell("compiled in \(compiling.readable); adapts in \(least.readable)")
      }
      tell("written: \(output)")
    }
  }
}

/// Which plan says how to adapt.
struct AdaptingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Adapt as this plan's evaluation says, such as one that \"patterns\" wrote.",
      valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var plan: String?

  @OptionGroup var changes: EvaluationChanges

  func learned(_ path: String) throws -> MetaLearned {
    let text = try plan.map { (yaml: try PlanOptions.text(of: $0), source: $0) }
    return try MetaLearned.load(path, plan: text, overrides: changes.overrides, catalogue: .current)
  }
}

extension Adapted {
  fileprivate func told(of support: Support) -> String {
    let examples =
      "\(support.count) examples" + (classes.isEmpty ? "" : " of \(classes.count) classes")
    return "adapted to \(examples) in \(steps) inner steps" + normalization
  }
}

extension Adapted {
  /// Empty where it makes no difference.
  var normalization: String { statistics.map { "; answers are " + $0.inWords } ?? "" }
}

extension QueryStatistics {
  fileprivate var inWords: String {
    switch self {
    case .querySet: "normalised by all that is asked at once (query-set)"
    case .supportSet: "normalised by the support set (support-set)"
    case .eachExample: "normalised each by itself (each-example)"
    }
  }
}
