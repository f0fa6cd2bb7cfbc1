internal import CKernels
internal import Compiler
internal import Graphs
internal import NDArrays

/// Turns instructions into kernel calls.
struct Lowering {
  let program: Program
  let schedule: Schedule
  let plan: MemoryPlan
  var prologue: [Code.Operation] = []
  var body: [Code.Operation] = []
  /// The instructions that each operation of the body computes.
  var computed: [Range<ValueID>] = []
  var parameters = Code.Parameters()
  var pointerOffsets: [Int32] = []
  /// What each operation of the body takes.
  var footprints: [Footprint] = []
  /// What is lowered now, where it is a part.
  private var part: Part?

  /// One part of an instruction in a loop.
  private struct Part {
    let loop: Schedule.Loop
    let index: Int
    /// The values that are cut.
    let cut: [ValueID]
  }

  init(schedule: Schedule, plan: MemoryPlan) {
    (program, self.schedule, self.plan) = (schedule.program, schedule, plan)
  }

  mutating func lower() {
    var next = 0
    for loop in schedule.loops {
      lower(next..<loop.body.lowerBound)
      for index in 0..<loop.parts {
        for id in loop.body { lower(id, part: index, of: loop) }
      }
      next = loop.body.upperBound
    }
    lower(next..<program.instructions.count)
    planFetching()
  }

  private mutating func lower(_ id: ValueID, part index: Int, of loop: Schedule.Loop) {
    let operands = program.instructions[id].operands
    guard let parts = program.imageParts(of: id) else {
      preconditionFailure("an instruction of a loop has parts")
    }
    let cut = zip(operands, parts.isOperandCut).filter(\.1).map(\.0)
    part = Part(loop: loop, index: index, cut: cut + (parts.isResultCut ? [id] : []))
    lower(id)
    part = nil
  }

  mutating func lower(_ id: ValueID) {
    guard var operation = operation(instruction(id)) else { return }
    operation.out = offset(id)
    append(operation, computing: id..<id + 1)
  }

  mutating func append(_ operation: Code.Operation, computing values: Range<ValueID>) {
    if plan.isHoisted[values.lowerBound] {
      prologue.append(operation)
    } else {
      body.append(operation)
      computed.append(values)
      footprints.append(footprint(values))
    }
  }

  /// An instruction, or its part: as if there were no more images.
  private func instruction(_ id: ValueID) -> Instruction {
    var instruction = program.instructions[id]
    guard let part, part.cut.contains(id) else { return instruction }
    instruction.shape = shape(id)
    switch instruction.primitive {
    case .fusedPointwise(var fused):
      fused.target = shape(id)
      instruction.primitive = .fusedPointwise(fused)
    case .fusedSum(var fused):
      fused.terms.target.sizes[0] = part.loop.imagesAtOnce
      fused.target = shape(id)
      instruction.primitive = .fusedSum(fused)
    default: break
    }
    return instruction
  }

  func offset(_ value: ValueID) -> Int32 {
    var offset = plan.offsets[value]
    if let part, part.cut.contains(value), !plan.isPart[value] {
      offset += part.index * shape(value).count
    }
    return Int32(offset)
  }

  func shape(_ value: ValueID) -> Shape {
    var shape = program.instructions[value].shape
    if let part, part.cut.contains(value) { shape.sizes[0] = part.loop.imagesAtOnce }
    return shape
  }

  private mutating func operation(_ instruction: Instruction) -> Code.Operation? {
    switch instruction.primitive {
    // Inputs are written by the caller; a reshape is the same memory, and so is what is picked.
    case .input, .reshape: return nil
    case .fill(let value):
      let fill = ol_fill(count: Int64(instruction.shape.count), value: value)
      return Code.Operation(kind: OL_CALL_FILL, parameters: parameters.append(fill))
    case .ramp:
      let ramp = ol_fill(count: Int64(instruction.shape.count), value: 0)
      return Code.Operation(kind: OL_CALL_RAMP, parameters: parameters.append(ramp))
    case .fusedPointwise(let fused):
      return elementwise(
        OL_CALL_ELEMENTWISE, ol_elementwise(fused, instruction.operands.map(shape)),
        instruction.operands)
    case .fusedSum(let fused):
      return elementwise(
        OL_CALL_SUM_ELEMENTWISE, ol_elementwise(fused, instruction.operands.map(shape)),
        instruction.operands)
    case .product(let product):
      return self.product(FusedProduct(product), instruction.operands, instruction.shape)
    case .fusedProduct(let fused):
      return product(fused, instruction.operands, instruction.shape)
    case .sum: return sum(instruction.operands[0], instruction.shape)
    case .fusedConvolution(let fused): return convolution(fused, instruction.operands)
    case .maximumPooling(let pooling):
      return self.pooling(
        pooling.role.kind, pooling.windows, instruction.operands,
        images: shape(instruction.operands[0]))
    case .sumPooling(let pooling):
      let images = pooling.role == .sum ? shape(instruction.operands[0]) : instruction.shape
      return self.pooling(
        pooling.role.kind, pooling.windows, instruction.operands, images: images)
    case .transpose(let transpose): return self.transpose(transpose, instruction)
    case .winograd(let transform): return winograd(transform, instruction.operands[0])
    case .broadcast: return broadcast(instruction.operands[0], instruction.shape)
    case .element(let element) where element.role == .pick: return nil
    case .pointwise, .convolution, .element, .stop:
      preconditionFailure("\(instruction.primitive) is for the compiler to rewrite")
    }
  }

