import Graphs
import NDArrays

/// Writes a program line by line and never the same line twice.
struct ProgramBuilder {
  private(set) var instructions: [Instruction] = []
  // Looked up by instruction, never iterated.
  private var known: [Instruction: ValueID] = [:]
  private let inputs: [Program.Input]
  /// Which values depend on parameters and constants alone.
  private(set) var isHoisted: [Bool] = []

  init(inputs: [Program.Input]) { self.inputs = inputs }

  /// The value of this instruction: an earlier one where there is one already.
  mutating func define(_ primitive: Primitive, _ operands: [ValueID], _ shape: Shape) -> ValueID {
    let instruction = Instruction(primitive, operands, shape)
    if let earlier = known[instruction] { return earlier }
    instructions.append(instruction)
    isHoisted.append(instruction.isHoisted(inputs) { isHoisted[$0] })
    known[instruction] = instructions.count - 1
    return instructions.count - 1
  }

  /// The value of this instruction where it is written already.
  func written(_ primitive: Primitive, _ operands: [ValueID], _ shape: Shape) -> ValueID? {
    known[Instruction(primitive, operands, shape)]
  }

  subscript(id: ValueID) -> Instruction { instructions[id] }

  /// The constant that a value is everywhere, if it is one.
  func constant(_ id: ValueID) -> Float? {
    if case .fill(let value) = instructions[id].primitive { value } else { nil }
  }

  /// `x` and `c` where a value is `x` times the constant `c`.
  func factored(_ id: ValueID) -> (value: ValueID, factor: Float)? {
    guard case .pointwise(.multiply) = self[id].primitive, let c = constant(self[id].operands[1])
    else { return nil }
    return (self[id].operands[0], c)
  }
}

extension Program {
  /// This program with each instruction rewritten: `rewrite` gets a builder, the instruction and its
  /// operands' new names, and answers with the new name of its value.
  func rewritten(
    _ rewrite: (inout ProgramBuilder, Instruction, [ValueID]) -> ValueID
  ) -> Program {
    var builder = ProgramBuilder(inputs: inputs)
    var names: [ValueID] = []
    for instruction in instructions {
      names.append(rewrite(&builder, instruction, instruction.operands.map { names[$0] }))
    }
    return Program(
      inputs: inputs, instructions: builder.instructions, results: results.map { names[$0] })
  }

  /// This program without the values that no result needs.
  func withoutDeadCode() -> Program {
    var isNeeded = [Bool](repeating: false, count: instructions.count)
    for result in results { isNeeded[result] = true }
    for id in instructions.indices.reversed() where isNeeded[id] {
      for operand in instructions[id].operands { isNeeded[operand] = true }
    }
    var names = [ValueID](repeating: 0, count: instructions.count)
    var kept: [Instruction] = []
    for id in instructions.indices where isNeeded[id] {
      var instruction = instructions[id]
      instruction.operands = instruction.operands.map { names[$0] }
      names[id] = kept.count
      kept.append(instruction)
    }
    return Program(inputs: inputs, instructions: kept, results: results.map { names[$0] })
  }
}
