internal import Compiler
public import Graphs
public import NDArrays

/// Why a program cannot be made ready to run.
public enum ProgramTooLarge: Error, Equatable, Sendable {
  /// It needs so much, or a part of it needs that much already.
  case memory(bytes: Int)
  /// Compiling it would take minutes: it has so many, or a part of it has that many already.
  case length(instructions: Int)

  /// What an arena has at most: kernels find values by 32-bit counts of floats.
  public static let mostBytes = mostFloats * MemoryLayout<Float>.size
  /// What a program has at most, as it is written down.
  public static let mostInstructions = 1 << 18

  static let mostFloats = Int(Int32.max) / MemoryPlan.alignment * MemoryPlan.alignment
}

extension ProgramTooLarge: CustomStringConvertible {
  /// Completes a sentence that begins with what is too large.
  public var description: String {
    switch self {
    case .memory(let bytes):
      "needs \(bytes) bytes of memory or more, and can have \(Self.mostBytes)"
    case .length(let instructions):
      "has \(instructions) instructions or more, and can have \(Self.mostInstructions)"
    }
  }
}

extension Executable {
  /// Whether values of these shapes can stand in one arena: to be asked before a program is written down
  /// whose sizes come from outside, so that no product of them overflows on the way.
  public static func check(_ values: [Shape]) throws(ProgramTooLarge) {
    let floats = values.reduce(0) { sum, shape in
      let (next, isTooMany) = sum.addingReportingOverflow(shape.clampedCount)
      return isTooMany ? .max : next
    }
    try check(floats: floats)
  }

  /// Whether a program can be made ready to run.
  ///
  /// - Cost: that of its length, unless it comes near to what an arena can have; then that of compiling it.
  public static func check(_ program: Program) throws(ProgramTooLarge) {
    let count = program.instructions.count
    guard count <= ProgramTooLarge.mostInstructions else { throw .length(instructions: count) }
    try check(floats: program.instructions.map(\.shape.clampedCount).max() ?? 0)
    // The compiler adds little to what is alive at the same time, and mostly takes much away.
    guard program.liveFloats > ProgramTooLarge.mostFloats / 4 else { return }
    try check(floats: MemoryPlan(Schedule(program.optimized())).floats)
  }

  private static func check(floats: Int) throws(ProgramTooLarge) {
    guard floats > ProgramTooLarge.mostFloats else { return }
    let (bytes, isTooMany) = floats.multipliedReportingOverflow(by: MemoryLayout<Float>.size)
    throw .memory(bytes: isTooMany ? .max : bytes)
  }
}
