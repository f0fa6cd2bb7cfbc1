import Adaptation
public import ArgumentParser
public import MetaLearning
import NDArrays

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Answer with a learner that has adapted.",
    discussion: """
      Inputs are PNG or JPEG images, or folders of them; or text files with a line for each input, \
      its numbers apart by commas. The answers are labels and their probabilities, or values.
      """)

  @Argument(help: "What \"outerloop adapt\" wrote.", completion: .file(extensions: ["safetensors"]))
  var adapted: String

  @Argument(help: "What to answer.", completion: .file())
  var inputs: [String]

  @Option(help: "How answers are written.")
  var format = Format.table

  @Option(
    help: "Whose means and variances normalise answers; by default as \"adapt\" was told.")
  var statistics: QueryStatistics?

  @Flag(help: "Tell how long it takes to answer: the least of several.")
  var timing = false

  @OptionGroup var kernels: KernelOptions

  enum Format: String, CaseIterable, ExpressibleByArgument { case table, json, csv }

  func run() throws {
    try reporting {
      let loaded = try Adapted.load(adapted, catalogue: .current)
      let adapted = statistics.map(loaded.normalized) ?? loaded
      let (names, folders, asked) = try adapted.inputs(at: inputs)
      let predictor = try Predictor(
        adapted, atOnce: Predictor.fitting(names.count, adapted), kernels: kernels.resolved)
      let answers = Answers(
        classes: adapted.classes, names: names, predictions: try predictor.predict(asked))
      try put(answers.written(format))
      if !adapted.normalization.isEmpty { tell(String(adapted.normalization.dropFirst(2))) }
      if let known = answers.right(folders) { tell(known) }
      if timing { tell(try told(predictor, asked)) }
    }
  }

  private func told(_ predictor: Predictor, _ asked: NDArray) throws -> String {
    let time = try leastTime { _ = try predictor.predict(asked) }
    let count = asked.shape[0]
    return "answers \(count) inputs in \(time.readable), \((time / count).readable) each"
  }
}

extension QueryStatistics: ExpressibleByArgument {}
