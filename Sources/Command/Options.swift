public import ArgumentParser
public import Execution
import Files
import Foundation
public import Logging
import Training

/// Names a run plan, with some of its values replaced.
struct PlanOptions: ParsableArguments {
  @Argument(
    help: "A built-in plan (\(Self.builtIns)) or a YAML file.",
    completion: .file(extensions: ["yaml", "yml"]))
  var plan: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Replace a value of the plan.", valueName: "learner.inner-rate=0.1"))
  var overrides: [String] = []

  private static var builtIns: String {
    Catalogue.current.plans.map(\.name).joined(separator: ", ")
  }

  /// The plan with its images, and the word that a run of it is called by.
  func resolved() throws -> (plan: RunPlan, word: String) {
    let (plan, word) = try read()
    return (try plan.withImages(), word)
  }

  /// The plan as it is written, and the word that a run of it is called by.
  func read() throws -> (plan: RunPlan, word: String) {
    guard let plan else {
      throw Complaint(
        "a plan is missing: name a built-in one (\(Self.builtIns)) or a YAML file", .usage)
    }
    return try Self.read(plan, overrides)
  }

  static func read(
    _ plan: String, _ overrides: [String]
  ) throws -> (plan: RunPlan, word: String) {
    let catalogue = Catalogue.current
    if let builtIn = catalogue.plan(named: plan) {
      return (try builtIn.plan(overrides: overrides, catalogue: catalogue), plan)
    }
    let word = URL(filePath: plan).deletingPathExtension().lastPathComponent
    let written = try RunPlan(
      yaml: text(of: plan), source: plan, overrides: overrides, catalogue: catalogue)
    return (written, word)
  }

  static func text(of path: String) throws -> String {
    guard exists(path) else {
      throw Complaint("\(path): no such file, nor a built-in plan (\(builtIns))", .noInput)
    }
    let bytes = try asInput { () throws(FileError) in try readFile(path) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Complaint("\(path): a plan is UTF-8 text, and this is not", .data)
    }
    return text
  }
}

struct KernelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Compute with this instruction set.",
      discussion: "All give the same bits; by default the fastest that the machine has."))
  var kernels: Kernels?

  var resolved: Kernels { kernels ?? .fastest }
}

extension Kernels: ExpressibleByArgument {
  public init?(argument: String) {
    guard let named = Self.available.first(where: { $0.name == argument }) else { return nil }
    self = named
  }

  public static var allValueStrings: [String] { available.map(\.name) }
}

struct LogOptions: ParsableArguments {
  @Option(help: "What is logged to standard error.")
  var logLevel = Logger.Level.warning

  func logger(_ label: String) -> Logger {
    var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = logLevel
    return logger
  }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}

/// Complains of a count on the command line that makes no sense.
func check(_ value: Int?, _ flag: String, atMost most: Int = .max) throws {
  guard let value else { return }
  guard value >= 1 else { throw ValidationError("--\(flag) is at least 1, not \(value).") }
  guard value <= most else { throw ValidationError("--\(flag) is at most \(most), not \(value).") }
}

/// More processes or threads than this are a slip of the finger.
let mostAtOnce = 1024

/// Complains of a time on the command line that is none, or longer than clocks can tell.
func check(seconds: Double?, _ flag: String) throws {
  guard let seconds, !(seconds > 0 && seconds <= 1e9) else { return }
  throw ValidationError("--\(flag) is above 0 and at most 1e9 seconds, not \(seconds).")
}
