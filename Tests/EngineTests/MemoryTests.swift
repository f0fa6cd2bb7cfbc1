import CAllocations
import Execution
import Graphs
import NDArrays
import Testing

@Suite struct MemoryTests {
  static let programs = [
    SinusoidProgram.maml(), SinusoidProgram.maml(steps: 5),
    SinusoidProgram.maml(isFirstOrder: true), RandomImageProgram.program(seed: 7),
    WinogradProgramTests.program,
  ]
  /// Of 12 MB, which asks for large pages and does not fill the last of them.
  static let large = Program.trace([Program.Input("x", [1_500_000])]) { x in [x[0] + 1] }

  /// Task after task as a worker does it: data in, run, results out, new parameters now and then.
  @Test(arguments: programs) func tasksAllocateNothing(program: Program) {
    let executable = Executable(program)
    let arena = Arena(for: executable)
    let inputs = RandomProgram.inputs(program, seed: 1).map { $0.map(Float.init) }
    var sum: Float = 0
    func runTask() {
      for index in 0..<inputs.count {
        inputs[index].withUnsafeBufferPointer { arena.write($0, toInput: index) }
      }
      executable.prepare(arena)
      executable.run(arena)
      sum += arena.result(0)[0]
    }
    runTask()
    let before = ol_allocations().times
    for _ in 0..<1000 { runTask() }
    #expect(ol_allocations().times == before)
    #expect(sum.isFinite)
  }

  /// What is printed before a run is what an arena then asks for, within a twentieth.
  @Test(arguments: programs + [large]) func predictedMemoryIsWhatAnArenaTakes(program: Program) {
    let executable = Executable(program)
    let before = ol_allocations()
    let arena = Arena(for: executable)
    let after = ol_allocations()
    withExtendedLifetime(arena) {}
    let taken = Double(after.bytes - before.bytes)
    #expect(abs(taken / Double(executable.peakBytes) - 1) < 0.05)
  }

  /// The arena is hardly larger than what is alive in it at the same time.
  @Test(arguments: programs) func littleOfAnArenaLiesIdle(program: Program) {
    let executable = Executable(program)
    #expect(executable.liveBytes <= executable.peakBytes)
    #expect(Double(executable.peakBytes) <= 1.25 * Double(executable.liveBytes))
  }

  /// The counter counts: what the two tests above rest on.
  @Test func allocationsAreCounted() {
    let before = ol_allocations()
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 12_345, alignment: 16)
    let after = ol_allocations()
    memory.deallocate()
    #expect(after.times == before.times + 1 && after.bytes >= before.bytes + 12_345)
  }
}
