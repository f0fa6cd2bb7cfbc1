import CKernels
import NDArrays

/// An elementwise program that can be made up from a seed and run by the model.
struct ElementwiseProgram {
  var rows = 1
  var columns = 1
  /// Row and column stride of each operand.
  var strides: [(row: Int, column: Int)] = []
  var literals: [Float] = []
  var steps: [ol_step] = []
  var operands: [[Float]] = []

  /// One operation of dense operands.
  init(_ operation: Int, _ operands: [[Float]]) {
    columns = operands[0].count
    strides = operands.map { _ in (columns, 1) }
    self.operands = operands
    let count = UInt8(operands.count)
    steps = [
      ol_step(
        operation: UInt8(operation), destination: count, a: 0, b: min(1, count - 1),
        c: min(2, count - 1), then: 0, d: 0, e: 0)
    ]
  }

  init(seed: UInt64, operations: [Int], sizes: ClosedRange<Int>) {
    var random = RandomKey(seed: seed).stream
    (rows, columns) = (random.pick([1, random.pick(sizes)]), random.pick(sizes))
    for _ in 0..<random.pick(1...4) { addOperand(&random) }
    literals = random.floats(random.pick(0...3), in: -2...2)
    let first = operands.count + literals.count
    for index in 0..<random.pick(1...9) {
      let known = first + min(index, 5) - 1
      func source() -> UInt8 { UInt8(random.pick(0...known)) }
      let operation = random.pick(operations)
      let isPaired = Self.firsts.contains(operation) && random.pick([true, false])
      let then = isPaired ? random.pick(OL_THEN_ADD...OL_THEN_SQUARE) : OL_THEN_NOTHING
      steps.append(
        ol_step(
          operation: UInt8(operation), destination: UInt8(first + index % 5),
          a: source(), b: source(), c: source(), then: UInt8(then), d: source(), e: source()))
    }
  }

  /// What another operation may come after in the same step.
  private static let firsts = [OL_ADD, OL_SUBTRACT, OL_MULTIPLY, OL_DIVIDE, OL_FMA, OL_SQRT]

  private mutating func addOperand(_ random: inout RandomStream) {
    let stride = random.pick([
      (columns, 1), (columns, 1), (0, 1), (1, 0), (0, 0), (columns + 2, 1), (columns, 0),
    ])
    strides.append(stride)
    let last = (rows - 1) * stride.0 + (columns - 1) * stride.1
    operands.append(random.floats(last + 1, in: -2...2))
  }

  /// An operand that the result may overwrite.
  var overwritable: Int? { strides.firstIndex { $0.row == columns && $0.column == 1 } }

  var kernel: ol_elementwise {
    var kernel = ol_elementwise()
    (kernel.rows, kernel.columns) = (Int32(rows), Int32(columns))
    kernel.group_rows = kernel.rows
    kernel.operands = UInt8(operands.count)
    kernel.literals = UInt8(literals.count)
    kernel.steps = UInt8(steps.count)
    fill(&kernel.row_stride, strides.map { Int32($0.row) })
    fill(&kernel.column_stride, strides.map { UInt8($0.column) })
    fill(&kernel.literal, literals)
    fill(&kernel.step, steps)
    return kernel
  }

  private func fill<Tuple, Element>(_ tuple: inout Tuple, _ values: [Element]) {
    withUnsafeMutableBytes(of: &tuple) { bytes in
      for (index, value) in values.enumerated() {
        bytes.storeBytes(
          of: value, toByteOffset: index * MemoryLayout<Element>.stride, as: Element.self)
      }
    }
  }

  /// Element by element; `nil` if a step is a polynomial.
  var model: [Float]? {
    var results: [Float] = []
    for row in 0..<rows {
      for column in 0..<columns {
        guard let value = inContractMode({ element(row, column) }) else { return nil }
        results.append(value)
      }
    }
    return results
  }

  private func element(_ row: Int, _ column: Int) -> Float? {
    var registers = zip(operands, strides).map { $0[row * $1.row + column * $1.column] } + literals
    registers += [Float](repeating: 0, count: 5)
    var result: Float = 0
    for step in steps {
      let (a, b, c) = (Int(step.a), Int(step.b), Int(step.c))
      guard
        let first = ContractModel.step(
          step.operation, registers[a], registers[b], registers[c]),
        let value = ContractModel.then(
          step.then, first, registers[Int(step.d)], registers[Int(step.e)])
      else { return nil }
      registers[Int(step.destination)] = value
      result = value
    }
    return result
  }
}
