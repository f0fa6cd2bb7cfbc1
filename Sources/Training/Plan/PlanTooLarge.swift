public import Execution

/// A program that a plan means cannot be made ready to run.
public struct PlanTooLarge: Error, Equatable, Sendable, CustomStringConvertible {
  /// What the program is for.
  public let part: String
  public let excess: ProgramTooLarge
  /// Those that its size depends on, in full, as `tasks.shots`.
  public let keys: [String]

  public var description: String {
    let all = keys.dropLast().joined(separator: ", ")
    return "\(part) \(excess); lower \(all) or \(keys.last ?? "")"
  }
}
