public import NDArrays

/// One element of a tensor, or one among zeros; each the other's transpose.
///
/// - Shapes: `pick` takes a tensor of the shape `whole` to `[]`, and `place` the other way.
/// - Derivative: that of `pick` is placed, and that of `place` picked.
/// - Cost: none to pick, since an element is read where it stands; to place, one pass over `whole`.
public struct Element: DifferentiableOperation {
  public enum Role: String, Hashable, Sendable { case pick, place }

  public var role: Role
  /// In row-major order.
  public var index: Int
  public var whole: Shape

  public init(_ role: Role, _ index: Int, of whole: Shape) {
    (self.role, self.index, self.whole) = (role, index, whole)
  }

  public var name: String { "\(role.rawValue) \(index)" }

  public func shape(of x: [Shape]) throws(ShapeError) -> Shape {
    guard x == [role == .pick ? whole : []], whole.count > index, index >= 0 else {
      throw ShapeError(self, x)
    }
    return role == .pick ? [] : whole
  }

  public func pullback(_ dy: Tensor, _ x: [Tensor], _ y: Tensor) -> [Tensor?] {
    [role == .pick ? dy.placed(at: index, in: whole) : dy.element(index)]
  }

  public func reference(_ x: [Reference.Value], _ result: Shape) -> [Double] {
    role == .pick
      ? [x[0].elements[index]] : (0..<whole.count).map { $0 == index ? x[0].elements[0] : 0 }
  }
}

extension Tensor {
  /// The element of this index in row-major order, of shape `[]`.
  public func element(_ index: Int) -> Tensor {
    trace.record(.element(Element(.pick, index, of: shape)), [self])
  }

  /// This number at `index`, in row-major order, among zeros.
  public func placed(at index: Int, in whole: Shape) -> Tensor {
    trace.record(.element(Element(.place, index, of: whole)), [self])
  }
}
