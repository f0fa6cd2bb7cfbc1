import Execution
import Graphs
import NDArrays
import Testing

@Suite struct ExecutionTests {
  /// The float32 engine against the float64 definitions, on every instruction set there is.
  @Test(arguments: 0..<150 as Range<UInt64>)
  func theEngineAgreesWithTheReference(seed: UInt64) {
    let program = RandomProgram.program(seed: seed)
    let inputs = RandomProgram.inputs(program, seed: seed)
    let expected = program.reference(inputs)
    let runs = Kernels.available.map { kernels in
      Executable(program, kernels: kernels)(inputs.map { $0.map(Float.init) })
    }
    for (found, expected) in zip(runs[0], expected) {
      #expect(distance(found.map(Double.init), expected) < 1e-4, "seed \(seed)")
    }
    for (kernels, run) in zip(Kernels.available, runs) {
      #expect(run.map(bits) == runs[0].map(bits), "seed \(seed), \(kernels) differs")
    }
  }

  @Test(arguments: [(1, false), (1, true), (5, false), (5, true)])
  func aMetaGradientIsRightTo1e5(steps: Int, isFirstOrder: Bool) {
    let program = SinusoidProgram.maml(steps: steps, isFirstOrder: isFirstOrder)
    let inputs = RandomProgram.inputs(program, seed: 7)
    let found = Executable(program)(inputs.map { $0.map(Float.init) })
    let expected = program.reference(inputs)
    let gradient = found[2...].flatMap { $0.map(Double.init) }
    #expect(distance(gradient, expected[2...].flatMap(\.self)) < 1e-5)
  }

  /// An arena carries nothing from one run to the next.
  @Test func aSecondRunGivesTheSameBits() {
    let executable = Executable(SinusoidProgram.maml())
    let arena = Arena(for: executable)
    let inputs = RandomProgram.inputs(executable.program, seed: 3).map { $0.map(Float.init) }
    func run() -> [[UInt32]] {
      for (index, values) in inputs.enumerated() where index >= 6 {
        arena.write(values, toInput: index)
      }
      executable.run(arena)
      return executable.program.results.indices.map { bits(Array(arena.result($0))) }
    }
    for (index, values) in inputs.enumerated() { arena.write(values, toInput: index) }
    executable.prepare(arena)
    let first = run()
    #expect(run() == first)
    #expect(executable(inputs).map(bits) == first)
  }

  @Test func newParametersNeedANewPreparation() {
    let program = Program.trace([
      Program.Input("p", [2, 2], role: .parameter), Program.Input("x", [2, 2]),
    ]) { x in [matmul(x[1], transposed: x[0])] }
    let executable = Executable(program)
    let arena = Arena(for: executable)
    arena.write([1, 2, 3, 4], toInput: 0)
    arena.write([1, 0, 0, 1], toInput: 1)
    executable.prepare(arena)
    executable.run(arena)
    #expect(Array(arena.result(0)) == [1, 3, 2, 4])
    arena.write([5, 6, 7, 8], toInput: 0)
    executable.prepare(arena)
    executable.run(arena)
    #expect(Array(arena.result(0)) == [5, 7, 6, 8])
  }
}

func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }
