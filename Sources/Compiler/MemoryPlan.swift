public import Graphs
import NDArrays

/// Where each value of a program stands in one arena, and how large the arena is.
///
/// Two values share memory when one is dead before the other is born. Inputs, results, and what
/// depends on parameters alone keep their place for the whole run. A value that only one loop of the
/// schedule reads has memory for one part.
public struct MemoryPlan: Equatable, Sendable {
  /// Offsets and sizes are multiples of this many floats: 64 bytes, a cache line.
  public static let alignment = 16

  /// Of each value, in floats.
  public private(set) var offsets: [Int]
  /// Of the arena, in floats.
  public private(set) var floats = 0
  /// The most that is alive at the same time, in floats: no plan for this schedule has a smaller arena.
  public let liveFloats: Int
  /// Which values depend on parameters and constants alone.
  public let isHoisted: [Bool]
  /// Which values have memory for one part of their loop.
  public let isPart: [Bool]

  /// What an arena takes, exactly.
  public var peakBytes: Int { floats * MemoryLayout<Float>.size }

  /// Of a program that runs in the order in which it is written.
  public init(_ program: Program) { self.init(Schedule(inOrder: program)) }

  /// The memory of ``liveFloats``.
  public var liveBytes: Int { liveFloats * MemoryLayout<Float>.size }

  public init(_ schedule: Schedule) {
    let program = schedule.program
    isHoisted = program.hoisted
    isPart = schedule.parts
    var buffers = Buffers(schedule, isHoisted: isHoisted, isPart: isPart)
    buffers.shareInPlace(program)
    let placed = buffers.placed()
    offsets = program.instructions.indices.map {
      placed.offsets[buffers.buffer[$0]] + buffers.start[$0]
    }
    floats = placed.floats
    liveFloats = buffers.mostAlive
  }
}

extension Program {
  /// Which values can be computed once for many runs: no data reaches them.
  var hoisted: [Bool] {
    var isHoisted: [Bool] = []
    for instruction in instructions {
      isHoisted.append(instruction.isHoisted(inputs) { isHoisted[$0] })
    }
    return isHoisted
  }
}

extension Schedule {
  /// Which values are computed in a loop and read by nobody outside it.
  fileprivate var parts: [Bool] {
    let loop = loopOfInstruction
    var isPart = program.instructions.indices.map {
      loop[$0] != nil && program.imageParts(of: $0)?.isResultCut == true
    }
    for (id, instruction) in program.instructions.enumerated() {
      for operand in instruction.operands where loop[operand] != loop[id] {
        isPart[operand] = false
      }
    }
    for result in program.results { isPart[result] = false }
    return isPart
  }
}

extension Instruction {
  /// Whether no data reaches it, given whether any reaches its operands.
  func isHoisted(_ inputs: [Program.Input], _ isOperandHoisted: (ValueID) -> Bool) -> Bool {
    if case .input(let index) = primitive { return inputs[index].role == .parameter }
    return operands.allSatisfy(isOperandHoisted)
  }
}

extension Primitive {
  /// Where in its operand's memory a value starts that is a part of it, or the same under another shape.
  var offsetInOperand: Int? {
    if case .reshape = self { return 0 }
    if case .element(let element) = self, element.role == .pick { return element.index }
    return nil
  }
}

/// Stretches of memory with the time they are needed, before they have a place.
private struct Buffers {
  struct Buffer {
    var floats: Int
    var birth: Int
    var death: Int
    /// Whether its owner may not be overwritten before the end.
    var isKept: Bool
  }

  /// Of each value.
  var buffer: [Int] = []
  /// Where each value starts in its buffer.
  var start: [Int] = []
  var buffers: [Buffer] = []
  let loop: [Schedule.Loop?]
  let isPart: [Bool]

  init(_ schedule: Schedule, isHoisted: [Bool], isPart: [Bool]) {
    let program = schedule.program
    let end = program.instructions.count
    (loop, self.isPart) = (schedule.loopOfInstruction, isPart)
    for (id, instruction) in program.instructions.enumerated() {
      if let offset = instruction.primitive.offsetInOperand {
        buffer.append(buffer[instruction.operands[0]])
        start.append(start[instruction.operands[0]] + offset)
      } else {
        buffer.append(buffers.count)
        start.append(0)
        buffers.append(made(instruction, id, isHoisted: isHoisted[id], end: end))
      }
      for operand in instruction.operands { extend(operand, to: lastTime(of: operand, readBy: id)) }
      if isHoisted[id] { keep(id, until: end) }
    }
    for result in program.results { keep(result, until: end) }
  }

  private func made(_ instruction: Instruction, _ id: Int, isHoisted: Bool, end: Int) -> Buffer {
    let isInput = if case .input = instruction.primitive { true } else { false }
    let unit = MemoryPlan.alignment
    let floats = instruction.shape.count / (isPart[id] ? loop[id]?.parts ?? 1 : 1)
    return Buffer(
      floats: max(1, (floats + unit - 1) / unit) * unit,
      birth: isInput || isHoisted ? -1 : firstTime(of: id), death: isInput ? end : id,
      isKept: isInput)
  }

