import NDArrays
import Training

/// The reader of run plans, fed with the built-in ones after some changes.
///
/// A plan must be refused with an error, or come back from its own text as it is.
struct PlanTarget: FuzzTarget {
  static let name = "plan"
  private static let inputsPerRound = 200

  private let corpus = Catalogue.standard.plans.map { Array($0.yaml.utf8) }
  private var (accepted, refused) = (0, 0)

  init() {}

  mutating func round(_ key: RandomKey, show: (() -> String) -> Void) throws {
    var random = key.stream
    for _ in 0..<Self.inputsPerRound {
      guard let plan = random.element(of: corpus), let donor = random.element(of: corpus) else {
        return
      }
      let text = String(decoding: random.changed(plan, donor: donor), as: UTF8.self)
      show { text }
      try feed(text)
    }
  }

  var summary: [String] { ["\(accepted)\taccepted", "\(refused)\trefused"] }

  private mutating func feed(_ text: String) throws {
    let plan: RunPlan
    do throws(PlanError) {
      plan = try RunPlan(yaml: text, source: "fuzz")
    } catch {
      guard !"\(error)".contains("\n") else { throw Finding(text: "no one line: \(error)") }
      return refused += 1
    }
    accepted += 1
    let again = try? RunPlan(yaml: plan.description, source: "fuzz")
    guard again?.description == plan.description else {
      throw Finding(text: "does not come back as it was said:\n\(plan.description)")
    }
  }
}
