import Graphs
import NDArrays
import Testing

@Suite struct ProgramTests {
  private let x = Program.Input("x", [2, 3])

  private func program(_ instructions: [Instruction], results: [ValueID]) -> Program {
    Program(inputs: [x], instructions: instructions, results: results)
  }

  private let input = Instruction(.input(0), [], [2, 3])

  @Test(arguments: Example.operations + Example.composites)
  func whatIsTracedAndDifferentiatedVerifies(_ example: Example) throws {
    let program = Program.trace(inputs(example.inputs)) { x in
      let first = gradient(of: example.function(x).sum, at: x)
      return first + gradient(of: first[0].squared.sum, at: x)
    }
    try program.verify()
    #expect(program.resultShapes == example.inputs + example.inputs)
  }

  @Test func everyKindOfMistakeIsFound() {
    let exp = Instruction(.pointwise(.exp), [0], [2, 3])
    let early = Instruction(.pointwise(.exp), [1], [2, 3])
    let misfit = Instruction(.product(Product(.nn)), [0, 0], [2, 3])
    #expect(throws: ProgramError.usesBeforeDefinition(1)) {
      try program([input, early], results: [1]).verify()
    }
    #expect(throws: ProgramError.unknownInput(0)) {
      try program([Instruction(.input(1), [], [2, 3])], results: [0]).verify()
    }
    #expect(throws: ProgramError.wrongShape(0, found: [3], expected: [2, 3])) {
      try program([Instruction(.input(0), [], [3])], results: [0]).verify()
    }
    #expect(throws: ProgramError.wrongShape(1, found: [6], expected: [2, 3])) {
      try program([input, Instruction(.pointwise(.exp), [0], [6])], results: [1]).verify()
    }
    #expect(
      throws: ProgramError.cannotCombine(1, ShapeError(Product(.nn), [[2, 3], [2, 3]]))
    ) {
      try program([input, misfit], results: [1]).verify()
    }
    #expect(throws: ProgramError.unknownResult(2)) {
      try program([input, exp], results: [1, 2]).verify()
    }
  }

  @Test func usesAreCountedWithTheResults() {
    let program = Program.trace([x]) { x in
      let square = x[0] * x[0]
      return [square, square.sum]
    }
    #expect(program.useCounts == [2, 2, 1])
  }

  @Test func aProgramReadsAsText() {
    let program = Program.trace([
      Program.Input("fc.weight", [1, 2], role: .parameter), Program.Input("x", [4, 2]),
      Program.Input("y", [4, 1]),
    ]) { x in
      let loss = (matmul(x[1], transposed: x[0]) - x[2]).squared.mean
      return [loss] + gradient(of: loss, at: [x[0]])
    }
    #expect(
      program.description == """
        program {
          %0 = input fc.weight : [1, 2]
          %1 = input x : [4, 2]
          %2 = input y : [4, 1]
          %3 = product.nt %1 %0 : [4, 1]
          %4 = subtract %3 %2 : [4, 1]
          %5 = multiply %4 %4 : [4, 1]
          %6 = sum %5 : []
          %7 = fill 0.25 : []
          %8 = multiply %7 %6 : []
          %9 = fill 1.0 : []
          %10 = multiply %9 %6 : []
          %11 = multiply %9 %7 : []
          %12 = broadcast %11 : [4, 1]
          %13 = multiply %12 %4 : [4, 1]
          %14 = multiply %12 %4 : [4, 1]
          %15 = add %13 %14 : [4, 1]
          %16 = negate %15 : [4, 1]
          %17 = product.nn %15 %0 : [4, 2]
          %18 = product.tn %15 %1 : [1, 2]
          return %8, %18
        }
        """)
  }

  @Test func programsAreEqualWhenTheirTextIs() {
    func square(_ name: String) -> Program {
      Program.trace([Program.Input(name, [2])]) { [$0[0] * $0[0]] }
    }
    #expect(square("x") == square("x"))
    #expect(square("x") != square("y"))
  }

  @Test func tensorsOfTwoProgramsDoNotMix() async {
    await #expect(processExitsWith: .failure) {
      _ = Program.trace([Program.Input("x", [2])]) { outer in
        _ = Program.trace([Program.Input("x", [2])]) { [$0[0] + outer[0]] }
        return outer
      }
    }
  }
}
