import Compiler
import Execution
import Graphs
import NDArrays
import Testing

@Suite struct WinogradProgramTests {
  /// A small layer, a normalisation, and a layer of 16 to 32 channels with a bias and a rectifier, on
  /// images of odd sizes, through one inner step to second order.
  static let program = Program.trace([
    Program.Input("x", [3, 9, 11, 2]), Program.Input("f", [3, 3, 2, 16], role: .parameter),
    Program.Input("g", [3, 3, 16, 32], role: .parameter),
    Program.Input("b", [32], role: .parameter),
  ]) { x in
    func loss(_ f: Tensor, _ g: Tensor) -> Tensor {
      let first = ScheduleTests.normalized(x[0].convolved(with: f)).relu
      return (first.convolved(with: g) + x[3]).relu.squared.mean
    }
    let slopes = gradient(of: loss(x[1], x[2]), at: [x[1], x[2]])
    let last = loss(x[1] - 0.5 * slopes[0], x[2] - 0.5 * slopes[1])
    return [last] + gradient(of: last, at: [x[1], x[2], x[3]])
  }

  static let inputs = RandomProgram.inputs(program, seed: 4)

  @Test func allRolesAreComputedByIt() {
    for role in Convolution.Role.allCases { #expect(Self.program.optimized().winograds(role) > 0) }
  }

  /// Passes fold constants in float32 and change nothing else.
  @Test func theCompiledProgramIsTheSameInFloat64() {
    for (found, expected) in zip(
      Self.program.optimized().reference(Self.inputs), Self.program.reference(Self.inputs))
    { #expect(distance(found, expected) < 1e-6) }
  }

  @Test func itAgreesWithTheReferenceOnEveryInstructionSet() {
    let expected = Self.program.reference(Self.inputs)
    let runs = Kernels.available.map { kernels in
      Executable(Self.program, kernels: kernels)(Self.inputs.map { $0.map(Float.init) })
    }
    for (found, expected) in zip(runs[0], expected) {
      #expect(distance(found.map(Double.init), expected) < 1e-5)
    }
    for run in runs { #expect(run.map(bits) == runs[0].map(bits)) }
  }

  @Test(arguments: [1, 7000]) func partsChangeNoBit(floats: Int) {
    let program = Self.program.optimized()
    let schedule = Schedule(program, cutting: Schedule.Limits(value: 1, part: floats))
    #expect(schedule.loops.contains { $0.body.count > 3 && $0.parts > 1 })
    let inputs = Self.inputs.map { $0.map(Float.init) }
    let whole = Executable(Schedule(inOrder: program), kernels: .fastest)(inputs)
    #expect(whole.map(bits) == Executable(schedule, kernels: .fastest)(inputs).map(bits))
  }

  /// A shape, and whether it is large and regular enough.
  struct Choice {
    var images: Shape, filter: Shape, stride = 1, padding = Padding.same
    var isWinograd: Bool
  }

  @Test(arguments: [
    Choice(images: [1, 10, 10, 32], filter: [3, 3, 32, 32], isWinograd: true),
    Choice(images: [9, 10, 10, 32], filter: [3, 3, 32, 32], isWinograd: true),
    Choice(images: [1, 7, 7, 64], filter: [3, 3, 64, 64], isWinograd: true),
    Choice(
      images: [1, 8, 8, 64], filter: [3, 3, 64, 64], padding: .valid, isWinograd: true),
    Choice(images: [1, 10, 10, 16], filter: [3, 3, 16, 16], isWinograd: true),
    Choice(images: [1, 4, 4, 64], filter: [3, 3, 64, 64], isWinograd: false),
    Choice(images: [1, 5, 5, 64], filter: [3, 3, 64, 64], isWinograd: false),
    Choice(images: [1, 10, 10, 32], filter: [3, 3, 32, 32], stride: 2, isWinograd: false),
    Choice(images: [1, 10, 10, 32], filter: [5, 5, 32, 32], isWinograd: false),
    Choice(images: [1, 10, 10, 32], filter: [3, 3, 32, 20], isWinograd: false),
    Choice(images: [1, 84, 84, 3], filter: [3, 3, 3, 32], isWinograd: false),
  ]) func theShapeDecides(choice: Choice) {
    let program = Program.trace([
      Program.Input("x", choice.images), Program.Input("f", choice.filter),
    ]) { x in
      let stride = Extent(square: choice.stride)
      return [x[0].convolved(with: x[1], stride: stride, padding: choice.padding)]
    }
    #expect(program.optimized().winograds(.forward) == (choice.isWinograd ? 1 : 0))
  }
}

extension Program {
  /// How many of its convolutions of this role are Winograd's.
  fileprivate func winograds(_ role: Convolution.Role) -> Int {
    instructions.count { instruction in
      guard case .fusedConvolution(let fused) = instruction.primitive else { return false }
      return fused.algorithm == .winograd && fused.convolution.role == role
    }
  }
}
