public import Graphs
import NDArrays

extension Program {
  /// The most floats that are alive at the same time, if each value has memory of its own from where it is
  /// defined to where it is read last, and inputs and results have it for the whole run.
  public var liveFloats: Int {
    var death = Array(instructions.indices)
    for (id, instruction) in instructions.enumerated() {
      for operand in instruction.operands { death[operand] = id }
    }
    for id in instructions.indices {
      if case .input = instructions[id].primitive { death[id] = instructions.count }
    }
    for result in results { death[result] = instructions.count }
    var ended = [Int](repeating: 0, count: instructions.count + 1)
    var (alive, most) = (0, 0)
    for (id, instruction) in instructions.enumerated() {
      alive += instruction.shape.count
      ended[death[id]] += instruction.shape.count
      most = max(most, alive)
      alive -= ended[id]
    }
    return most
  }
}
