import ArgumentParser
import Files
import Training

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Check a run plan and print it with every value spelled out.",
    discussion: "Without a plan: lists the built-in ones.")

  @OptionGroup var options: PlanOptions

  func run() throws {
    try reporting {
      try put(options.plan == nil ? builtIns : resolved().description)
    }
  }

  /// Without its images, too, a plan can be looked at.
  private func resolved() throws -> RunPlan {
    let plan = try options.read().plan
    guard let images = plan.imageFile, !exists(images) else { return try plan.withImages() }
    tell("note: without \(images), whose digest belongs to the plan")
    return plan
  }

  private var builtIns: String {
    let plans = Catalogue.current.plans
    let width = plans.map(\.name.count).max() ?? 0
    return plans.map { plan in
      let space = String(repeating: " ", count: width - plan.name.count + 2)
      return plan.name + space + plan.summary + "\n"
    }.joined()
  }
}
