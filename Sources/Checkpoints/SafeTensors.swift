public import NDArrays

/// Named arrays and a little text in the safetensors format: the length of a JSON header as eight
/// little-endian bytes, the header, and the elements of all arrays without a gap.
///
/// Equal values encode to equal bytes. Numbers are not looked at: they may be infinite or NaN.
public struct SafeTensors: Equatable, Sendable {
  /// In the order of their bytes in the file.
  public var entries: [Entry]
  public var metadata: [String: String]

  public struct Entry: Equatable, Sendable {
    public var name: String
    public var shape: Shape
    public var elements: Elements

    public init(_ name: String, _ array: NDArray) {
      (self.name, shape, elements) = (name, array.shape, .float32(array.elements))
    }

    public init(_ name: String, _ integers: [Int64], shape: Shape) {
      precondition(integers.count == shape.count, "\(integers.count) elements do not fill \(shape)")
      (self.name, self.shape, elements) = (name, shape, .int64(integers))
    }
  }

  /// What is computed with here. Files may hold more; see ``Dtype``.
  public enum Elements: Equatable, Sendable {
    case float32([Float])
    case int64([Int64])
  }

  public init(_ entries: [Entry], metadata: [String: String]) {
    (self.entries, self.metadata) = (entries, metadata)
  }

  public subscript(name: String) -> Entry? { entries.first { $0.name == name } }
}

extension SafeTensors.Entry {
  /// The entry as real numbers. Integers beyond 2²⁴ are rounded.
  public var array: NDArray {
    switch elements {
    case .float32(let values): NDArray(values, shape: shape)
    case .int64(let values): NDArray(values.map { Float($0) }, shape: shape)
    }
  }

  var dtype: Dtype {
    switch elements {
    case .float32: .float32
    case .int64: .int64
    }
  }

  var byteCount: Int { shape.count * dtype.size }
}