  private mutating func product(
    _ fused: FusedProduct, _ operands: [ValueID], _ result: Shape
  ) -> Code.Operation {
    guard
      let (m, n, k) = fused.product.sizes(shape(operands[0]), shape(operands[1])),
      fused.product.form != .nt
    else { preconditionFailure("a product that kernels have is plain") }
    let addend = fused.epilogue.addend == .none ? 0 : offset(operands[2])
    let gate = fused.epilogue.gate == .matrix ? offset(operands[operands.count - 1]) : 0
    var record = ol_product(
      m: Int32(m), n: Int32(n), k: Int32(k), a_row: Int32(k), a_column: 1,
      scale: fused.epilogue.scale,
      addend_scale: fused.epilogue.addendScale, addend: fused.epilogue.addend.code,
      gate: fused.epilogue.gate.code)
    var (left, right) = (offset(operands[0]), offset(operands[1]))
    if fused.product.form == .tn {
      (record.a_row, record.a_column) = (1, record.m)
      // One column of a transposed matrix is one row of a plain one: the same chains, side by side.
      if n == 1, fused.epilogue.addend != .row {
        (record.m, record.n, record.a_column) = (1, record.m, 1)
        swap(&left, &right)
      }
    }
    return Code.Operation(
      kind: OL_CALL_PRODUCT, parameters: parameters.append(record), a: left, b: right,
      addend: addend, gate: gate)
  }

  private mutating func elementwise(
    _ kind: Int, _ record: ol_elementwise, _ operands: [ValueID]
  ) -> Code.Operation {
    let start = pointerOffsets.count
    pointerOffsets += operands.map(offset)
    return Code.Operation(
      kind: kind, parameters: parameters.append(record), pointers: Int32(start))
  }

  private mutating func sum(_ operand: ValueID, _ result: Shape) -> Code.Operation {
    let source = shape(operand)
    let summed = source.summedGroups(to: result).first ?? []
    let first = summed.first ?? source.rank
    let last = summed.last ?? source.rank - 1
    func product(_ sizes: ArraySlice<Int>) -> Int64 { Int64(sizes.reduce(1, *)) }
    let extent = ol_extent(
      batch: 1, outer: product(source.sizes[..<first]),
      reduced: first <= last ? product(source.sizes[first...last]) : 1,
      inner: product(source.sizes[(last + 1)...]))
    return Code.Operation(
      kind: OL_CALL_SUM, parameters: parameters.append(extent), a: offset(operand))
  }

  /// Matrices, one after the other; the compiler has made them of any other transpose.
  private mutating func transpose(
    _ transpose: Transpose, _ instruction: Instruction
  ) -> Code.Operation {
    let operand = instruction.operands[0]
    let (source, rank) = (shape(operand), transpose.order.count)
    precondition(
      transpose.order == Array(0..<rank - 2) + [rank - 1, rank - 2],
      "\(transpose.name) is for the compiler to rewrite")
    let extent = ol_extent(
      batch: Int64(source.sizes[..<(rank - 2)].reduce(1, *)), outer: Int64(source[rank - 2]),
      reduced: 1, inner: Int64(source[rank - 1]))
    return Code.Operation(
      kind: OL_CALL_TRANSPOSE, parameters: parameters.append(extent), a: offset(operand))
  }

  private mutating func broadcast(_ operand: ValueID, _ result: Shape) -> Code.Operation {
    copy(operand, result, strides: shape(operand).strides(broadcastTo: result))
  }

  private mutating func copy(
    _ operand: ValueID, _ result: Shape, strides: [Int]
  ) -> Code.Operation {
    precondition(result.rank <= Int(OL_MAX_RANK), "a copy has at most \(OL_MAX_RANK) axes")
    var copy = ol_copy()
    copy.rank = Int32(result.rank)
    for (axis, stride) in strides.enumerated() {
      withUnsafeMutableBytes(of: &copy.size) {
        $0.storeBytes(of: Int32(result[axis]), toByteOffset: axis * 4, as: Int32.self)
      }
      withUnsafeMutableBytes(of: &copy.stride) {
        $0.storeBytes(of: Int32(stride), toByteOffset: axis * 4, as: Int32.self)
      }
    }
    return Code.Operation(
      kind: OL_CALL_COPY, parameters: parameters.append(copy), a: offset(operand))
  }
}

