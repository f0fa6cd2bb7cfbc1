import Foundation

/// What a header says, not yet believed.
struct SafeTensorsHeader: Decodable {
  var metadata: [String: String] = [:]
  /// In the order of their bytes.
  var claims: [Claim] = []

  struct Claim {
    var name: String
    var description: Description
  }

  struct Description: Decodable {
    var dtype: String
    var shape: [Int]
    var start: Int
    var end: Int
  }

  /// The longest header that is read, as in the format's own reader.
  static let lengthLimit = 100_000_000

  init(_ json: ArraySlice<UInt8>) throws(SafeTensorsError) {
    guard json.first == UInt8(ascii: "{") else {
      throw .malformedHeader("it does not start with a brace")
    }
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(json))
    } catch let error as DecodingError {
      throw .malformedHeader(error.reason)
    } catch {
      throw .malformedHeader("it is not JSON")
    }
  }

  init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Name.self)
    for name in members.allKeys.sorted(by: { $0.stringValue < $1.stringValue }) {
      if name.stringValue == SafeTensors.metadataKey {
        metadata = try members.decode([String: String].self, forKey: name)
      } else {
        let description = try members.decode(Description.self, forKey: name)
        claims.append(Claim(name: name.stringValue, description: description))
      }
    }
    claims.sort {
      ($0.description.start, $0.description.end) < ($1.description.start, $1.description.end)
    }
  }

  private struct Name: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}

extension SafeTensorsHeader.Description {
  private enum Keys: String, CodingKey { case dtype, shape, offsets = "data_offsets" }

  init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Keys.self)
    dtype = try members.decode(String.self, forKey: .dtype)
    shape = try members.decode([Int].self, forKey: .shape)
    let offsets = try members.decode([Int].self, forKey: .offsets)
    guard offsets.count == 2 else {
      throw DecodingError.dataCorruptedError(
        forKey: .offsets, in: members, debugDescription: "two offsets, not \(offsets.count)")
    }
    (start, end) = (offsets[0], offsets[1])
  }
}

extension DecodingError {
  /// In a few words, on one line.
  fileprivate var reason: String {
    switch self {
    case .keyNotFound(let key, let context): "\(context.place) has no \(key.stringValue)"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "\(context.place) is of another type"
    case .dataCorrupted(let context):
      context.codingPath.isEmpty ? "it is not JSON" : "\(context.place) is not readable"
    @unknown default: "it is not JSON"
    }
  }
}

extension DecodingError.Context {
  fileprivate var place: String {
    codingPath.isEmpty ? "it" : codingPath.map(\.stringValue).joined(separator: ".")
  }
}
