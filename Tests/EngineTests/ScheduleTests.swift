import Compiler
import Execution
import Graphs
import NDArrays
import Testing

@Suite struct ScheduleTests {
  /// Two layers of a convolution, a normalisation and pooling, through one inner step to second order.
  static let program = Program.trace([
    Program.Input("x", [6, 9, 8, 2]), Program.Input("f", [3, 3, 2, 16], role: .parameter),
    Program.Input("g", [3, 3, 16, 16], role: .parameter),
  ]) { x in
    func loss(_ f: Tensor, _ g: Tensor) -> Tensor {
      let first = normalized(x[0].convolved(with: f)).relu
        .maximumPooled(by: Extent(2, 2), stride: Extent(2, 2))
      return normalized(first.convolved(with: g)).relu.squared.mean
    }
    let slopes = gradient(of: loss(x[1], x[2]), at: [x[1], x[2]])
    let last = loss(x[1] - 0.1 * slopes[0], x[2] - 0.1 * slopes[1])
    return [last] + gradient(of: last, at: [x[1], x[2]])
  }

  static func normalized(_ x: Tensor) -> Tensor {
    let target: Shape = [1, 1, 1, x.shape[3]]
    let terms = 1 / Float(x.shape.count / target.count)
    let mean = terms * x.sum(to: target)
    return (x - mean) / (terms * (x - mean).squared.sum(to: target) + 1e-3).squareRoot
  }

  static var inputs: [[Float]] {
    RandomProgram.inputs(program, seed: 3).map { $0.map(Float.init) }
  }

  @Test(arguments: [1, 1500, 3000], Kernels.available)
  func partsChangeNoBit(floats: Int, kernels: Kernels) {
    let program = Self.program.optimized()
    let schedule = Schedule(program, cutting: Schedule.Limits(value: 1, part: floats))
    #expect(schedule.loops.contains { $0.body.count > 3 && $0.parts > 1 })
    let whole = Executable(Schedule(inOrder: program), kernels: kernels)(Self.inputs)
    let parts = Executable(schedule, kernels: kernels)(Self.inputs)
    #expect(whole.map(bits) == parts.map(bits))
  }

  @Test func whatOnlyALoopReadsHasMemoryForOnePart() {
    let program = Program.trace([
      Program.Input("x", [8, 16, 16, 1]), Program.Input("f", [3, 3, 1, 16], role: .parameter),
    ]) { x in
      [x[0].convolved(with: x[1]).maximumPooled(by: Extent(2, 2), stride: Extent(2, 2))]
    }.optimized()
    let plan = MemoryPlan(Schedule(program, cutting: Schedule.Limits(value: 1, part: 1)))
    #expect(plan.isPart.count { $0 } == 1)
    // Seven of eight images of what is pooled.
    #expect(MemoryPlan(program).peakBytes - plan.peakBytes == 7 * 16 * 16 * 16 * 4)
  }

  /// What a part cannot be computed without comes before, and what needs all parts after.
  @Test func everyValueIsDefinedBeforeItIsUsed() throws {
    let schedule = Schedule(
      Self.program.optimized(), cutting: Schedule.Limits(value: 1, part: 1))
    try schedule.program.verify()
    for loop in schedule.loops {
      for id in loop.body {
        let parts = try #require(schedule.program.imageParts(of: id))
        for (operand, isCut) in zip(
          schedule.program.instructions[id].operands, parts.isOperandCut)
        where loop.body.contains(operand) {
          #expect(isCut && schedule.program.imageParts(of: operand)?.isResultCut == true)
        }
      }
    }
  }

  /// Means of images and what they are off the common one: as one sum over all pixels in the reference.
  @Test(arguments: Kernels.available)
  func manyImagesAreAddedUpOneByOne(kernels: Kernels) {
    let program = Program.trace([Program.Input("x", [8, 32, 32, 16])]) { x in
      let y = Self.normalized(x[0] + 3)
      return [y.sum(to: [1, 1, 1, 16]), (y * x[0]).sum(to: [1, 1, 1, 16])]
    }
    let inputs = RandomProgram.inputs(program, seed: 5)
    let found = Executable(program, kernels: kernels)(inputs.map { $0.map(Float.init) })
    let expected = program.reference(inputs)
    #expect(distance(found[1].map(Double.init), expected[1]) < 1e-5)
    #expect(found[0].allSatisfy { abs($0) < 1e-1 })
  }
}
