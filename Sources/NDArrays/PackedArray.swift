/// Numbers in memory, in a quarter of it where they are the pixels of images.
public enum PackedArray: Equatable, Sendable {
  case floats(NDArray)
  /// Each element is `Float(pixel:)` of its byte.
  case pixels([UInt8], shape: Shape)

  public var shape: Shape {
    switch self {
    case .floats(let array): array.shape
    case .pixels(_, let shape): shape
    }
  }

  /// The numbers, each in its own place.
  public var unpacked: NDArray {
    switch self {
    case .floats(let array): array
    case .pixels(let bytes, let shape): NDArray([Float](pixels: bytes), shape: shape)
    }
  }
}

extension PackedArray {
  /// Fills `place` with the elements of one of the arrays that are stacked along the first axis.
  ///
  /// - Traps: where there is no such array, or `place` has another size.
  public func write(_ index: Int, to place: UnsafeMutableBufferPointer<Float>) {
    let part = shape.part(index, filling: place.count)
    switch self {
    case .floats(let array):
      array.elements.withUnsafeBufferPointer { _ = place.update(fromContentsOf: $0[part]) }
    case .pixels(let bytes, _):
      bytes.withUnsafeBufferPointer { bytes in
        let part = UnsafeBufferPointer(rebasing: bytes[part])
        for pixel in part.indices { place[pixel] = Float(pixel: part[pixel]) }
      }
    }
  }
}

extension Shape {
  /// Where the elements are of one of the arrays that are stacked along the first axis.
  fileprivate func part(_ index: Int, filling count: Int) -> Range<Int> {
    precondition(
      rank > 0 && 0..<self[0] ~= index && count == self.count / self[0],
      "array \(index) of \(self) does not fill \(count) places")
    return index * count..<(index + 1) * count
  }
}
