import ArgumentParser

@main
struct Outerloop: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "outerloop",
    abstract: "Meta-trains few-shot learners on one machine or many, to the same bits.",
    version: version,
    subcommands: [
      Train.self, CoordinatorCommand.self, WorkerCommand.self, Evaluate.self, Gradient.self,
      PlanCommand.self, DataCommand.self, Simulate.self,
    ])
}
