import CKernels
import NDArrays
import Testing

private let exact = [
  OL_ADD, OL_SUBTRACT, OL_MULTIPLY, OL_DIVIDE, OL_MAXIMUM, OL_MINIMUM, OL_GATE, OL_FMA, OL_NEGATE,
  OL_SQRT, OL_COPY,
]
private let polynomials = [OL_EXP, OL_LOG, OL_TANH, OL_SIN, OL_COS]

@Suite struct ElementwiseTests {
  @Test(arguments: 0..<150 as Range<UInt64>)
  func programsAreTheModels(seed: UInt64) {
    let program = ElementwiseProgram(seed: seed, operations: exact, sizes: 1...34)
    for table in Table.all {
      let found = table.elementwise(program.kernel, program.operands)
      #expect(difference(found, program.model ?? []) == nil, "\(table.testDescription)")
    }
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func theResultMayStandWhereAnOperandStood(seed: UInt64) {
    let program = ElementwiseProgram(seed: seed, operations: exact, sizes: 1...40)
    for table in Table.all where program.overwritable != nil {
      let found = table.elementwise(
        program.kernel, program.operands, over: program.overwritable)
      #expect(difference(found, program.model ?? []) == nil, "\(table.testDescription)")
    }
  }

  /// Rows longer than what is computed at a time, and more rows than fit.
  @Test(arguments: 0..<12 as Range<UInt64>)
  func longRowsAndManyRows(seed: UInt64) {
    var program = ElementwiseProgram(seed: seed, operations: exact, sizes: 3...3)
    var random = RandomKey(seed: seed).stream
    (program.rows, program.columns) = random.pick([(3, 1111), (401, 7), (1, 2051), (5, 512)])
    program.strides = program.strides.map { _ in
      random.pick([(program.columns, 1), (0, 1), (1, 0)])
    }
    let count = program.rows * program.columns
    program.operands = program.operands.map { _ in random.floats(count) }
    for table in Table.all {
      for operand in Set([nil, program.overwritable]) {
        let found = table.elementwise(program.kernel, program.operands, over: operand)
        #expect(difference(found, program.model ?? []) == nil, "\(table.testDescription)")
      }
    }
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func severalAtOnceAreEachByItself(seed: UInt64) {
    var program = ElementwiseProgram(seed: seed, operations: exact, sizes: 1...34)
    var random = RandomKey(seed: seed).stream
    let sets = (0..<random.pick(1...8)).map { _ in
      let count = random.pick(1...64)
      let operands = program.operands.map { _ in random.floats(random.pick([1, count, count])) }
      return (count: count, operands: operands)
    }
    for table in Table.all {
      for (set, found) in zip(sets, table.several(program.kernel, sets)) {
        (program.rows, program.columns, program.operands) = (1, set.count, set.operands)
        program.strides = set.operands.map { (0, $0.count == set.count && set.count > 1 ? 1 : 0) }
        #expect(difference(found, program.model ?? []) == nil, "\(table.testDescription)")
      }
    }
  }

  @Test(arguments: 0..<150 as Range<UInt64>)
  func allTablesComputeTheSameBits(seed: UInt64) {
    let program = ElementwiseProgram(
      seed: seed, operations: exact + polynomials + polynomials, sizes: 1...34)
    let results = Table.all.map { $0.elementwise(program.kernel, program.operands) }
    for (table, result) in zip(Table.all, results) {
      #expect(difference(result, results[0]) == nil, "\(table.testDescription)")
    }
  }

  @Test(arguments: Table.all) func choicesTakeTheSecondWhereOneIsNoNumber(_ table: Table) {
    let a: [Float] = [.nan, 1, .nan, 0, -0.0, 3]
    let b: [Float] = [2, .nan, .nan, -0.0, 0, 3]
    for operation in [OL_MAXIMUM, OL_MINIMUM] {
      let program = ElementwiseProgram(operation, [a, b])
      #expect(difference(table.elementwise(program.kernel, program.operands), b) == nil)
    }
    let gate = ElementwiseProgram(OL_GATE, [a, b])
    #expect(
      difference(table.elementwise(gate.kernel, gate.operands), [.nan, 0, 0, 0, 0, 3]) == nil)
  }
}
