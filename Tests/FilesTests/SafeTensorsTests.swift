import Checkpoints
import Foundation
import NDArrays
import Testing

private let example = SafeTensors(
  [
    SafeTensors.Entry("fc1.weight", NDArray([1, 2, 3, -0.5, 0.25, 1e-30], shape: [2, 3])),
    SafeTensors.Entry("fc1.bias", NDArray([.infinity, -0.0], shape: [2])),
    SafeTensors.Entry("label", [0, -1, .max], shape: [3]),
    SafeTensors.Entry("empty", NDArray([], shape: [0, 3])),
    SafeTensors.Entry("scalar", NDArray(7)),
  ], metadata: ["plan": "a: \"b\"\n\tπ\\\u{1}", "a": ""])

/// A file with `header`, its length in front, and `data` zero bytes behind.
private func file(_ header: String, data: Int) -> [UInt8] {
  let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
  return length + Array(header.utf8) + Array(repeating: 0, count: data)
}

@Test func whatWasEncodedIsDecoded() throws {
  #expect(try SafeTensors(decoding: example.encoded()) == example)
  let nothing = SafeTensors([], metadata: [:])
  #expect(nothing.encoded() == file("{}      ", data: 0))
  #expect(try SafeTensors(decoding: nothing.encoded()) == nothing)
}

@Test func everyBitOfANumberSurvives() throws {
  let patterns: [UInt32] = [0, 1, 0x8000_0000, 0x7f80_0000, 0x7fc0_1234, 0xffff_ffff, 0x007f_ffff]
  let array = NDArray(patterns.map { Float(bitPattern: $0) }, shape: [7])
  let bytes = SafeTensors([SafeTensors.Entry("x", array)], metadata: [:]).encoded()
  let found = try #require(try SafeTensors(decoding: bytes)["x"]).array
  #expect(found.elements.map(\.bitPattern) == patterns)
}

@Test func theLayoutIsTheFormats() {
  let small = SafeTensors([SafeTensors.Entry("x", NDArray([1], shape: [1]))], metadata: ["k": "v"])
  let header =
    #"{"__metadata__":{"k":"v"},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
  let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
  #expect(small.encoded() == file(padded, data: 0) + [0, 0, 0x80, 0x3f])
}

@Test func filesOfPythonsSafetensorsAreRead() throws {
  let found = try SafeTensors(decoding: golden("python.safetensors"))
  #expect(found.metadata == ["made by": "Python \"safetensors\"\n0.8.0", "ключ": "π"])
  #expect(found.entries.count == 7)
  #expect(found["fc1.weight"] == example["fc1.weight"])
  #expect(found["fc1.bias"] == example["fc1.bias"])
  #expect(found["labels"] == SafeTensors.Entry("labels", [0, 4, -1], shape: [3]))
  #expect(found["narrow"] == SafeTensors.Entry("narrow", [7, -7], shape: [2]))
  #expect(found["pixels"] == SafeTensors.Entry("pixels", [0, 255], shape: [1, 2]))
  #expect(found["double"] == SafeTensors.Entry("double", NDArray(0.1)))
  #expect(found["empty"] == example["empty"])
  #expect(found["labels"]?.array == NDArray([0, 4, -1], shape: [3]))
}

private struct BadFile: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var bytes: [UInt8]
  var error: SafeTensorsError

  init(_ name: String, _ bytes: [UInt8], _ error: SafeTensorsError) {
    (testDescription, self.bytes, self.error) = (name, bytes, error)
  }

  /// A file with the one array `x`.
  init(
    _ name: String, dtype: String = "F32", shape: String, offsets: String, data: Int,
    _ error: SafeTensorsError
  ) {
    let header = "{\"x\":{\"dtype\":\"\(dtype)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}}"
    self.init(name, file(header, data: data), error)
  }
}

