public import NDArrays

/// One arithmetic idea: how shapes combine and what the values are.
public protocol Operation: Hashable, Sendable {
  /// What the text form of a program calls it.
  var name: String { get }

  /// The shape of the result, or why there is none.
  func shape(of operands: [Shape]) throws(ShapeError) -> Shape

  /// The definition in float64, one obvious loop. Kernels and compiler passes are tested against it.
  func reference(_ operands: [Reference.Value], _ result: Shape) -> [Double]
}

/// An operation that says how cotangents flow back through it.
///
/// A pullback is written with tensors, so that differentiating a program yields another program and
/// the second derivative needs no rule of its own.
public protocol DifferentiableOperation: Operation {
  /// Sends the cotangent of `result` back to each operand; `nil` where no derivative flows.
  func pullback(_ cotangent: Tensor, _ operands: [Tensor], _ result: Tensor) -> [Tensor?]
}

/// What an instruction does. Operands stand beside it, in the instruction, so that traversals need
/// no switch; a switch over kernels is exhaustive.
public enum Primitive: Hashable, Sendable {
  /// The program's input of this index.
  case input(Int)
  /// The same value everywhere.
  case fill(Float)
  /// A vector 0, 1, 2, ...
  case ramp
  case pointwise(Pointwise)
  case product(Product)
  case convolution(Convolution)
  case maximumPooling(MaximumPooling)
  case sumPooling(SumPooling)
  case broadcast(Broadcast)
  case sum(Sum)
  case reshape(Reshape)
  case transpose(Transpose)
  case element(Element)
  case stop(Stop)
  /// Written by the compiler, never traced.
  case fusedPointwise(FusedPointwise)
  /// Written by the compiler, never traced.
  case fusedProduct(FusedProduct)
  /// Written by the compiler, never traced.
  case fusedConvolution(FusedConvolution)
  /// Written by the compiler, never traced.
  case fusedSum(FusedSum)
  /// Written by the compiler, never traced.
  case winograd(WinogradTransform)

  /// The rule of shapes and values; `nil` for what has no operands.
  public var operation: (any Operation)? {
    switch self {
    case .input, .fill, .ramp: nil
    case .pointwise(let operation): operation
    case .product(let operation): operation
    case .convolution(let operation): operation
    case .maximumPooling(let operation): operation
    case .sumPooling(let operation): operation
    case .broadcast(let operation): operation
    case .sum(let operation): operation
    case .reshape(let operation): operation
    case .transpose(let operation): operation
    case .element(let operation): operation
    case .stop(let operation): operation
    case .fusedPointwise(let operation): operation
    case .fusedProduct(let operation): operation
    case .fusedConvolution(let operation): operation
    case .fusedSum(let operation): operation
    case .winograd(let operation): operation
    }
  }

  var differentiable: (any DifferentiableOperation)? {
    operation as? any DifferentiableOperation
  }
}

/// Operands whose shapes an operation cannot combine.
public struct ShapeError: Error, Equatable, CustomStringConvertible {
  public var operation: String
  public var operands: [Shape]

  public init(_ operation: some Operation, _ operands: [Shape]) {
    (self.operation, self.operands) = (operation.name, operands)
  }

  public var description: String {
    "\(operation) cannot combine \(operands.map(\.description).joined(separator: " and "))"
  }
}
