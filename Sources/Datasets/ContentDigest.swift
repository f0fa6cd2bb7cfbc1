/// A short name for many bytes: XXH64 with seed zero, as `xxhsum -H64` prints it.
///
/// It notices rotten and torn files and tells sets of images apart, at the speed that memory is read. It
/// does not stop forgers.
///
/// - Source: Collet, "xxHash fast digest algorithm", the specification of XXH64.
public struct ContentDigest: Hashable, Sendable, CustomStringConvertible {
  public let value: UInt64

  init(value: UInt64) { self.value = value }

  public init(_ bytes: [UInt8]) { self = bytes.withUnsafeBytes(Self.init) }

  public init(_ bytes: UnsafeRawBufferPointer) {
    let striped = bytes.count / 32 * 32
    var state = striped == 0 ? fifth : joined(lanes(of: bytes, upTo: striped))
    state &+= UInt64(bytes.count)
    value = avalanched(absorbed(state, UnsafeRawBufferPointer(rebasing: bytes[striped...])))
  }

  /// Sixteen hexadecimal digits.
  public var description: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

private typealias Lanes = (UInt64, UInt64, UInt64, UInt64)

/// Four sums side by side, each of every fourth word.
private func lanes(of bytes: UnsafeRawBufferPointer, upTo end: Int) -> Lanes {
  var (a, b, c, d) = (first &+ second, second, 0 as UInt64, 0 &- first)
  for start in stride(from: 0, to: end, by: 32) {
    a = round(a, word(bytes, start))
    b = round(b, word(bytes, start + 8))
    c = round(c, word(bytes, start + 16))
    d = round(d, word(bytes, start + 24))
  }
  return (a, b, c, d)
}

private func joined(_ lanes: Lanes) -> UInt64 {
  let (a, b, c, d) = lanes
  var state = rotated(a, 1) &+ rotated(b, 7) &+ rotated(c, 12) &+ rotated(d, 18)
  for lane in [a, b, c, d] { state = (state ^ round(0, lane)) &* first &+ fourth }
  return state
}

/// Takes in the bytes that fill no stripe: words, then a half one, then single bytes.
private func absorbed(_ state: UInt64, _ rest: UnsafeRawBufferPointer) -> UInt64 {
  var (state, start) = (state, 0)
  while start + 8 <= rest.count {
    state = rotated(state ^ round(0, word(rest, start)), 27) &* first &+ fourth
    start += 8
  }
  if start + 4 <= rest.count {
    let half = UInt32(littleEndian: rest.loadUnaligned(fromByteOffset: start, as: UInt32.self))
    state = rotated(state ^ UInt64(half) &* first, 23) &* second &+ third
    start += 4
  }
  for byte in rest[start...] { state = rotated(state ^ UInt64(byte) &* fifth, 11) &* first }
  return state
}

private func avalanched(_ state: UInt64) -> UInt64 {
  var state = (state ^ state >> 33) &* second
  state = (state ^ state >> 29) &* third
  return state ^ state >> 32
}

private func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
  rotated(lane &+ word &* second, 31) &* first
}

private func word(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> UInt64 {
  UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))
}

private func rotated(_ value: UInt64, _ count: UInt64) -> UInt64 {
  value &<< count | value &>> (64 &- count)
}

// The five primes of the specification.
private let first: UInt64 = 0x9E37_79B1_85EB_CA87
private let second: UInt64 = 0xC2B2_AE3D_27D4_EB4F
private let third: UInt64 = 0x1656_67B1_9E37_79F9
private let fourth: UInt64 = 0x85EB_CA77_C2B2_AE63
private let fifth: UInt64 = 0x27D4_EB2F_1656_67C5
