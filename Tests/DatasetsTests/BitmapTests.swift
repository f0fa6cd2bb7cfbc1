import Episodes
import NDArrays
import Testing

@testable import Datasets

@Test(arguments: [1, 3])
func aPNGImageKeepsItsBytes(_ channels: Int) throws {
  let bitmap = sample(1, channels: channels)
  let read = try Bitmap(decoding: try bitmap.png())
  #expect((channels == 1 ? read.grey : read) == bitmap)
}

@Test func aJPEGImageKeepsItsColoursNearly() throws {
  let bitmap = plain([200, 40, 90], height: 9, width: 7)
  let read = try Bitmap(decoding: try bitmap.jpeg())
  #expect(read.shape == bitmap.shape)
  #expect(zip(read.bytes, bitmap.bytes).allSatisfy { abs(Int($0) - Int($1)) <= 3 })
}

@Test func aSmallerImageHasTheMeansOfWhatItsPixelsCover() {
  let shape = ImageShape(height: 2, width: 3, channels: 1)
  let bitmap = Bitmap([0, 30, 60, 90, 120, 150], shape: shape)
  #expect(bitmap.resized(height: 1, width: 1).bytes == [75])
  #expect(bitmap.resized(height: 2, width: 1).bytes == [30, 120])
  // Each new pixel covers one and a half old ones: (0 + 15) / 1.5, (15 + 60) / 1.5.
  #expect(bitmap.resized(height: 2, width: 2).bytes == [10, 50, 100, 140])
}

@Test func aLargerImageRepeatsPixels() {
  let bitmap = Bitmap([10, 20], shape: ImageShape(height: 1, width: 2, channels: 1))
  #expect(bitmap.resized(height: 2, width: 4).bytes == [10, 10, 20, 20, 10, 10, 20, 20])
}

@Test func channelsAreResizedEachByItself() {
  let bitmap = plain([1, 100, 255], height: 105, width: 80)
  #expect(bitmap.resized(height: 28, width: 28) == plain([1, 100, 255], height: 28, width: 28))
}

@Test func greyIsLuma() {
  #expect(plain([255, 0, 0], height: 1, width: 1).grey.bytes == [76])
  #expect(plain([0, 255, 0], height: 1, width: 1).grey.bytes == [150])
  #expect(plain([0, 0, 255], height: 1, width: 1).grey.bytes == [29])
  #expect(plain([7, 7, 7], height: 1, width: 1).grey.bytes == [7])
}

@Test func whatIsNoImageIsCalledSo() {
  for bytes in [[], [0x89], Array("GIF89a".utf8), [UInt8](repeating: 0, count: 100)] as [[UInt8]] {
    #expect(throws: ImageFault.unknownKind) { try Bitmap(decoding: bytes) }
  }
}

/// The cut at the very end may only take what comes after the pixels.
@Test func aTruncatedImageIsRefused() throws {
  let bitmap = sample(1, height: 24, width: 24)
  for file in [try bitmap.png(), try bitmap.jpeg()] {
    for count in 0..<file.count - 12 {
      #expect(throws: ImageFault.self) { try Bitmap(decoding: Array(file[..<count])) }
    }
  }
}

@Test func aCorruptPNGImageIsRefusedOrWhole() throws {
  let bitmap = sample(1, height: 12, width: 12)
  let file = try bitmap.png()
  for index in file.indices {
    var corrupt = file
    corrupt[index] ^= 0x55
    // A change of bytes that say nothing of the pixels may go unnoticed.
    if let read = accepted(corrupt) { #expect(read == bitmap, "byte \(index)") }
  }
}

@Test func aCorruptJPEGImageEndsNoProcess() throws {
  let file = try sample(1, height: 24, width: 24).jpeg()
  var stream = RandomKey(seed: 4).stream
  for _ in 0..<400 {
    var corrupt = file
    for _ in 0..<3 { corrupt[stream.index(below: file.count)] = UInt8(stream.index(below: 256)) }
    if let read = accepted(corrupt) { #expect(read.bytes.count == read.shape.byteCount) }
  }
}

@Test func anImageThatClaimsToBeHugeIsRefusedBeforeMemoryIsTaken() throws {
  var file = try sample(1).jpeg()
  let frame = try #require(
    file.indices.first { file[$0...].starts(with: [0xFF, 0xC0]) }, "a baseline frame")
  file.replaceSubrange(frame + 5..<frame + 9, with: [0xFD, 0xE8, 0xFD, 0xE8])
  #expect(throws: ImageFault.tooLarge(width: 65000, height: 65000)) {
    try Bitmap(decoding: file)
  }
}

private func accepted(_ file: [UInt8]) -> Bitmap? {
  do { return try Bitmap(decoding: file) } catch { return nil }
}
