import Datasets
import Episodes
import NDArrays
import Testing

private struct EvenImages: ImageSource {
  let shape = ImageShape(height: 3, width: 3, channels: 3)
  let digest = "0123456789abcdef"
  func classes(of split: Split) -> Range<Int> { 0..<4 }
  func imageCount(ofClass index: Int) -> Int { 3 }
  func pixels(ofClass index: Int, image: Int) -> [UInt8] {
    [UInt8](repeating: UInt8(index * 60 + image), count: shape.byteCount)
  }
}

@Test func aSheetShowsTheTasksImagesAtTheirPlaces() throws {
  let tasks = try ImageTasks(
    EvenImages(), split: .train, ways: 2, shots: 1, query: 2, rotations: .none)
  let keys = [RandomKey(seed: 1), RandomKey(seed: 2)]
  let sheet = TaskSheet(tasks, keys: keys).bitmap
  // Three columns and four rows of 3 + 2 pixels, a border of 2, and 10 more between the parts.
  #expect(sheet.shape == ImageShape(height: 32, width: 27, channels: 3))
  let lefts = [2, 17, 22]
  let tops = [2, 7, 22, 27]
  for (row, way) in keys.flatMap({ tasks.task($0).ways }).enumerated() {
    for (column, image) in way.images.enumerated() {
      let middle = ((tops[row] + 1) * 27 + lefts[column] + 1) * 3
      #expect(sheet.bytes[middle] == UInt8(way.classIndex * 60 + image))
    }
  }
  #expect(sheet.bytes.count { $0 != 128 } == 2 * 2 * 3 * 27)
}