private let badFiles = [
  BadFile("no bytes", [], .truncatedHeader(needs: 8, found: 0)),
  BadFile("half a length", [1, 0, 0], .truncatedHeader(needs: 8, found: 3)),
  BadFile(
    "header cut off", [16, 0, 0, 0, 0, 0, 0, 0, 0x7b], .truncatedHeader(needs: 24, found: 9)),
  BadFile(
    "absurd length", Array(repeating: 255, count: 64),
    .headerTooLong(.max, limit: 100_000_000)),
  BadFile("no header", file("", data: 0), .malformedHeader("it does not start with a brace")),
  BadFile("space first", file(" {}", data: 0), .malformedHeader("it does not start with a brace")),
  BadFile("an open brace", file("{", data: 0), .malformedHeader("it is not JSON")),
  BadFile(
    "not UTF-8", [4, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xff, 0xfe, 0x7d],
    .malformedHeader("it is not JSON")),
  BadFile(
    "deep nesting", file(String(repeating: "{\"x\":", count: 5000), data: 0),
    .malformedHeader("it is not JSON")),
  BadFile(
    "an array as a number", file("{\"x\":3}", data: 0), .malformedHeader("x is of another type")),
  BadFile(
    "a number as metadata", file("{\"__metadata__\":{\"k\":3}}", data: 0),
    .malformedHeader("__metadata__.k is of another type")),
  BadFile(
    "no offsets", file("{\"x\":{\"dtype\":\"F32\",\"shape\":[]}}", data: 4),
    .malformedHeader("x has no data_offsets")),
  BadFile(
    "one offset", shape: "[]", offsets: "[0]", data: 4,
    .malformedHeader("x.data_offsets is not readable")),
  BadFile(
    "unknown type", dtype: "Q8", shape: "[]", offsets: "[0,1]", data: 1,
    .unknownDtype("Q8", of: "x")),
  BadFile("negative size", shape: "[-1,-1]", offsets: "[0,4]", data: 4, .negativeSize(-1, of: "x")),
  BadFile(
    "overflowing size", shape: "[4294967296,4294967296]", offsets: "[0,4]", data: 4,
    .sizeOverflow(of: "x")),
  BadFile(
    "overflowing bytes", shape: "[4611686018427387904]", offsets: "[0,4]", data: 4,
    .sizeOverflow(of: "x")),
  BadFile(
    "a size beyond 64 bits", shape: "[18446744073709551616]", offsets: "[0,4]", data: 4,
    .malformedHeader("it is not JSON")),
  BadFile(
    "too few bytes for the shape", shape: "[2]", offsets: "[0,4]", data: 4,
    .wrongSize(of: "x", needs: 8, found: 4)),
  BadFile(
    "offsets backwards", shape: "[]", offsets: "[0,-4]", data: 4,
    .wrongSize(of: "x", needs: 4, found: -4)),
  BadFile(
    "overflowing offsets", shape: "[]", offsets: "[-9223372036854775808,9223372036854775807]",
    data: 4, .misplaced("x", start: .min, expected: 0)),
  BadFile(
    "a gap in front", shape: "[]", offsets: "[4,8]", data: 8, .misplaced("x", start: 4, expected: 0)
  ),
  BadFile(
    "data cut off", shape: "[2]", offsets: "[0,8]", data: 7, .wrongDataLength(needs: 8, found: 7)),
  BadFile(
    "bytes left over", shape: "[]", offsets: "[0,4]", data: 5, .wrongDataLength(needs: 4, found: 5)),
  BadFile(
    "overlapping arrays",
    file(
      #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"#
        + #""b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}"#, data: 6),
    .misplaced("b", start: 2, expected: 4)),
  BadFile(
    "a name given twice",
    file(
      #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"#
        + #""a":{"dtype":"U8","shape":[2],"data_offsets":[4,6]}}"#, data: 6),
    .wrongDataLength(needs: 4, found: 6)),
]

@Test(arguments: badFiles) private func badFilesAreRefusedByNameOfTheFault(_ bad: BadFile) {
  #expect(throws: bad.error) { try SafeTensors(decoding: bad.bytes) }
  #expect(!bad.error.description.contains("\n"))
}

@Test func noDamageToAHeaderCrashesTheReader() {
  let sound = example.encoded()
  var refused = 0
  for position in 0..<sound.count {
    for flip in [UInt8(1), 0x10, 0x80] {
      var bytes = sound
      bytes[position] ^= flip
      do { _ = try SafeTensors(decoding: bytes) } catch { refused += 1 }
    }
  }
  #expect(refused > sound.count)
}