  /// When a value is first written: all of it must have a place as soon as its loop starts.
  private func firstTime(of value: ValueID) -> Int {
    isPart[value] ? value : loop[value]?.body.lowerBound ?? value
  }

  /// When a reader reads a value for the last time: in the last part of its loop.
  private func lastTime(of value: ValueID, readBy reader: Int) -> Int {
    isPart[value] ? reader : (loop[reader]?.body.upperBound ?? reader + 1) - 1
  }

  private mutating func extend(_ value: ValueID, to time: Int) {
    buffers[buffer[value]].death = max(buffers[buffer[value]].death, time)
  }

  private mutating func keep(_ value: ValueID, until end: Int) {
    extend(value, to: end)
    buffers[buffer[value]].isKept = true
  }

  /// Lets a result take the place of an operand that dies with it, where the kernel reads an element
  /// before it writes it.
  mutating func shareInPlace(_ program: Program) {
    for (id, instruction) in program.instructions.enumerated()
    where buffers[buffer[id]].birth == firstTime(of: id) {
      guard
        let operand = overwritable(instruction, in: program).first(where: {
          canTake(id, over: $0, in: program)
        })
      else {
        continue
      }
      let (mine, theirs) = (buffer[id], buffer[operand])
      buffers[theirs].death = buffers[mine].death
      buffers[theirs].isKept = buffers[mine].isKept
      buffers[mine].floats = 0
      for value in id..<buffer.count where buffer[value] == mine { buffer[value] = theirs }
    }
  }

  private func canTake(_ value: ValueID, over operand: ValueID, in program: Program) -> Bool {
    let (mine, theirs) = (buffers[buffer[value]], buffers[buffer[operand]])
    return !theirs.isKept && theirs.floats == mine.floats && isPart[value] == isPart[operand]
      && theirs.death == lastTime(of: operand, readBy: value)
      && isLastReader(value, of: operand, in: program)
  }

  /// Whether no other instruction of a loop reads what another part may have overwritten.
  private func isLastReader(
    _ value: ValueID, of operand: ValueID, in program: Program
  ) -> Bool {
    guard !isPart[operand], let loop = loop[value] else { return true }
    return loop.body.allSatisfy { id in
      id == value || !program.instructions[id].operands.contains { buffer[$0] == buffer[operand] }
    }
  }

  private func overwritable(_ instruction: Instruction, in program: Program) -> [ValueID] {
    switch instruction.primitive {
    case .fusedPointwise:
      instruction.operands.filter {
        program.instructions[$0].shape.count == instruction.shape.count
      }
    case .fusedProduct(let operation) where operation.epilogue.addend == .matrix:
      addend(instruction)
    // With a scale, the addend is read last, when part of the chain already stands in its place.
    case .fusedConvolution(let operation)
    where operation.epilogue.addend == .matrix && operation.epilogue.scale == 1:
      addend(instruction)
    case .input, .fill, .ramp, .pointwise, .product, .convolution, .maximumPooling, .sumPooling,
      .broadcast,
      .sum, .reshape, .transpose, .element, .stop, .fusedProduct, .fusedConvolution, .fusedSum,
      .winograd:
      []
    }
  }

  /// The addend of a product or a convolution, where no factor is the same memory.
  private func addend(_ instruction: Instruction) -> [ValueID] {
    [instruction.operands[2]].filter { addend in
      instruction.operands[..<2].allSatisfy { buffer[$0] != buffer[addend] }
    }
  }

  /// The most floats that buffers alive at the same time have.
  var mostAlive: Int {
    // Births are counted from -1, where inputs are written.
    let end = (buffers.map(\.death).max() ?? 0) + 1
    var change = [Int](repeating: 0, count: end + 2)
    for buffer in buffers {
      change[buffer.birth + 1] += buffer.floats
      change[buffer.death + 2] -= buffer.floats
    }
    var (alive, most) = (0, 0)
    for step in change {
      alive += step
      most = max(most, alive)
    }
    return most
  }

  /// A place for each buffer: the largest first, each as low as those alive with it allow.
  func placed() -> (offsets: [Int], floats: Int) {
    var offsets = [Int](repeating: 0, count: buffers.count)
    var floats = 0
    var settled: [Int] = []
    let order = buffers.indices.filter { buffers[$0].floats > 0 }.sorted {
      (buffers[$1].floats, $0) < (buffers[$0].floats, $1)
    }
    for index in order {
      let neighbours = settled.filter { overlap(index, $0) }.sorted { offsets[$0] < offsets[$1] }
      var offset = 0
      for other in neighbours where offset + buffers[index].floats > offsets[other] {
        offset = max(offset, offsets[other] + buffers[other].floats)
      }
      offsets[index] = offset
      floats = max(floats, offset + buffers[index].floats)
      settled.append(index)
    }
    return (offsets, floats)
  }

  private func overlap(_ a: Int, _ b: Int) -> Bool {
    buffers[a].birth <= buffers[b].death && buffers[b].birth <= buffers[a].death
  }
}
