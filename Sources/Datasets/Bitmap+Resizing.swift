import Episodes

extension Bitmap {
  /// The image at another size: each new pixel is the mean of the area that it covers of the old
  /// image, rounded to the nearest byte.
  ///
  /// The sums are of whole numbers, so the bytes are the same on every machine. Proportions are not
  /// kept.
  func resized(height: Int, width: Int) -> Bitmap {
    if (height, width) == (shape.height, shape.width) { return self }
    let rows = coverage(of: shape.height, by: height)
    let columns = coverage(of: shape.width, by: width)
    let area = shape.height * shape.width
    let target = ImageShape(height: height, width: width, channels: shape.channels)
    var result: [UInt8] = []
    result.reserveCapacity(target.byteCount)
    for row in rows {
      let line = summed(row)
      for column in columns {
        for channel in 0..<shape.channels {
          result.append(UInt8((weighed(line, column, channel) + area / 2) / area))
        }
      }
    }
    return Bitmap(result, shape: target)
  }

  /// The weighed sum of some rows, for each column and channel.
  private func summed(_ rows: Coverage) -> [Int] {
    let count = shape.width * shape.channels
    var sums = [Int](repeating: 0, count: count)
    for (row, weight) in zip(rows.first..., rows.weights) {
      for index in 0..<count { sums[index] += weight * Int(bytes[row * count + index]) }
    }
    return sums
  }

  private func weighed(_ line: [Int], _ columns: Coverage, _ channel: Int) -> Int {
    zip(columns.first..., columns.weights).reduce(0) { sum, next in
      sum + next.1 * line[next.0 * shape.channels + channel]
    }
  }
}

/// The old pixels that a new one covers along an axis, and how much of each.
private struct Coverage {
  var first: Int
  var weights: [Int]
}

/// What each of `new` pixels covers of `old` ones, in units in which an old pixel is `new` long; so a
/// new one is `old` long, and its weights add up to that.
private func coverage(of old: Int, by new: Int) -> [Coverage] {
  (0..<new).map { index in
    let (start, end) = (index * old, (index + 1) * old)
    let pixels = start / new...(end - 1) / new
    let weights = pixels.map { min(end, ($0 + 1) * new) - max(start, $0 * new) }
    return Coverage(first: pixels.lowerBound, weights: weights)
  }
}
