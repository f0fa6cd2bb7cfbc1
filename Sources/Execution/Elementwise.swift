internal import CKernels
internal import Compiler
internal import Graphs
internal import NDArrays

extension ol_elementwise {
  /// The kernel's form of a fused pass over operands of these shapes.
  init(_ fused: FusedPointwise, _ operands: [Shape]) {
    guard let view = PointwiseView(operands, target: fused.target) else {
      preconditionFailure("\(fused.name) has operands that no view fits")
    }
    self.init(fused, view)
  }

  /// The kernel's form of a sum of such a pass.
  init(_ sum: FusedSum, _ operands: [Shape]) {
    guard let view = PointwiseView(operands, terms: sum.terms.target, summedTo: sum.target) else {
      preconditionFailure("\(sum.name) has operands that no view fits")
    }
    self.init(sum.terms, view)
  }

  private init(_ fused: FusedPointwise, _ view: PointwiseView) {
    self.init()
    rows = Int32(view.rows)
    columns = Int32(view.columns)
    group_rows = Int32(view.rows / view.groups)
    operands = UInt8(view.operands.count)
    for (index, strides) in view.operands.enumerated() {
      set(\.group_stride, index, Int32(strides.group))
      set(\.row_stride, index, Int32(strides.row))
      set(\.column_stride, index, UInt8(strides.column))
    }
    let pairs = fused.steps.paired()
    var registers = Registers(pairs, operands: view.operands.count)
    steps = UInt8(pairs.count)
    literals = UInt8(registers.literals.count)
    for (index, value) in registers.literals.enumerated() { set(\.literal, index, value) }
    for index in pairs.indices { set(\.step, index, registers.next()) }
  }

}

/// A C record with arrays, which Swift sees as tuples.
protocol RecordWithArrays {}
extension ol_elementwise: RecordWithArrays {}
extension ol_several: RecordWithArrays {}

extension RecordWithArrays {
  /// Writes one element of an array.
  mutating func set<Tuple, Element>(
    _ array: WritableKeyPath<Self, Tuple>, _ index: Int, _ value: Element
  ) {
    withUnsafeMutableBytes(of: &self[keyPath: array]) {
      $0.storeBytes(
        of: value, toByteOffset: index * MemoryLayout<Element>.stride, as: Element.self)
    }
  }
}

/// Gives each step of a pass a register: operands first, then literals, then temporaries, which are
/// used again once nobody reads them any more.
private struct Registers {
  private let steps: [PairedStep]
  private let operands: Int
  private(set) var literals: [Float] = []
  private var lastUse: [Int]
  private var register: [Int] = []
  private var free: [Int] = []
  private var fresh = 0

  init(_ steps: [PairedStep], operands: Int) {
    (self.steps, self.operands) = (steps, operands)
    lastUse = Array(steps.indices)
    for (index, step) in steps.enumerated() {
      for argument in step.arguments {
        switch argument {
        case .operand: break
        case .step(let used): lastUse[used] = index
        case .literal(let value):
          if literal(value) == nil { literals.append(value) }
        }
      }
    }
  }

  /// By its bits, so that zero and minus zero are two.
  private func literal(_ value: Float) -> Int? {
    literals.firstIndex { $0.bitPattern == value.bitPattern }
  }

  /// The kernel's form of the next step.
  mutating func next() -> ol_step {
    let index = register.count
    let step = steps[index]
    let x = step.arguments.map(place)
    for case .step(let used) in Set(step.arguments).sorted(by: order) where lastUse[used] == index {
      free.append(register[used])
    }
    register.append(free.popLast() ?? newRegister())
    let first = step.first.arguments.count
    func argument(_ index: Int, of count: Int) -> UInt8 { UInt8(index < count ? x[index] : 0) }
    return ol_step(
      operation: step.first.function.code, destination: UInt8(register[index]), a: UInt8(x[0]),
      b: step.first.function == .relu ? UInt8(x[0]) : argument(1, of: first),
      c: argument(2, of: first),
      then: step.then?.code ?? UInt8(OL_THEN_NOTHING), d: argument(first, of: x.count),
      e: argument(first + 1, of: x.count))
  }

  private func order(_ a: FusedPointwise.Argument, _ b: FusedPointwise.Argument) -> Bool {
    guard case .step(let first) = a, case .step(let second) = b else { return false }
    return first < second
  }

  private mutating func newRegister() -> Int {
    fresh += 1
    return operands + literals.count + fresh - 1
  }

  private func place(_ argument: FusedPointwise.Argument) -> Int {
    switch argument {
    case .operand(let index): index
    case .literal(let value): operands + (literal(value) ?? 0)
    case .step(let index): register[index]
    }
  }
}

extension Pointwise {
  /// The kernel's operation; `relu` is a gate by its own operand.
  fileprivate var code: UInt8 {
    switch self {
    case .add: UInt8(OL_ADD)
    case .subtract: UInt8(OL_SUBTRACT)
    case .multiply: UInt8(OL_MULTIPLY)
    case .divide: UInt8(OL_DIVIDE)
    case .maximum: UInt8(OL_MAXIMUM)
    case .minimum: UInt8(OL_MINIMUM)
    case .gate, .relu: UInt8(OL_GATE)
    case .multiplyAdd: UInt8(OL_FMA)
    case .negate: UInt8(OL_NEGATE)
    case .exp: UInt8(OL_EXP)
    case .log: UInt8(OL_LOG)
    case .tanh: UInt8(OL_TANH)
    case .sin: UInt8(OL_SIN)
    case .cos: UInt8(OL_COS)
    case .squareRoot: UInt8(OL_SQRT)
    }
  }
}
