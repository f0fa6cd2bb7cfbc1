public import Graphs
import NDArrays

/// How an instruction is computed some images at a time: which of its values are cut along their first
/// axis, and which are read or written whole by every part.
public struct ImageParts: Equatable, Sendable {
  public let images: Int
  /// Which operands are cut.
  public let isOperandCut: [Bool]
  /// Whether the result is; a filter is not, but adds up from part to part.
  public let isResultCut: Bool
}

extension Program {
  /// The parts of an instruction, if it can be computed in parts.
  public func imageParts(of id: ValueID) -> ImageParts? {
    let instruction = instructions[id]
    let shapes = instruction.operands.map { instructions[$0].shape }
    guard let parts = instruction.imageParts(shapes), parts.images > 1 else { return nil }
    return parts
  }
}

extension Instruction {
  fileprivate func imageParts(_ x: [Shape]) -> ImageParts? {
    switch primitive {
    case .maximumPooling, .sumPooling:
      ImageParts(images: shape[0], isOperandCut: x.map { _ in true }, isResultCut: true)
    case .fusedConvolution(let fused): fused.imageParts(x)
    case .fusedPointwise(let fused): pointwise(x, terms: fused.target)
    case .fusedSum(let fused): pointwise(x, terms: fused.terms.target)
    case .sum: pointwise(x, terms: x[0])
    case .input, .fill, .ramp, .pointwise, .product, .convolution, .broadcast, .reshape, .transpose,
      .element, .stop, .fusedProduct, .winograd:
      nil
    }
  }

  /// The parts of a pass over terms of this shape, whose first axis the result keeps.
  private func pointwise(_ x: [Shape], terms: Shape) -> ImageParts? {
    guard terms.rank > 1, shape.rank == terms.rank, shape[0] == terms[0] else { return nil }
    let isCut = x.map { $0.rank == terms.rank && $0[0] == terms[0] }
    return ImageParts(images: terms[0], isOperandCut: isCut, isResultCut: true)
  }
}

extension FusedConvolution {
  fileprivate func imageParts(_ x: [Shape]) -> ImageParts {
    let givesImages = convolution.role != .byFilter
    let addend = epilogue.addend == .none ? [] : [givesImages && epilogue.addend == .matrix]
    let gate = epilogue.gate == .matrix ? [givesImages] : []
    return ImageParts(
      images: x[0][0], isOperandCut: [true, !givesImages] + addend + gate,
      isResultCut: givesImages)
  }
}
