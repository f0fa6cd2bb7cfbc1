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
