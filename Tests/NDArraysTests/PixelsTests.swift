import NDArrays
import Testing

@Test func everyByteComesBackFromItsValue() {
  let bytes = Array(UInt8.min...UInt8.max)
  let values = [Float](pixels: bytes)
  #expect(values == bytes.map { Float($0) / 255 })
  #expect([UInt8](pixels: values) == bytes)
  #expect((values[0], values[255]) == (0, 1))
}

@Test func whatIsTheValueOfNoByteBecomesSomeByte() {
  let strange: [Float] = [-1, -.infinity, .nan, 2, 1e30, 0.5]
  #expect([UInt8](pixels: strange).count == strange.count)
}

@Test func packedOrNotAStackHasTheSameParts() {
  let shape: Shape = [3, 2, 5]
  let bytes = (0..<30).map { UInt8(250 - 7 * $0) }
  let packed = PackedArray.pixels(bytes, shape: shape)
  let array = NDArray([Float](pixels: bytes), shape: shape)
  #expect(packed.unpacked == array)
  #expect(PackedArray.floats(array).unpacked == array)
  let stacks = [packed, .floats(array)]
  for (stack, index) in stacks.flatMap({ stack in (0..<3).map { (stack, $0) } }) {
    var place = [Float](repeating: -1, count: 12)
    place.withUnsafeMutableBufferPointer { place in
      stack.write(index, to: UnsafeMutableBufferPointer(rebasing: place[1..<11]))
    }
    #expect(place == [-1] + array.elements[10 * index..<10 * (index + 1)] + [-1])
  }
}
