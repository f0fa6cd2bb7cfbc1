import CKernels
import NDArrays
import Testing

@Suite struct SumOfElementwiseTests {
  /// A sum that computes its terms in passing has the bits of one that reads them.
  @Test(arguments: 0..<60 as Range<UInt64>)
  func termsComputedInPassingAddUpToTheSame(seed: UInt64) {
    var program = ElementwiseProgram(
      seed: seed, operations: [OL_ADD, OL_SUBTRACT, OL_MULTIPLY, OL_GATE, OL_FMA], sizes: 1...40)
    var random = RandomKey(seed: seed).stream
    let columns = random.pick([program.columns, program.columns, 513, 1100])
    if columns != program.columns {
      program = ElementwiseProgram(OL_MULTIPLY, [random.floats(columns), random.floats(columns)])
    }
    let e = program.kernel
    for summed in 1...program.rows where program.rows % summed == 0 && program.columns > 1 {
      for table in Table.all {
        let terms = table.elementwise(e, program.operands)
        let expected = table.sum(
          outer: program.rows / summed, reduced: summed, inner: program.columns, terms)
        let found = table.sum(of: e, summed: summed, program.operands)
        #expect(difference(found, expected) == nil, "\(table.testDescription), \(summed) rows")
      }
    }
  }
  /// The same of a run, which is one number.
  @Test(arguments: 0..<60 as Range<UInt64>)
  func aRunComputedInPassingAddsUpToTheSame(seed: UInt64) {
    var program = ElementwiseProgram(
      seed: seed, operations: [OL_ADD, OL_SUBTRACT, OL_MULTIPLY, OL_GATE, OL_FMA], sizes: 1...1)
    var random = RandomKey(seed: seed).stream
    if seed % 3 == 0 { program = ElementwiseProgram(OL_MULTIPLY, [[], []]) }
    (program.rows, program.columns) = (random.pick([1, 7, 64, 100, 512, 777, 1600]), 1)
    program.strides = program.strides.map { _ in (random.pick([0, 1, 1]), 0) }
    program.operands = program.strides.map { random.floats($0.row * (program.rows - 1) + 1) }
    for table in Table.all {
      let terms = table.elementwise(program.kernel, program.operands)
      let expected = table.sum(outer: 1, reduced: program.rows, inner: 1, terms)
      let found = table.sum(of: program.kernel, summed: program.rows, program.operands)
      #expect(difference(found, expected) == nil, "\(table.testDescription)")
    }
  }
}
