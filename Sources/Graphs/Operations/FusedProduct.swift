public import NDArrays

/// `gate(scale (a b) + addendScale addend)`, the matrix product with what usually follows it.
///
/// Operands: `a`, `b`, then the addend and the gate where there are. Written by the compiler.
public struct FusedProduct: Operation {
  public var product: Product
  public var epilogue: Epilogue

  public init(_ product: Product, _ epilogue: Epilogue = Epilogue()) {
    (self.product, self.epilogue) = (product, epilogue)
  }

  public var name: String { product.name + epilogue.text }

  public func shape(of x: [Shape]) throws(ShapeError) -> Shape {
    guard x.count >= 2, let (m, n, _) = product.sizes(x[0], x[1]),
      epilogue.fits(x[2...], to: [m, n])
    else { throw ShapeError(self, x) }
    return [m, n]
  }

  public func reference(_ x: [Reference.Value], _ result: Shape) -> [Double] {
    epilogue.reference(product.reference(Array(x[..<2]), result), x[2...])
  }
}
