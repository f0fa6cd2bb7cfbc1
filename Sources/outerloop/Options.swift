import ArgumentParser
import Checkpoints
import Execution
import Files
import Foundation
import Logging
import Training

/// Names a run plan, with some of its values replaced.
struct PlanOptions: ParsableArguments {
  @Argument(
    help:
      "A built-in plan (\(BuiltInPlan.all.map(\.name).joined(separator: ", "))) or a YAML file.",
    completion: .file(extensions: ["yaml", "yml"]))
  var plan: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Replace a value of the plan.", valueName: "learner.inner-rate=0.1"))
  var overrides: [String] = []

  /// The plan and the word that a run of it is called by.
  func resolved() throws -> (plan: RunPlan, word: String) {
    guard let plan else {
      throw Complaint("a plan is missing: name a built-in one or a YAML file", .usage)
    }
    if let builtIn = BuiltInPlan.named(plan) {
      return (try builtIn.plan(overrides: overrides), plan)
    }
    let word = URL(filePath: plan).deletingPathExtension().lastPathComponent
    return (try RunPlan(yaml: text(of: plan), source: plan, overrides: overrides), word)
  }

  private func text(of path: String) throws -> String {
    guard exists(path) else {
      let names = BuiltInPlan.all.map(\.name).joined(separator: ", ")
      throw Complaint("\(path): no such file, nor a built-in plan (\(names))", .noInput)
    }
    guard let text = String(validating: try readFile(path), as: UTF8.self) else {
      throw Complaint("\(path): a plan is UTF-8 text, and this is not", .data)
    }
    return text
  }
}

struct KernelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Compute with this instruction set: \(Kernels.available.map(\.name).joined(separator: ", ")).",
      discussion: "All give the same bits; by default the fastest that the machine has.",
      valueName: "name"))
  var kernels: String?

  func resolved() throws -> Kernels {
    guard let kernels else { return .fastest }
    guard let found = Kernels.available.first(where: { $0.name == kernels }) else {
      let names = Kernels.available.map(\.name).joined(separator: ", ")
      throw Complaint("this machine has no \(kernels) kernels, but \(names)", .usage)
    }
    return found
  }
}

struct LogOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What is logged to standard error: \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "level"))
  var logLevel: String = "warning"

  func logger(_ label: String) throws -> Logger {
    guard let level = Logger.Level(rawValue: logLevel) else {
      throw Complaint("--log-level \(logLevel) is no level", .usage)
    }
    var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = level
    return logger
  }
}

/// A checked count on the command line.
func check(_ value: Int, _ flag: String, atLeast least: Int) throws {
  guard value >= least else {
    throw ValidationError("--\(flag) is at least \(least), not \(value).")
  }
}
