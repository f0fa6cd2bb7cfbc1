public import NDArrays

/// The product of two matrices, either of which may be read transposed.
///
/// - Shapes: `nn` is `[m, k] [k, n]`, `nt` is `[m, k] [n, k]ᵀ`, `tn` is `[k, m]ᵀ [k, n]`; the result
///   is `[m, n]`.
/// - Derivative: two products of the same family, which is why there are three forms and no more.
/// - Cost: `2 m k n` flops, summed over `k` in ascending order.
public struct Product: DifferentiableOperation {
  public enum Form: String, Hashable, Sendable, CaseIterable { case nn, nt, tn }

  public var form: Form

  public init(_ form: Form) { self.form = form }

  public var name: String { "product.\(form.rawValue)" }

  /// The sizes of the product of matrices of these shapes.
  public func sizes(_ a: Shape, _ b: Shape) -> (m: Int, n: Int, k: Int)? {
    guard a.rank == 2, b.rank == 2 else { return nil }
    let (m, k) = form == .tn ? (a[1], a[0]) : (a[0], a[1])
    let (n, other) = form == .nt ? (b[0], b[1]) : (b[1], b[0])
    return k == other ? (m, n, k) : nil
  }

  public func shape(of x: [Shape]) throws(ShapeError) -> Shape {
    guard x.count == 2, let (m, n, _) = sizes(x[0], x[1]) else { throw ShapeError(self, x) }
    return [m, n]
  }

  public func pullback(_ dc: Tensor, _ x: [Tensor], _ c: Tensor) -> [Tensor?] {
    let (a, b) = (x[0], x[1])
    return switch form {
    case .nn: [product(.nt, dc, b), product(.tn, a, dc)]
    case .nt: [product(.nn, dc, b), product(.tn, dc, a)]
    case .tn: [product(.nt, b, dc), product(.nn, a, dc)]
    }
  }

  public func reference(_ x: [Reference.Value], _ result: Shape) -> [Double] {
    guard let (m, n, k) = sizes(x[0].shape, x[1].shape) else { return [] }
    let (a, b) = (x[0].elements, x[1].elements)
    var c = [Double](repeating: 0, count: m * n)
    for i in 0..<m {
      for j in 0..<n {
        for p in 0..<k {
          c[i * n + j] +=
            a[form == .tn ? p * m + i : i * k + p] * b[form == .nt ? j * k + p : p * n + j]
        }
      }
    }
    return c
  }
}
