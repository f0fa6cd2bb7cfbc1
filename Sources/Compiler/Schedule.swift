public import Graphs
import NDArrays

/// A program in the order in which it runs, some stretches of it a few images at a time.
///
/// What follows a convolution (pooling, sums, the next convolution) then reads what is still in a
/// cache, and what only the stretch reads takes the memory of a few images. No result depends on it:
/// parts are cut where no chain of additions is, or where the chain goes on in the next part.
public struct Schedule: Sendable {
  /// Neighbouring instructions that are computed part by part.
  public struct Loop: Equatable, Sendable {
    public let body: Range<ValueID>
    /// How many images there are, and how many to a part; the latter divides the former.
    public let images: Int
    public let imagesAtOnce: Int

    public var parts: Int { images / imagesAtOnce }
  }

  public let program: Program
  public let loops: [Loop]

  /// Every instruction one after the other.
  public init(inOrder program: Program) { (self.program, loops) = (program, []) }

  /// What works on at least so many floats is cut, into parts of about so many where an image has fewer.
  ///
  /// The first as floats of the largest value of a loop; the second for each of its values.
  public init(_ program: Program, cutting limits: Limits = Limits()) {
    var scheduler = Scheduler(program: program, limits: limits)
    (self.program, loops) = scheduler.scheduled()
  }

  public struct Limits: Equatable, Sendable {
    /// Floats of a value from which on it is worth while to be cut.
    public var value = 1 << 17
    /// Floats of a part, where an image has fewer.
    public var part = 1 << 16

    public init() {}

    public init(value: Int, part: Int) { (self.value, self.part) = (value, part) }
  }

  /// The loop that each instruction is in.
  public var loopOfInstruction: [Loop?] {
    var loop = [Loop?](repeating: nil, count: program.instructions.count)
    for each in loops { for id in each.body { loop[id] = each } }
    return loop
  }
}

/// Writes a program anew: what stands in nobody's way waits until it is needed.
private struct Scheduler {
  let program: Program
  let limits: Schedule.Limits
  let parts: [ImageParts?]
  var order: [ValueID] = []
  var loops: [Schedule.Loop] = []

  init(program: Program, limits: Schedule.Limits) {
    (self.program, self.limits) = (program, limits)
    let isHoisted = program.hoisted
    parts = program.instructions.indices.map { isHoisted[$0] ? nil : program.imageParts(of: $0) }
  }

  mutating func scheduled() -> (Program, [Schedule.Loop]) {
    let isHoisted = program.hoisted
    order = program.instructions.indices.filter { isHoisted[$0] }
    var waiting = program.instructions.indices.filter { !isHoisted[$0] }
    while let first = waiting.first {
      guard isLarge(first), let images = parts[first]?.images else {
        order.append(first)
        waiting.removeFirst()
        continue
      }
      var stretch = Stretch(images: images, parts: parts, program: program)
      for id in waiting { stretch.take(id) }
      stretch.leaveEarly()
      append(stretch, first)
      waiting = stretch.others.filter { $0 != first }
    }
    return (program.reordered(order), loops)
  }

  private mutating func append(_ stretch: Stretch, _ first: ValueID) {
    guard !stretch.members.isEmpty else {
      order.append(first)
      return
    }
    order += stretch.before
    let start = order.count
    order += stretch.members
    guard stretch.members.count > 1, let count = imagesAtOnce(stretch) else { return }
    loops.append(
      Schedule.Loop(body: start..<order.count, images: stretch.images, imagesAtOnce: count))
  }

  private func isLarge(_ id: ValueID) -> Bool {
    let instruction = program.instructions[id]
    let values = instruction.operands + [id]
    return values.contains { program.instructions[$0].shape.count >= limits.value }
  }

  /// The most images whose values are within the limit, or one; every part must be whole lines of memory.
  private func imagesAtOnce(_ stretch: Stretch) -> Int? {
    let floats = stretch.members.filter { parts[$0]?.isResultCut == true }.map {
      program.instructions[$0].shape.count / stretch.images
    }
    let largest = floats.max() ?? 0
    return (1..<stretch.images).filter { count in
      stretch.images % count == 0 && (count == 1 || count * largest <= limits.part)
        && floats.allSatisfy { $0 * count % MemoryPlan.alignment == 0 }
    }.last
  }
}

/// Instructions that are computed together, and what comes before and after.
private struct Stretch {
  let images: Int
  let parts: [ImageParts?]
  let program: Program
  private(set) var members: [ValueID] = []
  private var state: [ValueID: State] = [:]
  private var waiting: [ValueID] = []

  /// What is not here was computed before.
  private enum State {
    /// Computed part by part, and cut as its readers are.
    case cut
    /// Known only when all parts are.
    case late
    /// Could be computed before.
    case free
  }

  init(images: Int, parts: [ImageParts?], program: Program) {
    (self.images, self.parts, self.program) = (images, parts, program)
  }

  mutating func take(_ id: ValueID) {
    let operands = program.instructions[id].operands
    if isMember(id, operands) {
      members.append(id)
      state[id] = parts[id]?.isResultCut == true ? .cut : .late
    } else {
      let isFree = operands.allSatisfy { state[$0] == nil || state[$0] == .free }
      state[id] = isFree ? .free : .late
      waiting.append(id)
    }
  }

  private func isMember(_ id: ValueID, _ operands: [ValueID]) -> Bool {
    guard let parts = parts[id], parts.images == images else { return false }
    var isNear = members.isEmpty
    for (operand, isCut) in zip(operands, parts.isOperandCut) {
      switch state[operand] {
      case .cut: if !isCut { return false }
      case .late: return false
      case .free, nil: continue
      }
      isNear = true
    }
    return isNear
  }

  /// Leaves to a later stretch what none of this reads and what takes more room than what it is made of.
  mutating func leaveEarly() {
    var isRead = Set<ValueID>()
    for id in members.reversed() {
      let operands = program.instructions[id].operands
      let made = operands.filter { state[$0] == .cut }.map { program.instructions[$0].shape.count }
      if state[id] == .cut, !isRead.contains(id),
        program.instructions[id].shape.count > made.reduce(0, +)
      {
        waiting.append(id)
        state[id] = .late
      } else {
        isRead.formUnion(operands)
      }
    }
    members.removeAll { state[$0] == .late && parts[$0]?.isResultCut == true }
    waiting.sort()
  }

  /// What members need of what waits.
  var before: [ValueID] {
    var isNeeded = Set(members.flatMap { program.instructions[$0].operands })
    for id in waiting.reversed() where isNeeded.contains(id) {
      isNeeded.formUnion(program.instructions[id].operands)
    }
    return waiting.filter { isNeeded.contains($0) }
  }

  var others: [ValueID] {
    let before = Set(before)
    return waiting.filter { !before.contains($0) }
  }
}

extension Program {
  func reordered(_ order: [ValueID]) -> Program {
    var names = [ValueID](repeating: 0, count: instructions.count)
    for (name, id) in order.enumerated() { names[id] = name }
    let reordered = order.map { id in
      var instruction = instructions[id]
      instruction.operands = instruction.operands.map { names[$0] }
      return instruction
    }
    return Program(inputs: inputs, instructions: reordered, results: results.map { names[$0] })
  }
}
