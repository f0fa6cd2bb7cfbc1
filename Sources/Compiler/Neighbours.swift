public import Graphs
import NDArrays

extension Program {
  /// Small passes of the same steps one after the other, each as late as its first reader allows: so one
  /// call can compute several of them.
  func withNeighbours() -> Program {
    var waiting = WaitingPasses(program: self)
    for id in instructions.indices { waiting.take(id) }
    waiting.writeAll()
    return reordered(waiting.order)
  }

  /// The steps of an instruction that is better computed in one call with others of the same steps: it has
  /// few elements, operands as many or one, and so many steps that it pays to gather them.
  public func smallPass(_ id: ValueID) -> [FusedPointwise.Step]? {
    guard case .fusedPointwise(let fused) = instructions[id].primitive,
      fused.steps.count >= PointwiseLimits.gatheredSteps,
      fused.target.count <= PointwiseLimits.smallPass,
      instructions[id].operands.allSatisfy({
        let count = instructions[$0].shape.count
        return count == 1 || count == fused.target.count
      })
    else { return nil }
    return fused.steps
  }
}

/// Orders a program; small passes wait until somebody reads one of those with the same steps, and what is
/// the same memory under another name until somebody reads it.
private struct WaitingPasses {
  struct Kind: Hashable {
    var steps: [FusedPointwise.Step]
    var isHoisted: Bool
  }

  let program: Program
  let isHoisted: [Bool]
  private(set) var order: [ValueID] = []
  private var passes: [(id: ValueID, kind: Kind)] = []
  private var views: [ValueID] = []

  init(program: Program) { (self.program, isHoisted) = (program, program.hoisted) }

  mutating func take(_ id: ValueID) {
    if program.instructions[id].primitive.offsetInOperand != nil {
      views.append(id)
      return
    }
    for operand in program.instructions[id].operands { write(operand) }
    if let steps = program.smallPass(id) {
      passes.append((id, Kind(steps: steps, isHoisted: isHoisted[id])))
    } else {
      order.append(id)
    }
  }

  mutating func writeAll() {
    while let pass = passes.first { write(pass.id) }
    while let view = views.first { write(view) }
  }

  private mutating func write(_ id: ValueID) {
    if let view = views.firstIndex(of: id) {
      views.remove(at: view)
      for operand in program.instructions[id].operands { write(operand) }
      order.append(id)
    } else if let kind = passes.first(where: { $0.id == id })?.kind {
      order += passes.filter { $0.kind == kind }.map(\.id)
      passes.removeAll { $0.kind == kind }
    }
  }
}
