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

  /// Sums whose terms are added up in registers, of rows that are there once or for all.
  @Test(arguments: [
    (OL_MULTIPLY, OL_THEN_NOTHING), (OL_MULTIPLY, OL_THEN_ADD_TO_PRODUCT),
    (OL_SUBTRACT, OL_THEN_SQUARE), (OL_SUBTRACT, OL_THEN_MULTIPLY),
  ]) func termsInRegistersAddUpToTheSame(operation: Int, then: Int) {
    for (seed, columns) in [16, 32, 64].enumerated() {
      var random = RandomKey(seed: UInt64(seed)).stream
      let rows = random.pick(9...30)
      var program = ElementwiseProgram(
        operation, (0..<4).map { _ in random.floats(columns * rows) })
      (program.rows, program.columns) = (rows, columns)
      program.strides = [(columns, 1), (random.pick([0, columns]), 1), (columns, 1), (0, 1)]
      program.steps[0].then = UInt8(then)
      (program.steps[0].d, program.steps[0].e) = (2, 3)
      for table in Table.all {
        let expected = table.sum(
          outer: 1, reduced: rows, inner: columns,
          table.elementwise(program.kernel, program.operands))
        let found = table.sum(of: program.kernel, summed: rows, program.operands)
        #expect(difference(found, expected) == nil, "\(table.testDescription), \(columns)")
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
