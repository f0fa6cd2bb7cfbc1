import NDArrays
import Testing

@Test func everyByteComesBackFromItsValue() {
  for byte in UInt8.min...UInt8.max {
    #expect(UInt8(pixel: Float(pixel: byte)) == byte)
  }
  #expect(Float(pixel: 0) == 0 && Float(pixel: 255) == 1)
}

@Test func whatNoByteMeansBecomesTheNearest() {
  #expect(
    [-1, -Float.infinity, .nan, 2, .infinity].map { UInt8(pixel: $0) } == [0, 0, 0, 255, 255])
  #expect(UInt8(pixel: 0.5) == 128)
}
