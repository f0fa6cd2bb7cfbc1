import NDArrays

/// What usually follows a product `p` or a convolution: `gate(scale p + addendScale addend)`.
///
/// Operands: the addend and the gate, where there are.
public struct Epilogue: Hashable, Sendable {
  public enum Addend: String, Hashable, Sendable {
    case none
    /// As many numbers as the last axis has, added to each row of it.
    case row
    case matrix
  }

  public enum Gate: String, Hashable, Sendable {
    case none
    case relu
    /// Passes where the last operand, of the result's shape, is positive.
    case matrix
  }

  public var scale: Float
  public var addend: Addend
  public var addendScale: Float
  public var gate: Gate

  public init(
    scale: Float = 1, addend: Addend = .none, addendScale: Float = 1, gate: Gate = .none
  ) {
    (self.scale, self.addend, self.addendScale, self.gate) = (scale, addend, addendScale, gate)
  }

  /// What it adds to the name of what it follows.
  var text: String {
    var text = ""
    if scale != 1 { text += " scale \(scale)" }
    if addend != .none { text += " addend \(addend.rawValue)" }
    if addendScale != 1 { text += " times \(addendScale)" }
    if gate != .none { text += " gate \(gate.rawValue)" }
    return text
  }

  /// Whether its operands have as many elements as they must.
  func fits(_ x: ArraySlice<Shape>, to result: Shape) -> Bool {
    let whole = result.count
    let row = result[result.rank - 1]
    let addends = addend == .none ? [] : [addend == .row ? row : whole]
    return x.map(\.count) == addends + (gate == .matrix ? [whole] : [])
  }

  func reference(_ values: [Double], _ x: ArraySlice<Reference.Value>) -> [Double] {
    let added = addend == .none ? [0] : x.first?.elements ?? []
    return values.enumerated().map { index, value in
      let sum = Double(scale) * value + Double(addendScale) * added[index % added.count]
      return switch gate {
      case .none: sum
      case .relu: max(sum, 0)
      case .matrix: x.last.map { $0.elements[index] > 0 } ?? false ? sum : 0
      }
    }
  }
}
