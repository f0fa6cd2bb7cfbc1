import Graphs
import NDArrays

extension Convolution {
  /// The algorithm that computes it: a choice by its shape alone, which is part of what it gives.
  func algorithm(_ operands: [Shape]) -> ConvolutionAlgorithm {
    guard let channels = channels(operands), suitsWinograd, channels.suitWinograd else {
      return .direct
    }
    return .winograd
  }

  /// Whether Winograd's algorithm is defined, and takes far fewer multiplications than there are taps on
  /// the image, since squares at an edge may have fewer windows and taps; and whether the squares of an
  /// image are worth the transform of a filter.
  private var suitsWinograd: Bool {
    guard windows.size == Extent(3, 3), windows.stride == Extent(1, 1) else { return false }
    let results = role == .byInput ? windows.image : windows.count
    let squares = ((results.height + 1) / 2) * ((results.width + 1) / 2)
    return squares >= 9 && 3 * windows.taps >= 4 * 16 * squares
  }
}

extension Convolution.Channels {
  /// Whether vectors of channels are whole on every machine.
  fileprivate var suitWinograd: Bool { inputs % 16 == 0 && outputs % 16 == 0 }
}

extension Windows {
  /// The taps of all windows that are on the image.
  fileprivate var taps: Int {
    func line(_ count: Int, _ image: Int, _ before: Int) -> Int {
      (0..<count).reduce(0) { $0 + max(0, min($1 + 3 - before, image) - max($1 - before, 0)) }
    }
    return line(count.height, image.height, before.height)
      * line(count.width, image.width, before.width)
  }
}
