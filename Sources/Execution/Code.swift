internal import CKernels
internal import Compiler
internal import Graphs
internal import NDArrays

/// The kernel calls of a program, flat, with offsets into an arena. Immutable once made.
final class Code: @unchecked Sendable {
  enum Kind: UInt8 {
    case product, elementwise, sumElementwise, sum, transpose, copy, fill, ramp, convolution,
      byInput, byFilter,
      maximum
    case route, pick, poolSum, spread
  }

  /// One call: what to run, which of that kind's parameter records, and where its values stand.
  struct Operation {
    var kind: Kind
    /// Into the kind's records; for an elementwise call also where its operands' pointers start.
    var record: Int32 = 0
    var pointers: Int32 = 0
    var a: Int32 = 0
    var b: Int32 = 0
    var addend: Int32 = 0
    var gate: Int32 = 0
    var out: Int32 = 0
  }

  /// The sizes of a sum or a transposition.
  struct Sizes {
    var outer: Int64 = 1
    var reduced: Int64 = 1
    var inner: Int64 = 1
    /// How many matrices there are to transpose, one after the other.
    var batch: Int64 = 1
  }

  /// The same value `count` times.
  struct Fill {
    var value: Float
    var count: Int
  }

  let prologue: UnsafeBufferPointer<Operation>
  let body: UnsafeBufferPointer<Operation>
  /// The instruction that each operation of the body computes.
  let computed: [ValueID]
  private let products: UnsafeBufferPointer<ol_product>
  private let elementwises: UnsafeBufferPointer<ol_elementwise>
  private let convolutions: UnsafeBufferPointer<ol_convolution>
  private let poolings: UnsafeBufferPointer<ol_pooling>
  private let sizes: UnsafeBufferPointer<Sizes>
  private let copies: UnsafeBufferPointer<ol_copy>
  private let fills: UnsafeBufferPointer<Fill>
  let pointerOffsets: [Int32]
  /// An input that nobody reads has no place.
  let inputs: [(offset: Int?, count: Int)]
  let results: [(offset: Int, count: Int)]

  init(_ program: Program, _ plan: MemoryPlan) {
    var lowering = Lowering(program: program, plan: plan)
    lowering.lower()
    prologue = Self.frozen(lowering.prologue)
    body = Self.frozen(lowering.body)
    computed = lowering.computed
    products = Self.frozen(lowering.products)
    elementwises = Self.frozen(lowering.elementwises)
    convolutions = Self.frozen(lowering.convolutions)
    poolings = Self.frozen(lowering.poolings)
    sizes = Self.frozen(lowering.sizes)
    copies = Self.frozen(lowering.copies)
    fills = Self.frozen(lowering.fills)
    pointerOffsets = lowering.pointerOffsets
    inputs = program.inputs.enumerated().map { index, input in
      let place = program.instructions.firstIndex { $0.primitive == .input(index) }
      return (place.map { plan.offsets[$0] }, input.shape.count)
    }
    results = program.results.map { (plan.offsets[$0], program.instructions[$0].shape.count) }
  }

  deinit {
    prologue.deallocate()
    body.deallocate()
    products.deallocate()
    elementwises.deallocate()
    convolutions.deallocate()
    poolings.deallocate()
    sizes.deallocate()
    copies.deallocate()
    fills.deallocate()
  }

  var pointerTableBytes: Int { pointerOffsets.count * MemoryLayout<Int>.size }

  private static func frozen<T>(_ values: [T]) -> UnsafeBufferPointer<T> {
    let copy = UnsafeMutableBufferPointer<T>.allocate(capacity: max(values.count, 1))
    _ = copy.initialize(from: values)
    return UnsafeBufferPointer(start: copy.baseAddress, count: values.count)
  }

  /// The interpreter: a switch and a call for each operation.
  func execute(
    _ operations: UnsafeBufferPointer<Operation>, _ kernels: UnsafePointer<ol_kernels>,
    _ base: UnsafeMutablePointer<Float>, _ pointers: UnsafeMutablePointer<UnsafePointer<Float>?>
  ) {
    let kernels = kernels.pointee
    guard let products = products.baseAddress, let elementwises = elementwises.baseAddress,
      let copies = copies.baseAddress, let sizes = sizes.baseAddress,
      let fills = fills.baseAddress
    else { return }
    for index in 0..<operations.count {
      let operation = operations[index]
      let record = Int(operation.record)
      let a = base + Int(operation.a)
      let out = base + Int(operation.out)
      switch operation.kind {
      case .product:
        kernels.product(
          products + record, a, base + Int(operation.b), base + Int(operation.addend),
          base + Int(operation.gate), out)
      case .elementwise:
        kernels.elementwise(elementwises + record, pointers + Int(operation.pointers), out)
      case .sumElementwise:
        kernels.sum_elementwise(
          elementwises + record, pointers + Int(operation.pointers), out)
      case .sum:
        let size = sizes[record]
        kernels.sum(size.outer, size.reduced, size.inner, a, out)
      case .transpose:
        let (size, matrix) = (sizes[record], Int(sizes[record].outer * sizes[record].inner))
        for index in 0..<Int(size.batch) {
          kernels.transpose(size.outer, size.inner, a + index * matrix, out + index * matrix)
        }
      case .copy: kernels.copy(copies + record, a, out)
      case .fill: out.update(repeating: fills[record].value, count: fills[record].count)
      case .ramp: for index in 0..<fills[record].count { out[index] = Float(index) }
      case .convolution, .byInput, .byFilter: convolve(operation, kernels, base)
      case .maximum, .route, .pick, .poolSum, .spread: pool(operation, kernels, base)
      }
    }
  }

  private func convolve(
    _ operation: Operation, _ kernels: ol_kernels, _ base: UnsafeMutablePointer<Float>
  ) {
    guard let record = convolutions.baseAddress.map({ $0 + Int(operation.record) }) else { return }
    let (a, b) = (base + Int(operation.a), base + Int(operation.b))
    let (addend, gate) = (base + Int(operation.addend), base + Int(operation.gate))
    let out = base + Int(operation.out)
    switch operation.kind {
    case .convolution: kernels.convolve(record, a, b, addend, gate, out)
    case .byInput: kernels.convolve_by_input(record, a, b, addend, gate, out)
    case .byFilter: kernels.convolve_by_filter(record, a, b, addend, gate, out)
    case .product, .elementwise, .sumElementwise, .sum, .transpose, .copy, .fill, .ramp, .maximum,
      .route, .pick,
      .poolSum,
      .spread:
      break
    }
  }

  private func pool(
    _ operation: Operation, _ kernels: ol_kernels, _ base: UnsafeMutablePointer<Float>
  ) {
    guard let record = poolings.baseAddress.map({ $0 + Int(operation.record) }) else { return }
    let (a, b) = (base + Int(operation.a), base + Int(operation.b))
    let out = base + Int(operation.out)
    switch operation.kind {
    case .maximum: kernels.pool_maximum(record, a, out)
    case .route: kernels.pool_route(record, a, b, out)
    case .pick: kernels.pool_pick(record, a, b, out)
    case .poolSum: kernels.pool_sum(record, a, out)
    case .spread: kernels.pool_spread(record, a, out)
    case .product, .elementwise, .sumElementwise, .sum, .transpose, .copy, .fill, .ramp,
      .convolution, .byInput,
      .byFilter:
      break
    }
  }
}
