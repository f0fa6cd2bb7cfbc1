public import Graphs
public import NDArrays

/// One number for each window and channel of images. Pixels that fill no window are left out.
public struct PoolingLayer: Layer, Hashable {
  public enum Kind: String, Hashable, Sendable, CaseIterable { case maximum, average }

  public var kind: Kind
  public var size: Extent
  public var stride: Extent

  public init(_ kind: Kind, size: Extent, stride: Extent) {
    (self.kind, self.size, self.stride) = (kind, size, stride)
  }

  public func output(_ input: Shape) -> Shape? {
    guard input.rank == 3 else { return nil }
    let windows = Windows(of: size, over: Extent(input[0], input[1]), stride: stride)
    return windows.areSound ? [windows.count.height, windows.count.width, input[2]] : nil
  }

  public func callAsFunction(_ weights: Parameters<Tensor>, _ inputs: Signal) -> Signal {
    inputs.map { images in
      switch kind {
      case .maximum: images.maximumPooled(by: size, stride: stride)
      case .average: images.averagePooled(by: size, stride: stride)
      }
    }
  }
}

/// The mean of each channel over all pixels: images become vectors.
public struct SpatialMean: Layer, Hashable {
  public init() {}

  public func output(_ input: Shape) -> Shape? { input.rank == 3 ? [input[2]] : nil }

  public func callAsFunction(_ weights: Parameters<Tensor>, _ inputs: Signal) -> Signal {
    inputs.map { images in
      let (n, channels) = (images.shape[0], images.shape[3])
      let pixels = Float(images.shape[1] * images.shape[2])
      return (1 / pixels) * images.sum(to: [n, 1, 1, channels]).reshaped(to: [n, channels])
    }
  }
}

/// All numbers of an image in a row: channel by channel, each row by row, as PyTorch has it.
public struct Flatten: Layer, Hashable {
  public init() {}

  public func output(_ input: Shape) -> Shape? { [input.count] }

  public func callAsFunction(_ weights: Parameters<Tensor>, _ inputs: Signal) -> Signal {
    inputs.map { values in
      let n = values.shape[0]
      let ordered = values.shape.rank == 4 ? values.transposed([0, 3, 1, 2]) : values
      return ordered.reshaped(to: [n, values.shape.count / n])
    }
  }
}
