import Compiler
import Execution
import Graphs
import NDArrays
import Testing

/// What is too large for an arena is told before anything is made ready, and by no trap.
@Suite struct ProgramSizeTests {
  @Test func aLongProgramIsTooLarge() throws {
    let most = ProgramTooLarge.mostInstructions
    #expect(throws: ProgramTooLarge.length(instructions: most + 1)) {
      try Executable.check(additions(most))
    }
    try Executable.check(additions(most - 1))
  }

  @Test func aValueThatFillsAnArenaIsTheLargest() throws {
    let most = ProgramTooLarge.mostBytes / 4
    try Executable.check([[most - 1], [1]])
    #expect(throws: ProgramTooLarge.memory(bytes: 4 * (most + 1))) {
      try Executable.check([[most], [1]])
    }
    #expect(throws: ProgramTooLarge.memory(bytes: .max)) {
      try Executable.check([[1 << 32, 1 << 32], [1]])
    }
  }

  /// Each value fits; not all that are needed at the same time do.
  @Test func allThatIsAliveTogetherMustFit() throws {
    let inputs = (0..<5).map { Program.Input("x\($0)", [1 << 29]) }
    let program = Program.trace(inputs) { values in
      [values.dropFirst().reduce(values[0]) { $0 + $1 }.sum(to: [])]
    }
    let error = try #require(throws: ProgramTooLarge.self) { try Executable.check(program) }
    guard case .memory(let bytes) = error else { throw error }
    #expect(bytes >= 5 << 31)
  }

  /// What is written down with more values than an arena holds may need one of them once it is compiled.
  @Test func whatTheCompilerFusesNeedsNoMemory() throws {
    let program = Program.trace([Program.Input("x", [1 << 29])]) { values in
      let x = values[0]
      let (square, cube) = (x * x, x * x * x)
      return [(square + cube).sum(to: [])]
    }
    #expect(4 * program.liveFloats > ProgramTooLarge.mostBytes)
    try Executable.check(program)
  }

  @Test func aliveIsWhatIsReadLater() {
    let program = Program.trace([Program.Input("x", [10])]) { values in
      let (a, b) = (values[0] * values[0], values[0] + values[0])
      return [(a * b).sum(to: [])]
    }
    // The input, both factors and their product.
    #expect(program.liveFloats >= 40 && program.liveFloats < 50)
  }

  private func additions(_ count: Int) -> Program {
    Program.trace([Program.Input("x", [1])]) { values in
      [(0..<count).reduce(values[0]) { (sum: Tensor, _: Int) -> Tensor in sum + values[0] }]
    }
  }
}
