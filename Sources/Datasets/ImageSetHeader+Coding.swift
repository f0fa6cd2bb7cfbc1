import Episodes

/// `height:u32 width:u32 channels:u32 train:u32 validation:u32 test:u32`, the last three counts of
/// classes, and for each class `name:(u32, UTF-8) images:u32 start:u64 digest:u64`, little-endian.
extension ImageSetHeader {
  var encoded: [UInt8] {
    var bytes: [UInt8] = []
    for value in [shape.height, shape.width, shape.channels] + classCounts {
      bytes.append(littleEndian: UInt32(value))
    }
    for each in classes {
      bytes.append(littleEndian: UInt32(each.name.utf8.count))
      bytes += Array(each.name.utf8)
      bytes.append(littleEndian: UInt32(each.imageCount))
      bytes.append(littleEndian: UInt64(each.start))
      bytes.append(littleEndian: each.digest.value)
    }
    return bytes
  }

  /// Reads what `encoded` wrote, and believes nothing that the rest would have to trust.
  init(
    _ bytes: UnsafeRawBufferPointer, pixelsEnd: UInt64
  ) throws(ImageSetError.Contradiction) {
    var reader = LittleEndianReader(bytes)
    shape = try ImageShape(&reader)
    var counts: [Int] = []
    for _ in Split.allCases { counts.append(Int(try reader.value(UInt32.self))) }
    var classes: [ImageClass] = []
    for _ in 0..<counts.reduce(0, +) { classes.append(try ImageClass(&reader)) }
    guard reader.isAtEnd else { throw .rest }
    (self.classes, classCounts) = (classes, counts)
    try checkPlaces(until: pixelsEnd)
    try checkNames()
  }

  /// Classes follow each other without a gap, from the opening to the header.
  private func checkPlaces(
    until pixelsEnd: UInt64
  ) throws(ImageSetError.Contradiction) {
    var next = ImageSetOpening.byteCount
    for index in classes.indices {
      guard classes[index].start == next else { throw .place }
      next += byteCount(ofClass: index)
    }
    guard pixelsEnd == UInt64(next) else { throw .place }
  }

  private func checkNames() throws(ImageSetError.Contradiction) {
    for split in Split.allCases {
      let names = classes[classes(of: split)].map(\.name)
      for (name, next) in zip(names, names.dropFirst()) {
        guard name.utf8.lexicographicallyPrecedes(next.utf8) else { throw .order }
      }
    }
    guard Set(classes.map { Array($0.name.utf8) }).count == classes.count else { throw .order }
  }
}

extension ImageShape {
  fileprivate init(_ reader: inout LittleEndianReader) throws(ImageSetError.Contradiction) {
    let height = Int(try reader.value(UInt32.self))
    let width = Int(try reader.value(UInt32.self))
    let channels = Int(try reader.value(UInt32.self))
    let sides = 1...ImageSetHeader.longestSide
    guard sides.contains(height), sides.contains(width),
      ImageSetHeader.channelCounts.contains(channels)
    else { throw .shape }
    self.init(height: height, width: width, channels: channels)
  }
}

extension ImageSetHeader.ImageClass {
  fileprivate init(_ reader: inout LittleEndianReader) throws(ImageSetError.Contradiction) {
    guard let bytes = reader.take(count: Int(try reader.value(UInt32.self))) else { throw .ends }
    guard !bytes.isEmpty, let name = String(validating: bytes, as: UTF8.self) else { throw .name }
    self.name = name
    imageCount = Int(try reader.value(UInt32.self))
    guard imageCount > 0 else { throw .images }
    guard let start = Int(exactly: try reader.value(UInt64.self)) else { throw .place }
    self.start = start
    digest = ContentDigest(value: try reader.value(UInt64.self))
  }
}

extension LittleEndianReader {
  fileprivate mutating func value<Value: FixedWidthInteger>(
    _ type: Value.Type
  ) throws(ImageSetError.Contradiction) -> Value {
    guard let value = take(type) else { throw .ends }
    return value
  }
}
