import Graphs
import NDArrays

/// Products and convolutions with a scale each and something else, added up and gated: what a chain of fused products
/// computes. Operands are names in the program that is being written.
struct ProductSum {
  enum Kernel {
    case product(Product)
    case convolution(FusedConvolution)
  }

  struct Term {
    var kernel: Kernel
    var factors: [ValueID]
    var scale: Float = 1
  }

  struct Addend {
    var value: ValueID
    var scale: Float
    var kind = Epilogue.Addend.matrix

    func scaled(by factor: Float) -> Addend {
      Addend(value: value, scale: scale * factor, kind: kind)
    }
  }

  enum Gate: Equatable {
    case none, relu
    case matrix(ValueID)
  }

  private var terms: [Term]
  private(set) var addend: Addend?
  var gate = Gate.none
  /// Of every product.
  let shape: Shape

  init(_ kernel: Kernel, _ factors: [ValueID], _ shape: Shape) {
    (terms, self.shape) = ([Term(kernel: kernel, factors: factors)], shape)
  }

  func scaled(by factor: Float) -> ProductSum {
    var sum = self
    for index in terms.indices { sum.terms[index].scale *= factor }
    sum.addend = addend?.scaled(by: factor)
    return sum
  }

  func plus(_ addend: Addend) -> ProductSum {
    var sum = self
    sum.addend = addend
    return sum
  }

  /// Both in one chain, where there is room: only its first product can add something else.
  func joined(with other: ProductSum) -> ProductSum? {
    guard shape == other.shape, addend == nil || other.addend == nil else { return nil }
    var sum = self
    sum.terms += other.terms
    sum.addend = addend ?? other.addend
    return sum
  }

  /// Writes the chain down; the name of its last link.
  func written(_ builder: inout ProgramBuilder) -> ValueID {
    var previous = addend
    for (index, term) in terms.enumerated() {
      let isLast = index == terms.count - 1
      let name = link(term, previous, isLast ? gate : .none, &builder)
      if isLast { return name }
      previous = Addend(value: name, scale: 1)
    }
    preconditionFailure("a sum has products")
  }

  private func link(
    _ term: Term, _ addend: Addend?, _ gate: Gate, _ builder: inout ProgramBuilder
  ) -> ValueID {
    var epilogue = Epilogue(scale: term.scale)
    var operands = term.factors
    if let addend {
      (epilogue.addend, epilogue.addendScale) = (addend.kind, addend.scale)
      operands.append(addend.value)
    }
    switch gate {
    case .none: break
    case .relu: epilogue.gate = .relu
    case .matrix(let value):
      epilogue.gate = .matrix
      operands.append(value)
    }
    return builder.define(term.kernel.primitive(epilogue), operands, shape)
  }
}

extension ProductSum.Kernel {
  fileprivate func primitive(_ epilogue: Epilogue) -> Primitive {
    switch self {
    case .product(let product): .fusedProduct(FusedProduct(product, epilogue))
    case .convolution(let fused):
      .fusedConvolution(FusedConvolution(fused.convolution, by: fused.algorithm, epilogue))
    }
  }
}
