import Compiler
import Graphs
import NDArrays
import Testing

/// The distance of two results, relative to the second in norm.
func distance(_ a: [Double], _ b: [Double]) -> Double {
  func norm(_ x: [Double]) -> Double { x.map { $0 * $0 }.reduce(0, +).squareRoot() }
  return norm(zip(a, b).map(-)) / max(norm(b), 1e-3)
}

@Suite struct CompilerTests {
  /// The compiler may round differently and nothing else.
  @Test(arguments: 0..<200 as Range<UInt64>)
  func everyProgramMeansTheSameAfterOptimization(seed: UInt64) {
    let program = RandomProgram.program(seed: seed)
    let optimized = program.optimized()
    let inputs = RandomProgram.inputs(program, seed: seed)
    for (found, expected) in zip(optimized.reference(inputs), program.reference(inputs)) {
      #expect(distance(found, expected) < 1e-5, "seed \(seed)\n\(program)\n\(optimized)")
    }
  }

  @Test func aTaskOfMAMLIsFewInstructionsAndALittleMemory() {
    let optimized = SinusoidProgram.maml().optimized()
    let operations = optimized.instructions.filter { instruction in
      switch instruction.primitive {
      case .input, .reshape, .element: false
      default: true
      }
    }
    #expect(operations.count <= 48)
    #expect(MemoryPlan(optimized).peakBytes <= 40_000)
  }

  /// First order is second order with the Hessian's terms gone: about half of the work.
  @Test func whatFirstOrderDoesNotNeedIsGone() {
    let first = SinusoidProgram.maml(isFirstOrder: true).optimized()
    let second = SinusoidProgram.maml().optimized()
    func multiplyAdds(_ program: Program) -> Int {
      program.instructions.map { instruction in
        guard case .fusedProduct(let fused) = instruction.primitive,
          let (m, n, k) = fused.product.sizes(
            program.instructions[instruction.operands[0]].shape,
            program.instructions[instruction.operands[1]].shape)
        else { return 0 }
        return m * n * k
      }.reduce(0, +)
    }
    #expect(multiplyAdds(first) < multiplyAdds(second) * 6 / 10)
  }

  /// Each product adds itself to the one before; scales and the row are in the epilogues.
  @Test func aSumOfProductsIsAChainOfThem() {
    let inputs = ["a", "b"].map { Program.Input($0, [3, 3]) } + [Program.Input("row", [3])]
    let program = Program.trace(inputs) { x in
      [(2 * matmul(x[0], x[1]) + (4 * x[2] - matmul(x[1], x[0]))).relu]
    }
    let lines = program.optimized().description.split(separator: "\n").filter {
      $0.contains("product")
    }
    #expect(
      lines == [
        "  %3 = product.nn scale 2.0 addend row times 4.0 %0 %1 %2 : [3, 3]",
        "  %4 = product.nn scale -1.0 addend matrix gate relu %1 %0 %3 : [3, 3]",
      ])
  }

  /// So that what scales a sum or adds to it costs nothing, and a square is no pass of its own.
  @Test func aShortSumIsAProduct() {
    let inputs = [Program.Input("x", [10, 3]), Program.Input("row", [3])]
    let program = Program.trace(inputs) { x in [x[0].squared.mean, x[1] - 2 * x[0].sum(to: [3])] }
    let lines = program.optimized().description.split(separator: "\n").filter {
      $0.contains("product") || $0.contains("fused")
    }
    #expect(
      lines == [
        "  %4 = product.nn scale 0.033333335 %2 %3 : [1, 1]",
        "  %6 = product.nn scale -2.0 addend matrix %5 %0 %1 : [1, 3]",
      ])
  }

  @Test func constantsFoldAwayAndEqualLinesAreOne() {
    let program = Program.trace([Program.Input("x", [4])]) { x in
      let a = 2 * (3 * x[0])
      let b = 6 * x[0]
      return [a - b + 1 * x[0]]
    }
    let optimized = program.optimized()
    #expect(optimized.instructions == [Instruction(.input(0), [], [4])])
  }

  @Test func aChainOfPointwiseOperationsIsOnePass() {
    let program = Program.trace([Program.Input("x", [3, 4]), Program.Input("row", [4])]) { x in
      [((x[0] * x[1]).tanh + 1).relu]
    }
    #expect(
      program.optimized().description == """
        program {
          %0 = input x : [3, 4]
          %1 = input row : [4]
          %2 = fused {multiply(x0, x1); tanh(t0); add(t1, 1.0); relu(t2)} %0 %1 : [3, 4]
          return %2
        }
        """)
  }
}

@Suite struct MemoryPlanTests {
  /// Nothing that is still read is overwritten: the plan is replayed line by line.
  @Test(arguments: 0..<100 as Range<UInt64>)
  func noValueIsOverwrittenBeforeItsLastReader(seed: UInt64) {
    let program = RandomProgram.program(seed: seed).optimized()
    let plan = MemoryPlan(program)
    // A reshape is the same memory under a second name, and an element a part of it.
    var root = Array(program.instructions.indices)
    for (id, instruction) in program.instructions.enumerated() {
      switch instruction.primitive {
      case .reshape, .element: root[id] = root[instruction.operands[0]]
      default: continue
      }
    }
    var owner = [ValueID?](repeating: nil, count: plan.floats)
    func cells(_ id: ValueID) -> Range<Int> {
      plan.offsets[id]..<plan.offsets[id] + program.instructions[id].shape.count
    }
    func check(_ id: ValueID, _ reader: String) {
      #expect(cells(id).allSatisfy { owner[$0] == root[id] }, "seed \(seed): %\(id), \(reader)")
    }
    func isInput(_ id: ValueID) -> Bool {
      if case .input = program.instructions[id].primitive { true } else { false }
    }
    let ids = program.instructions.indices
    for id in ids.filter(isInput) { for cell in cells(id) { owner[cell] = id } }
    for id in ids.filter({ plan.isHoisted[$0] }) + ids.filter({ !plan.isHoisted[$0] }) {
      for operand in program.instructions[id].operands { check(operand, "read by %\(id)") }
      if root[id] == id, !isInput(id) { for cell in cells(id) { owner[cell] = id } }
    }
    for result in program.results { check(result, "a result") }
  }
}
