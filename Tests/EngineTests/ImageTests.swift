import Compiler
import Execution
import Graphs
import NDArrays
import Testing

@Suite struct ImageTests {
  /// Sizes, strides, padding and channels of any kind, to second order, on every instruction set.
  @Test(arguments: 0..<60 as Range<UInt64>)
  func convolutionsAndPoolingAgreeWithTheReference(seed: UInt64) {
    let program = RandomImageProgram.program(seed: seed)
    let inputs = RandomProgram.inputs(program, seed: seed)
    let expected = program.reference(inputs)
    let runs = Kernels.available.map { kernels in
      Executable(program, kernels: kernels)(inputs.map { $0.map(Float.init) })
    }
    for (index, (found, expected)) in zip(runs[0], expected).enumerated() {
      #expect(
        distance(found.map(Double.init), expected) < 1e-5, "seed \(seed), result \(index)")
    }
    for (kernels, run) in zip(Kernels.available, runs) {
      #expect(run.map(bits) == runs[0].map(bits), "seed \(seed), \(kernels) differs")
    }
  }
}

@Suite struct ImageCompilerTests {
  /// The bias, the gate behind a pooled rectifier and the sums of a normalisation cost no pass over images.
  @Test func whatFollowsAConvolutionIsPartOfIt() {
    let program = Program.trace([
      Program.Input("x", [5, 8, 8, 3]), Program.Input("f", [3, 3, 3, 16], role: .parameter),
      Program.Input("bias", [16], role: .parameter),
    ]) { x in [(x[0].convolved(with: x[1]) + x[2]).relu] }
    #expect(calls(program) == 1)
  }

  /// An inner step on filters in another layout: the transposes cancel but for the one at the end.
  @Test func transposesMeet() {
    let program = Program.trace([
      Program.Input("x", [2, 6, 6, 4]), Program.Input("f", [4, 4, 3, 3], role: .parameter),
    ]) { x in
      func loss(_ f: Tensor) -> Tensor {
        x[0].convolved(with: f.transposed([2, 3, 1, 0])).squared.mean
      }
      let stepped = x[1] - 0.1 * gradient(of: loss(x[1]), at: [x[1]])[0]
      return gradient(of: loss(stepped), at: [stepped])
    }
    let optimized = program.optimized()
    let isHoisted = MemoryPlan(optimized).isHoisted
    let transposes = optimized.instructions.enumerated().filter { id, instruction in
      if case .transpose = instruction.primitive { !isHoisted[id] } else { false }
    }
    // [9 * 4, 4] and then four of [9, 4].
    #expect(transposes.count == 2)
  }

  @Test func whatIsRoutedIsGatedAndAddedUpBefore() {
    let program = Program.trace([Program.Input("x", [2, 8, 8, 16]), Program.Input("b", [16])]) {
      x in
      let y = (x[0] + x[1]).relu
      let two = Extent(2, 2)
      return [gradient(of: y.maximumPooled(by: two, stride: two).squared.sum, at: [x[1]])[0]]
    }
    let routes = program.optimized().instructions.filter { instruction in
      if case .maximumPooling(let pooling) = instruction.primitive {
        pooling.role == .route
      } else {
        false
      }
    }
    #expect(routes.isEmpty)
  }

  /// Normalised and rectified are only the largest of each window; and no pass adds up what is known: that
  /// centred values make zero, and the slope of a bias before the normalisation from its parts.
  @Test func aNormalizationBeforePoolingIsOneOfWhatIsPooled() {
    let images: Shape = [2, 8, 8, 16]
    let program = Program.trace([
      Program.Input("x", images), Program.Input("f", [3, 3, 16, 16]), Program.Input("b", [16]),
    ]) { x in
      let y = x[0].convolved(with: x[1]) + x[2]
      let centred = y - (1 / 128) * y.sum(to: [1, 1, 1, 16])
      let variance = (1 / 128) * centred.squared.sum(to: [1, 1, 1, 16])
      let two = Extent(2, 2)
      let z = (centred * (1 / (variance + 0.1).squareRoot)).relu
      let loss = z.maximumPooled(by: two, stride: two).squared.sum
      return gradient(of: loss, at: [x[1], x[2]])
    }
    let optimized = program.optimized()
    let large = optimized.instructions.filter { instruction in
      switch instruction.primitive {
      case .input, .reshape, .element: false
      default:
        ([instruction.shape] + instruction.operands.map { optimized.instructions[$0].shape })
          .contains(images)
      }
    }
    // Two convolutions, the mean, centred values, the variance, the largest, and the way back in three.
    #expect(large.count == 9)
  }

  private func calls(_ program: Program) -> Int {
    program.optimized().instructions.count { instruction in
      switch instruction.primitive {
      case .input, .reshape, .element: false
      default: true
      }
    }
  }
}
