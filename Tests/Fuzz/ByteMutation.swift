import NDArrays

extension RandomStream {
  /// Bytes with a few changes: other bytes, bits, runs left out, repeated, or brought in from elsewhere.
  mutating func changed(_ bytes: [UInt8], donor: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0...below(4) { change(&bytes, donor) }
    return bytes
  }

  private mutating func change(_ bytes: inout [UInt8], _ donor: [UInt8]) {
    guard !bytes.isEmpty else { return bytes = donor }
    let place = below(bytes.count)
    let end = min(bytes.count, place + 1 + below(1 << below(7)))
    switch below(7) {
    case 0: bytes[place] = UInt8(truncatingIfNeeded: next())
    case 1: bytes[place] ^= 1 << UInt8(below(8))
    case 2: bytes.removeSubrange(place..<end)
    case 3: bytes.insert(contentsOf: bytes[place..<end], at: below(bytes.count))
    case 4: bytes = Array(bytes[..<place])
    case 5: bytes.insert(contentsOf: "\(integer())".utf8, at: place)
    default:
      let from = below(donor.count)
      let run = donor[from..<min(donor.count, from + 1 + below(64))]
      bytes.replaceSubrange(place..<end, with: run)
    }
  }
}
