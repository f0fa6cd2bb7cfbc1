public import NDArrays

/// How a convolution is computed.
public enum ConvolutionAlgorithm: String, Hashable, Sendable {
  /// Term by term.
  case direct
  /// By Winograd's F(2x2, 3x3), which multiplies less: with 3x3 filters and strides of one.
  ///
  /// The filter that is read is one that ``WinogradTransform`` has brought to its 4x4 positions; the
  /// gradient of a filter is what that transform brings back from them.
  case winograd
}

/// The transform of a filter before convolutions by Winograd's algorithm, or of its gradient after them.
///
/// - Shapes: `filter` makes `[4, 4, a, b]` of `[3, 3, a, b]`, `gradient` the reverse.
/// - Source: Lavin & Gray 2016, "Fast Algorithms for Convolutional Neural Networks", section 4.1.
public struct WinogradTransform: Operation {
  public enum Role: String, Hashable, Sendable {
    case filter
    /// The transpose of `filter`.
    case gradient
  }

  public var role: Role

  public init(_ role: Role) { self.role = role }

  public var name: String { "winograd.\(role.rawValue)" }

  public func shape(of x: [Shape]) throws(ShapeError) -> Shape {
    let (from, to) = role == .filter ? (3, 4) : (4, 3)
    guard x.count == 1, x[0].rank == 4, x[0][0] == from, x[0][1] == from else {
      throw ShapeError(self, x)
    }
    return [to, to, x[0][2], x[0][3]]
  }

  public func reference(_ x: [Reference.Value], _ result: Shape) -> [Double] {
    let matrix = role == .filter ? Winograd.filter : Winograd.filter.transposed
    return Winograd.transformed(x[0].elements, by: matrix)
  }
}

/// The matrices of F(2x2, 3x3), in rows.
enum Winograd {
  typealias Matrix = [[Double]]

  static let patch: Matrix = [[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]]
  static let filter: Matrix = [[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]]
  static let square: Matrix = [[1, 1, 1, 0], [0, 1, -1, -1]]
  /// Makes a filter of its positions.
  static let restored: Matrix = [[1, 0, 0, 0], [0, 1, -1, 0], [0, 0, 0, 1]]

  /// `m x mᵀ` for each of the matrices `x` that stand side by side, row-major, element by element.
  static func transformed(_ x: [Double], by m: Matrix) -> [Double] {
    let (side, result) = (m[0].count, m.count)
    let step = x.count / (side * side)
    var y = [Double](repeating: 0, count: result * result * step)
    for place in 0..<result * result {
      for source in 0..<side * side {
        let factor = m[place / result][source / side] * m[place % result][source % side]
        guard factor != 0 else { continue }
        for k in 0..<step { y[place * step + k] += factor * x[source * step + k] }
      }
    }
    return y
  }
}

extension Winograd.Matrix {
  fileprivate var transposed: Self { self[0].indices.map { column in map { $0[column] } } }
}

extension Convolution {
  /// The gradient of a filter at its 4x4 positions, `[4, 4, inputs, outputs]`: for each square of 2x2
  /// windows, what its patch of pixels becomes times what its windows become, summed over squares.
  func winogradGradient(_ x: Reference.Value, _ y: Reference.Value) -> [Double] {
    let (inputs, outputs) = (x.shape[3], y.shape[3])
    var total = [Double](repeating: 0, count: 16 * inputs * outputs)
    forEachSquare(images: x.shape[0]) { image, row, column in
      let corner = (row - windows.before.height, column - windows.before.width)
      let patch = Winograd.transformed(
        x.cut(image, from: corner, side: 4), by: Winograd.patch)
      let square = Winograd.transformed(
        y.cut(image, from: (row, column), side: 2), by: Winograd.square.transposed)
      for index in total.indices {
        let (place, input) = (index / outputs / inputs, index / outputs % inputs)
        total[index] += patch[place * inputs + input] * square[place * outputs + index % outputs]
      }
    }
    return total
  }

  private func forEachSquare(images: Int, _ body: (_ image: Int, _ row: Int, _ column: Int) -> Void)
  {
    for image in 0..<images {
      for row in stride(from: 0, to: windows.count.height, by: 2) {
        for column in stride(from: 0, to: windows.count.width, by: 2) { body(image, row, column) }
      }
    }
  }
}

extension Reference.Value {
  /// A square of an image, zero where it is outside.
  fileprivate func cut(_ image: Int, from corner: (row: Int, column: Int), side: Int) -> [Double] {
    (0..<side * side).flatMap { place -> [Double] in
      let (row, column) = (corner.row + place / side, corner.column + place % side)
      guard 0..<shape[1] ~= row, 0..<shape[2] ~= column else {
        return Array(repeating: 0, count: shape[3])
      }
      let first = ((image * shape[1] + row) * shape[2] + column) * shape[3]
      return Array(elements[first..<first + shape[3]])
    }
  }
}
