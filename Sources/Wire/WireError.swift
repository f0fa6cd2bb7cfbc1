/// Why bytes from a peer are not a message.
public enum WireError: Error, Equatable {
  /// Longer than a limit allows: a frame, a text, a list, a shape.
  case tooLarge(field: String, count: Int, limit: Int)
  /// The peer speaks another version.
  case version(theirs: UInt32, ours: UInt32)
  /// The bytes are not what the peer checksummed.
  case checksum
  /// Not the encoding of an envelope, or not the only one of what it says.
  case malformed
  /// Something without which a message means nothing.
  case missing(field: String)
  case unknownValue(field: String, value: UInt32)
  case outOfRange(field: String)
  /// Not UTF-8, or characters that the field may not have.
  case badText(field: String)
  /// The bytes of a tensor are not as many as its shape needs.
  case shape(tensor: String, bytes: Int)
  /// An infinite value, or none at all.
  case notFinite(tensor: String)
}

extension WireError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooLarge(let field, let count, let limit):
      "\(field) has \(count), where \(limit) are allowed"
    case .version(let theirs, let ours):
      "the peer speaks protocol \(theirs), this program speaks \(ours)"
    case .checksum: "the frame was damaged: its checksum is wrong"
    case .malformed: "the frame is not a message"
    case .missing(let field): "\(field) is missing"
    case .unknownValue(let field, let value): "\(field) has the unknown value \(value)"
    case .outOfRange(let field): "\(field) is out of range"
    case .badText(let field): "\(field) is not proper text"
    case .shape(let tensor, let bytes): "\(bytes) bytes do not fill the shape of \(tensor)"
    case .notFinite(let tensor): "\(tensor) has a value that is not finite"
    }
  }
}
