import Files
import NDArrays

extension SafeTensors {
  /// The file's bytes. The header lists metadata by key, then arrays in their order, and is filled
  /// with spaces so that the elements start at a multiple of eight bytes.
  public func encoded() -> [UInt8] {
    var header = Array(self.header.utf8)
    header += Array(repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.count + entries.reduce(0) { $0 + $1.byteCount })
    bytes.append(littleEndian: UInt64(header.count))
    bytes += header
    for entry in entries { entry.elements.append(to: &bytes) }
    return bytes
  }

  private var header: String {
    assertNamesAreUsable()
    var start = 0
    var members: [String] = []
    if !metadata.isEmpty { members.append("\"\(SafeTensors.metadataKey)\":\(metadataObject)") }
    for entry in entries {
      members.append(entry.member(start: start))
      start += entry.byteCount
    }
    return "{\(members.joined(separator: ","))}"
  }

  private var metadataObject: String {
    let pairs = metadata.sorted { $0.key < $1.key }.map {
      "\(jsonString($0.key)):\(jsonString($0.value))"
    }
    return "{\(pairs.joined(separator: ","))}"
  }

  private func assertNamesAreUsable() {
    let names = entries.map(\.name)
    precondition(Set(names).count == names.count, "an array is named once, as in \(names)")
    precondition(!names.contains(SafeTensors.metadataKey), "an array has a name of its own")
  }

  static let metadataKey = "__metadata__"
}

extension SafeTensors.Entry {
  fileprivate func member(start: Int) -> String {
    let sizes = shape.sizes.map(String.init).joined(separator: ",")
    let offsets = "\(start),\(start + byteCount)"
    return "\(jsonString(name)):"
      + "{\"dtype\":\"\(dtype.rawValue)\",\"shape\":[\(sizes)],\"data_offsets\":[\(offsets)]}"
  }
}
