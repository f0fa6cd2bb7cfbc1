/// CRC-32C of some bytes, masked as TensorFlow's records have it, so that checksums of data that
/// holds checksums stay good.
func maskedChecksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
  let crc = ~bytes.reduce(~0) { crc, byte in
    crc >> 8 ^ remainders[Int(UInt8(truncatingIfNeeded: crc) ^ byte)]
  }
  return (crc >> 15 | crc << 17) &+ 0xA282_EAD8
}

/// What each byte comes to, by Castagnoli's polynomial with its bits reversed.
private let remainders: [UInt32] = (0..<256).map { byte in
  (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0x82F6_3B78 }
}
