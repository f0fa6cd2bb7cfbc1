/// Why bytes are not a safetensors file. Sizes and positions are in bytes.
public enum SafeTensorsError: Error, Equatable {
  case truncatedHeader(needs: UInt64, found: Int)
  case headerTooLong(UInt64, limit: Int)
  case malformedHeader(String)
  case unknownDtype(String, of: String)
  case negativeSize(Int, of: String)
  case sizeOverflow(of: String)
  case wrongSize(of: String, needs: Int, found: Int)
  case misplaced(String, start: Int, expected: Int)
  case wrongDataLength(needs: Int, found: Int)
}

extension SafeTensorsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .truncatedHeader(let needs, let found):
      "the file ends in its header: it has \(found) bytes, and the header needs \(needs)"
    case .headerTooLong(let length, let limit):
      "the header claims \(length) bytes, and \(limit) are the limit: not a safetensors file?"
    case .malformedHeader(let reason):
      "the header is not what safetensors wants: \(reason)"
    case .unknownDtype(let dtype, let name):
      "the array \(name) has elements of type \(dtype);"
        + " those read here are \(Dtype.allCases.map(\.rawValue).joined(separator: ", "))"
    case .negativeSize(let size, let name):
      "the array \(name) has a size of \(size)"
    case .sizeOverflow(let name):
      "the array \(name) claims more bytes than can be counted"
    case .wrongSize(let name, let needs, let found):
      "the array \(name) has \(found) bytes, and its shape and type need \(needs)"
    case .misplaced(let name, let start, let expected):
      "the array \(name) starts at byte \(start) of the data, not where the one before ends,"
        + " at \(expected)"
    case .wrongDataLength(let needs, let found):
      "the file has \(found) bytes of data, and its header describes \(needs)"
    }
  }
}
