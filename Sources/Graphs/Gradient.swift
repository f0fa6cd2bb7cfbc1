import NDArrays

/// The derivative of a scalar with respect to each target.
///
/// Reverse accumulation over the trace, newest value first. What it appends is ordinary program, so
/// a gradient may itself be differentiated.
public func gradient(of loss: Tensor, at targets: [Tensor]) -> [Tensor] {
  precondition(loss.shape == [], "a gradient is of a scalar, not of the shape \(loss.shape)")
  let trace = loss.trace
  let depends = trace.dependents(of: targets, through: loss.id)
  // Looked up by value, never iterated.
  var cotangents: [ValueID: Tensor] = [loss.id: loss.filled(with: 1)]

  for id in (0...loss.id).reversed() where depends[id] {
    let instruction = trace.instructions[id]
    guard let cotangent = cotangents[id], let operation = instruction.primitive.differentiable
    else { continue }
    let flows = operation.pullback(
      cotangent, instruction.operands.map(trace.tensor), trace.tensor(id))
    for case (let operand, let flow?) in zip(instruction.operands, flows) where depends[operand] {
      cotangents[operand] = cotangents[operand].map { $0 + flow } ?? flow
    }
  }
  return targets.map { cotangents[$0.id] ?? $0.filled(with: 0) }
}

extension Trace {
  /// Which values up to `last` are computed from any of `targets`.
  fileprivate func dependents(of targets: [Tensor], through last: ValueID) -> [Bool] {
    var depends = [Bool](repeating: false, count: last + 1)
    for target in targets where target.id <= last { depends[target.id] = true }
    for id in 0...last where instructions[id].operands.contains(where: { depends[$0] }) {
      depends[id] = true
    }
    return depends
  }
}
