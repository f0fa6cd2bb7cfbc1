import CWire
import NDArrays
import Testing

@Suite struct ChecksumTests {
  @Test func theCheckValueIsThatOfCRC32C() {
    let digits = Array("123456789".utf8)
    #expect(ol_crc32c(0, digits, 9) == 0xE306_9283)
    #expect(ol_crc32c_portable(0, digits, 9) == 0xE306_9283)
  }

  /// Lengths around the edges of eight bytes and of the three interleaved lanes, at odd addresses.
  @Test(arguments: Array(0...40) + [1535, 1536, 1537, 1544, 3072, 4000, 9217], [0, 1, 5])
  func everyImplementationAgreesWithTheDefinition(count: Int, offset: Int) {
    var stream = RandomKey(seed: 5).child(UInt64(count)).stream
    let bytes = (0..<offset + count).map { _ in UInt8(truncatingIfNeeded: stream.next()) }
    let expected = definition(bytes[offset...])
    bytes.withUnsafeBytes { bytes in
      let start = bytes.baseAddress.map { $0 + offset }
      #expect(ol_crc32c(0, start, count) == expected)
      #expect(ol_crc32c_portable(0, start, count) == expected)
    }
  }

  @Test func aChecksumMayBeTakenPieceByPiece() {
    let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let first = ol_crc32c(0, bytes, 1700)
    let whole = bytes.withUnsafeBytes { bytes in
      ol_crc32c(first, bytes.baseAddress.map { $0 + 1700 }, 3300)
    }
    #expect(whole == ol_crc32c(0, bytes, 5000))
  }

  /// Long division by the polynomial, a bit at a time.
  private func definition(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    ~bytes.reduce(UInt32.max) { state, byte in
      (0..<8).reduce(state ^ UInt32(byte)) { state, _ in
        state & 1 == 1 ? state >> 1 ^ 0x82F6_3B78 : state >> 1
      }
    }
  }
}