extension Lowering {
  private mutating func convolution(
    _ fused: FusedConvolution, _ operands: [ValueID]
  ) -> Code.Operation {
    let shapes = fused.plain(operands.map(shape))
    guard let channels = fused.convolution.channels(shapes) else {
      preconditionFailure("\(fused.name) does not fit \(shapes)")
    }
    var record = ol_convolution(fused, channels)
    if let part, fused.convolution.role == .byFilter {
      record.continues = part.index > 0
      record.is_open = part.index < part.loop.parts - 1
    }
    return Code.Operation(
      kind: fused.kind,
      parameters: parameters.append(record), a: offset(operands[0]),
      b: offset(operands[1]),
      addend: fused.epilogue.addend == .none ? 0 : offset(operands[2]),
      gate: fused.epilogue.gate == .matrix ? offset(operands[operands.count - 1]) : 0)
  }

  private mutating func winograd(
    _ transform: WinogradTransform, _ operand: ValueID
  ) -> Code.Operation {
    let source = shape(operand)
    let extent = ol_extent(batch: 1, outer: Int64(source[2]), reduced: 1, inner: Int64(source[3]))
    return Code.Operation(
      kind: transform.role.kind, parameters: parameters.append(extent), a: offset(operand))
  }

  private mutating func pooling(
    _ kind: Int, _ windows: Windows, _ operands: [ValueID], images: Shape
  ) -> Code.Operation {
    let record = ol_pooling(windows, images: images[0], channels: images[3])
    return Code.Operation(
      kind: kind, parameters: parameters.append(record), a: offset(operands[0]),
      b: operands.count > 1 ? offset(operands[1]) : 0)
  }
}

extension ol_convolution {
  fileprivate init(_ fused: FusedConvolution, _ channels: Convolution.Channels) {
    let windows = fused.convolution.windows
    self.init(
      images: Int32(channels.images), inputs: Int32(channels.inputs),
      outputs: Int32(channels.outputs), height: Int32(windows.image.height),
      width: Int32(windows.image.width), down: Int32(windows.count.height),
      across: Int32(windows.count.width), filter_height: Int32(windows.size.height),
      filter_width: Int32(windows.size.width), stride_down: Int32(windows.stride.height),
      stride_across: Int32(windows.stride.width), top: Int32(windows.before.height),
      left: Int32(windows.before.width), scale: fused.epilogue.scale,
      addend_scale: fused.epilogue.addendScale, addend: fused.epilogue.addend.code,
      gate: fused.epilogue.gate.code, continues: false, is_open: false)
  }
}

extension ol_pooling {
  fileprivate init(_ windows: Windows, images: Int, channels: Int) {
    self.init(
      images: Int32(images), channels: Int32(channels), height: Int32(windows.image.height),
      width: Int32(windows.image.width), down: Int32(windows.count.height),
      across: Int32(windows.count.width), window_height: Int32(windows.size.height),
      window_width: Int32(windows.size.width), stride_down: Int32(windows.stride.height),
      stride_across: Int32(windows.stride.width))
  }
}

extension FusedConvolution {
  fileprivate var kind: Int {
    switch (algorithm, convolution.role) {
    case (.direct, .forward): OL_CALL_CONVOLVE
    case (.direct, .byInput): OL_CALL_CONVOLVE_BY_INPUT
    case (.direct, .byFilter): OL_CALL_CONVOLVE_BY_FILTER
    case (.winograd, .forward): OL_CALL_WINOGRAD
    case (.winograd, .byInput): OL_CALL_WINOGRAD_BY_INPUT
    case (.winograd, .byFilter): OL_CALL_WINOGRAD_BY_FILTER
    }
  }
}

extension WinogradTransform.Role {
  fileprivate var kind: Int {
    switch self {
    case .filter: OL_CALL_WINOGRAD_FILTER
    case .gradient: OL_CALL_WINOGRAD_GRADIENT
    }
  }
}

extension MaximumPooling.Role {
  fileprivate var kind: Int {
    switch self {
    case .maximum: OL_CALL_POOL_MAXIMUM
    case .route: OL_CALL_POOL_ROUTE
    case .pick: OL_CALL_POOL_PICK
    }
  }
}

extension SumPooling.Role {
  fileprivate var kind: Int {
    switch self {
    case .sum: OL_CALL_POOL_SUM
    case .spread: OL_CALL_POOL_SPREAD
    }
  }
}

extension Epilogue.Addend {
  fileprivate var code: UInt8 {
    switch self {
    case .none: UInt8(OL_ADDEND_NONE)
    case .row: UInt8(OL_ADDEND_ROW)
    case .matrix: UInt8(OL_ADDEND_MATRIX)
    }
  }
}

extension Epilogue.Gate {
  fileprivate var code: UInt8 {
    switch self {
    case .none: UInt8(OL_GATE_NONE)
    case .relu: UInt8(OL_GATE_RELU)
    case .matrix: UInt8(OL_GATE_MATRIX)
    }
  }
}
