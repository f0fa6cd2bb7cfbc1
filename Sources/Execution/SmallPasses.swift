internal import CKernels
internal import Compiler
internal import Graphs
internal import NDArrays

/// Small passes of the same steps that stand side by side, as one call.
extension Lowering {
  /// Fewer are as well off each by itself.
  private static let fewest = 3

  mutating func lower(_ range: Range<ValueID>) {
    var next = range.lowerBound
    while next < range.upperBound {
      let passes = smallPasses(from: next, before: range.upperBound)
      if passes.count >= Self.fewest { lower(together: passes) } else { lower(next) }
      next = passes.count >= Self.fewest ? passes.upperBound : next + 1
    }
  }

  /// As many as one call takes.
  private func smallPasses(from first: ValueID, before end: ValueID) -> Range<ValueID> {
    guard let steps = program.smallPass(first) else { return first..<first }
    var (last, gathered) = (first, 0)
    while last < end, last - first < Int(OL_MAX_SETS), program.smallPass(last) == steps,
      plan.isHoisted[last] == plan.isHoisted[first]
    {
      gathered += padded(last)
      if gathered > Int(OL_MAX_GATHERED) { break }
      last += 1
    }
    return first..<last
  }

  private func padded(_ id: ValueID) -> Int {
    let unit = MemoryPlan.alignment
    return (program.instructions[id].shape.count + unit - 1) / unit * unit
  }

  private mutating func lower(together passes: Range<ValueID>) {
    guard case .fusedPointwise(var fused) = program.instructions[passes.lowerBound].primitive
    else { preconditionFailure("a small pass is fused") }
    fused.target = [passes.map(padded).reduce(0, +)]
    let operands = program.instructions[passes.lowerBound].operands.count
    var several = ol_several()
    several.all = ol_elementwise(fused, Array(repeating: fused.target, count: operands))
    several.sets = Int32(passes.count)
    let start = pointerOffsets.count
    for (index, id) in passes.enumerated() {
      several.set(\.count, index, Int32(program.instructions[id].shape.count))
      several.set(\.repeated, index, repeatedOperands(id))
      pointerOffsets += (program.instructions[id].operands + [id]).map(offset)
    }
    let operation = Code.Operation(
      kind: OL_CALL_SEVERAL, parameters: parameters.append(several), pointers: Int32(start))
    append(operation, computing: passes)
  }

  /// Bit `i`: whether operand `i` is one value.
  private func repeatedOperands(_ id: ValueID) -> UInt8 {
    program.instructions[id].operands.enumerated().reduce(0) { bits, operand in
      bits | (shape(operand.element).count == 1 ? 1 << operand.offset : 0)
    }
  }
}
