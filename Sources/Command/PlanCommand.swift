import ArgumentParser
import Training

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Check a run plan and print it with every value spelled out.",
    discussion: "Without a plan: lists the built-in ones.")

  @OptionGroup var options: PlanOptions

  func run() throws {
    try reporting {
      guard options.plan != nil else { return listBuiltIns() }
      print(try options.resolved().plan.description, terminator: "")
    }
  }

  private func listBuiltIns() {
    let plans = Catalogue.current.plans
    let width = plans.map(\.name.count).max() ?? 0
    for plan in plans {
      let space = String(repeating: " ", count: width - plan.name.count + 2)
      print(plan.name + space + plan.summary)
    }
  }
}
