/// The element types that are read. Those that are written are float32 and int64; float64 is
/// rounded to float32, and narrow integers widen.
enum Dtype: String, CaseIterable {
  case float32 = "F32"
  case float64 = "F64"
  case int64 = "I64"
  case int32 = "I32"
  case uint8 = "U8"

  /// In bytes.
  var size: Int {
    switch self {
    case .float64, .int64: 8
    case .float32, .int32: 4
    case .uint8: 1
    }
  }

  /// - Parameter bytes: little-endian and a whole number of elements.
  func elements(_ bytes: ArraySlice<UInt8>) -> SafeTensors.Elements {
    switch self {
    case .float32: .float32(values(bytes) { Float(bitPattern: $0) })
    case .float64: .float32(values(bytes) { Float(Double(bitPattern: $0)) })
    case .int64: .int64(values(bytes) { Int64(bitPattern: $0) })
    case .int32: .int64(values(bytes) { Int64(Int32(bitPattern: $0)) })
    case .uint8: .int64(bytes.map { Int64($0) })
    }
  }

  private func values<Bits: FixedWidthInteger, Value>(
    _ bytes: ArraySlice<UInt8>, _ value: (Bits) -> Value
  ) -> [Value] {
    bytes.withUnsafeBytes { raw in
      stride(from: 0, to: raw.count, by: size).map {
        value(Bits(littleEndian: raw.loadUnaligned(fromByteOffset: $0, as: Bits.self)))
      }
    }
  }
}

extension SafeTensors.Elements {
  /// Little-endian.
  func append(to bytes: inout [UInt8]) {
    switch self {
    case .float32(let values):
      for value in values { bytes.append(littleEndian: value.bitPattern) }
    case .int64(let values):
      for value in values { bytes.append(littleEndian: value) }
    }
  }
}

extension [UInt8] {
  mutating func append(littleEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}
