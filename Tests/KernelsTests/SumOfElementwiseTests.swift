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
    for summed in 1...program.rows where program.rows % summed == 0 {
      for table in Table.all {
        let terms = table.elementwise(e, program.operands)
        let expected = table.sum(
          outer: program.rows / summed, reduced: summed, inner: program.columns, terms)
        // One column is a run, which a sum adds up in the same parts.
        let found = table.sum(of: e, summed: summed, program.operands)
        #expect(difference(found, expected) == nil, "\(table.testDescription), \(summed) rows")
      }
    }
  }
}
