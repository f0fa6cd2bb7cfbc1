import ArgumentParser

@main
struct Outerloop: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "outerloop",
    abstract: "Meta-trains few-shot learners on one machine or many, to the same bits.",
    version: "0.1.0", subcommands: [Simulate.self])
}
