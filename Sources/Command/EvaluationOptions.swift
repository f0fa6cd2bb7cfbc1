import ArgumentParser

/// What a plan says of its evaluation, said otherwise.
struct EvaluationChanges: ParsableArguments {
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Replace a value of the plan's evaluation.", valueName: "evaluation.shots=10"))
  var overrides: [String] = []

  func validate() throws {
    for override in overrides where !override.hasPrefix("evaluation.") {
      throw ValidationError("--set \(override): only values of evaluation can change here.")
    }
  }
}

struct ImagesOption: ParsableArguments {
  @Option(
    help: ArgumentHelp("Where the plan's file of images is now.", valueName: "file"),
    completion: .file(extensions: ["images"]))
  var data: String?
}

/// Short ways to say what evaluations are most often asked for.
struct EvaluationSizes: ParsableArguments {
  @Option(help: "As --set evaluation.shots=...: examples (of each class) to adapt to.")
  var shots: Int?

  @Option(help: "As --set evaluation.query=...: examples (of each class) to be judged by.")
  var query: Int?

  @Option(help: "As --set evaluation.ways=...: classes in a task.")
  var ways: Int?

  @Option(help: "As --set evaluation.inner-steps=...")
  var steps: Int?

  @Option(help: "As --set evaluation.tasks=...")
  var tasks: Int?

  var overrides: [String] {
    [
      ("shots", shots), ("query", query), ("ways", ways), ("inner-steps", steps), ("tasks", tasks),
    ].compactMap { key, value in value.map { "evaluation.\(key)=\($0)" } }
  }
}
