internal import CKernels
package import Compiler
public import Graphs
internal import NDArrays

/// A program made ready to run: a flat list of kernel calls on one arena.
///
/// Nothing is allocated while it runs. One thread runs it in one arena; many threads may run it, each
/// in an arena of its own.
public struct Executable: Sendable {
  /// The program as it runs, after all passes of the compiler.
  public let program: Program
  public let kernels: Kernels
  let plan: MemoryPlan
  let code: Code

  /// - Traps: for a program that needs more memory than an arena can have; see ``check(_:)``.
  public init(_ program: Program, kernels: Kernels = .fastest) {
    self.init(Schedule(program.optimized()), kernels: kernels)
  }

  /// Of a program that the compiler is done with.
  package init(_ schedule: Schedule, kernels: Kernels) {
    program = schedule.program
    self.kernels = kernels
    plan = MemoryPlan(schedule)
    precondition(
      plan.floats <= ProgramTooLarge.mostFloats, "\(plan.peakBytes) bytes are too much for an arena"
    )
    code = Code(schedule, plan, kernels)
  }

  /// The memory that one arena takes.
  public var peakBytes: Int { plan.peakBytes + code.pointerTableBytes }

  /// The most of an arena that is needed at the same time: no schedule of these calls does with less.
  public var liveBytes: Int { plan.liveBytes + code.pointerTableBytes }

  /// Computes what depends on parameters alone. Call it whenever parameters were written.
  public func prepare(_ arena: Arena) { run(code.prologue, arena) }

  /// Computes the results from the inputs that stand in the arena.
  public func run(_ arena: Arena) { run(code.body, arena) }

  /// What each kernel call of a run computes, in order.
  package var operations: [[Instruction]] { code.computed.map { Array(program.instructions[$0]) } }

  /// Runs one kernel call alone, again and again: for benchmarks, since its results mean nothing.
  package func run(operation index: Int, times: Int, _ arena: Arena) {
    let calls = Array(repeating: code.body[index], count: times)
    calls.withUnsafeBufferPointer { run($0, arena) }
  }

  private func run(_ calls: UnsafeBufferPointer<ol_call>, _ arena: Arena) {
    precondition(arena.code === code, "an arena serves the executable it was made for")
    ol_run(Int64(calls.count), calls.baseAddress, arena.base, arena.pointers)
  }
}
