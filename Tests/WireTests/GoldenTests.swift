import Foundation
import Testing
import Wire

/// The bytes of each message as they were when its version of the protocol was settled.
///
/// With `OUTERLOOP_WRITE_GOLDEN=1` in the environment the files are written, not read.
@Suite struct GoldenTests {
  @Test(arguments: Sample.all) func bytesOnTheWireStayAsTheyAre(_ sample: Sample) throws {
    let frame = Wire.encode(sample.packet)
    if ProcessInfo.processInfo.environment["OUTERLOOP_WRITE_GOLDEN"] == "1" {
      try hexadecimal(frame).write(to: file(sample), atomically: true, encoding: .utf8)
    }
    let golden = try String(contentsOf: file(sample), encoding: .utf8)
    #expect(hexadecimal(frame) == golden)
  }

  @Test(arguments: Sample.all) func everyMessageComesBackAsItWasSent(_ sample: Sample) throws {
    #expect(try Wire.decode(Wire.encode(sample.packet)) == sample.packet)
  }

  private func file(_ sample: Sample) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent()
      .appending(components: "Golden", "\(sample.name).hex")
  }

  private func hexadecimal(_ frame: [UInt8]) -> String {
    stride(from: 0, to: frame.count, by: 32).map { start in
      frame[start..<min(start + 32, frame.count)].map { String(format: "%02x", $0) }.joined() + "\n"
    }.joined()
  }
}
