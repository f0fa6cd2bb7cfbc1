import CKernels

/// Winograd's convolutions by the contract: the transforms line by line, and a chain at each position.
extension ContractModel {
  typealias Matrix = [[Float]]
  typealias Line = ([Float]) -> [Float]

  /// A transform of columns, then of rows.
  private static func transformed(_ x: Matrix, by line: Line) -> Matrix {
    let columns = x[0].indices.map { column in line(x.map { $0[column] }) }
    return columns[0].indices.map { row in line(columns.map { $0[row] }) }
  }

  private static func patchLine(_ d: [Float]) -> [Float] {
    [d[0] - d[2], d[1] + d[2], d[2] - d[1], d[1] - d[3]]
  }

  private static func filterLine(_ g: [Float]) -> [Float] {
    let outer = g[0] + g[2]
    return [g[0], (outer + g[1]) * 0.5, (outer - g[1]) * 0.5, g[2]]
  }

  private static func squareLine(_ m: [Float]) -> [Float] {
    [(m[0] + m[1]) + m[2], (m[1] - m[2]) - m[3]]
  }

  private static func windowsLine(_ y: [Float]) -> [Float] {
    [y[0], y[0] + y[1], y[0] - y[1], -y[1]]
  }

  private static func gradientLine(_ m: [Float]) -> [Float] {
    let inner = (m[1] + m[2]) * 0.5
    return [m[0] + inner, (m[1] - m[2]) * 0.5, inner + m[3]]
  }
}

extension ContractModel {
  /// Images in memory.
  struct Picture {
    var images: Int, height: Int, width: Int, channels: Int
    var values: [Float]

    /// One channel of a square part, zero where it is outside.
    func cut(_ image: Int, _ row: Int, _ column: Int, side: Int, _ channel: Int) -> Matrix {
      (row..<row + side).map { y in
        (column..<column + side).map { x in
          place(image, y, x).map { values[$0 + channel] } ?? 0
        }
      }
    }

    func place(_ image: Int, _ row: Int, _ column: Int) -> Int? {
      guard 0..<height ~= row, 0..<width ~= column else { return nil }
      return ((image * height + row) * width + column) * channels
    }

    func forEachSquare(_ body: (_ image: Int, _ row: Int, _ column: Int) -> Void) {
      for image in 0..<images {
        for row in stride(from: 0, to: height, by: 2) {
          for column in stride(from: 0, to: width, by: 2) { body(image, row, column) }
        }
      }
    }
  }

  private static func pixels(_ c: ol_convolution, _ values: [Float] = []) -> Picture {
    Picture(
      images: Int(c.images), height: Int(c.height), width: Int(c.width), channels: Int(c.inputs),
      values: values)
  }

  private static func windows(_ c: ol_convolution, _ values: [Float] = []) -> Picture {
    Picture(
      images: Int(c.images), height: Int(c.down), width: Int(c.across), channels: Int(c.outputs),
      values: values)
  }

  /// Each pair of channels of what stands at `side` times `side` places.
  private static func eachPair(_ x: [Float], side: Int, _ line: Line) -> [Float] {
    let pairs = x.count / (side * side)
    let results = (0..<pairs).map { pair in
      let matrix = (0..<side).map { i in (0..<side).map { x[(i * side + $0) * pairs + pair] } }
      return transformed(matrix, by: line).flatMap { $0 }
    }
    return results[0].indices.flatMap { place in results.map { $0[place] } }
  }

  static func winogradFilter(_ f: [Float]) -> [Float] { eachPair(f, side: 3, filterLine) }

  static func winogradGradient(_ m: [Float]) -> [Float] { eachPair(m, side: 4, gradientLine) }

  static func winograd(_ c: ol_convolution, _ x: [Float], _ u: [Float], _ e: Epilogue) -> [Float] {
    var results = windows(c)
    squares(&results, of: pixels(c, x), u, before: (Int(c.top), Int(c.left)), turned: Array(0..<4))
    return e.followed(results.values)
  }

  static func winogradByInput(
    _ c: ol_convolution, _ y: [Float], _ u: [Float], _ e: Epilogue
  ) -> [Float] {
    var results = pixels(c)
    squares(
      &results, of: windows(c, y), u, before: (2 - Int(c.top), 2 - Int(c.left)),
      turned: [3, 1, 2, 0])
    return e.followed(results.values)
  }

  private static func squares(
    _ results: inout Picture, of sources: Picture, _ u: [Float], before: (Int, Int),
    turned: [Int]
  ) {
    let (inputs, outputs) = (sources.channels, results.channels)
    results.values = Array(
      repeating: .nan, count: results.images * results.height * results.width * outputs)
    let places = results
    places.forEachSquare { image, row, column in
      let patches = (0..<inputs).map {
        transformed(
          sources.cut(image, row - before.0, column - before.1, side: 4, $0), by: patchLine)
      }
      for output in 0..<outputs {
        var chains = Matrix(repeating: [0, 0, 0, 0], count: 4)
        for place in 0..<16 {
          let (i, j) = (place / 4, place % 4)
          let factors = (4 * turned[i] + turned[j]) * inputs * outputs + output
          for k in 0..<inputs {
            chains[i][j].addProduct(patches[k][i][j], u[factors + k * outputs])
          }
        }
        let square = transformed(chains, by: squareLine)
        for (i, j) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
          guard let at = places.place(image, row + i, column + j) else { continue }
          results.values[at + output] = square[i][j]
        }
      }
    }
  }

  static func winogradByFilter(_ c: ol_convolution, _ x: [Float], _ y: [Float]) -> [Float] {
    let (x, y) = (pixels(c, x), windows(c, y))
    var m = [Float](repeating: 0, count: 16 * x.channels * y.channels)
    y.forEachSquare { image, row, column in
      let patches = (0..<x.channels).map {
        transformed(
          x.cut(image, row - Int(c.top), column - Int(c.left), side: 4, $0), by: patchLine)
      }
      let brought = (0..<y.channels).map {
        transformed(y.cut(image, row, column, side: 2, $0), by: windowsLine)
      }
      for index in m.indices {
        let (pair, place) = (index % (x.channels * y.channels), index / (x.channels * y.channels))
        m[index].addProduct(
          patches[pair / y.channels][place / 4][place % 4],
          brought[pair % y.channels][place / 4][place % 4])
      }
    }
    return m
  }
}
