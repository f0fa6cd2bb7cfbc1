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

/// Arrays of one shape, one after the other along the first axis of one that holds them all.
public protocol Stacked: Sendable {
  var shape: Shape { get }

  /// Fills `place` with the elements of the array of this index.
  ///
  /// - Traps: where there is no such array, or `place` has another size.
  func write(_ index: Int, to place: UnsafeMutableBufferPointer<Float>)
}

extension NDArray: Stacked {
  public func write(_ index: Int, to place: UnsafeMutableBufferPointer<Float>) {
    elements.withUnsafeBufferPointer { elements in
      _ = place.update(fromContentsOf: elements[shape.part(index, filling: place.count)])
    }
  }
}

extension PackedArray: Stacked {
  public func write(_ index: Int, to place: UnsafeMutableBufferPointer<Float>) {
    switch self {
    case .floats(let array): array.write(index, to: place)
    case .pixels(let bytes, let shape):
      bytes.withUnsafeBufferPointer { bytes in
        let part = UnsafeBufferPointer(
          rebasing: bytes[shape.part(index, filling: place.count)])
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
