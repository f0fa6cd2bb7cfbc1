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
