import NDArrays

extension SafeTensors {
  /// The file that `bytes` are, all of them: the header's lengths, types and offsets are checked
  /// against each other and against the number of bytes before anything is allocated for them.
  public init(decoding bytes: [UInt8]) throws(SafeTensorsError) {
    let start = try Self.dataStart(bytes)
    let header = try SafeTensorsHeader(bytes[8..<start])
    let data = bytes[start...]
    var end = 0
    for claim in header.claims {
      guard claim.description.start == end else {
        throw .misplaced(claim.name, start: claim.description.start, expected: end)
      }
      end += try claim.byteCount()
    }
    guard end == data.count else { throw .wrongDataLength(needs: end, found: data.count) }
    entries = try header.claims.map { claim throws(SafeTensorsError) in try Entry(claim, in: data) }
    metadata = header.metadata
  }

  private static func dataStart(_ bytes: [UInt8]) throws(SafeTensorsError) -> Int {
    guard bytes.count >= 8 else { throw .truncatedHeader(needs: 8, found: bytes.count) }
    let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= SafeTensorsHeader.lengthLimit else {
      throw .headerTooLong(length, limit: SafeTensorsHeader.lengthLimit)
    }
    guard bytes.count - 8 >= length else {
      throw .truncatedHeader(needs: 8 + length, found: bytes.count)
    }
    return 8 + Int(length)
  }
}

extension SafeTensorsHeader.Claim {
  /// What type and shape need, found equal to what the offsets span.
  fileprivate func byteCount() throws(SafeTensorsError) -> Int {
    var count = try dtype().size
    for size in description.shape {
      guard size >= 0 else { throw .negativeSize(size, of: name) }
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow else { throw .sizeOverflow(of: name) }
      count = product
    }
    let (span, overflow) = description.end.subtractingReportingOverflow(description.start)
    guard !overflow, span == count else { throw .wrongSize(of: name, needs: count, found: span) }
    return count
  }

  fileprivate func dtype() throws(SafeTensorsError) -> Dtype {
    guard let dtype = Dtype(rawValue: description.dtype) else {
      throw .unknownDtype(description.dtype, of: name)
    }
    return dtype
  }
}

extension SafeTensors.Entry {
  /// - Parameter data: within which the claim's offsets are known to lie.
  fileprivate init(
    _ claim: SafeTensorsHeader.Claim, in data: ArraySlice<UInt8>
  ) throws(SafeTensorsError) {
    name = claim.name
    shape = Shape(claim.description.shape)
    let range = data.startIndex + claim.description.start..<data.startIndex + claim.description.end
    elements = try claim.dtype().elements(data[range])
  }
}
