import CWire
import Foundation
import Wire

/// The time of turning meta-gradients into frames and back, next to what no codec can avoid: copying
/// the bytes and taking their checksum. Each is the best of many rounds.
@main
struct WireBenchmark {
  static func main() throws {
    print("   floats    frame   encode   decode |   copy  checksum   (µs)")
    for count in [0, 1_765, 112_005, 1_250_000] {
      let sum = (0..<count).map { Float($0) * 1e-3 }
      let gradient = Message.MetaGradient(
        round: 70_000, leases: [1 << 40], tasks: 0..<13, time: .microseconds(80), outcome: .sum(sum)
      )
      try report(count, Packet(run: .max, epoch: 1, .metaGradient(gradient)))
    }
  }

  private static func report(_ count: Int, _ packet: Packet) throws {
    let frame = Wire.encode(packet)
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: frame.count + 64, alignment: 64)
    defer { room.deallocate() }
    // As off as a frame usually is from the alignment of floats.
    let target = UnsafeMutableRawBufferPointer(rebasing: room[16..<16 + frame.count])
    let encode = best(of: count) { Wire.withEncoding(of: packet) { $0.write(to: target) } }
    let decoder = PacketDecoder(limits: Limits())
    let decode = try frame.withUnsafeBytes { frame in
      try best(of: count) { _ = try decoder.decode(frame) }
    }
    let copy = best(of: count) { frame.withUnsafeBytes { target.copyMemory(from: $0) } }
    var checksum: UInt32 = 0
    let check = best(of: count) { checksum ^= ol_crc32c(checksum, frame, frame.count) }
    print(
      String(
        format: "%9d %8d %8.2f %8.2f | %6.2f %9.2f", count, frame.count, encode, decode, copy, check
      ))
  }

  /// Microseconds of one call.
  private static func best(
    of floats: Int, _ body: () throws -> Void
  ) rethrows -> Double {
    let clock = ContinuousClock()
    let calls = max(1, 200_000 / (floats + 1_000))
    var best = Duration.seconds(1)
    for _ in 0..<200 {
      let start = clock.now
      for _ in 0..<calls { try body() }
      best = min(best, start.duration(to: clock.now))
    }
    return best / .microseconds(1) / Double(calls)
  }
}
