import CKernels

/// Convolutions and pooling by the contract: what each element adds up, in order.
extension ContractModel {
  /// Where the three factors of a term stand.
  struct Term {
    var x: Int, f: Int, y: Int
  }

  /// Calls `body` with each tap of each window that lies on its image: images, windows row by row,
  /// taps row by row.
  static func forEachTap(
    _ c: ol_convolution, _ body: (_ pixel: Int, _ tap: Int, _ window: Int) -> Void
  ) {
    for index in 0..<Int(c.images * c.down * c.across) {
      let (row, column) = (index / Int(c.across) % Int(c.down), index % Int(c.across))
      let image = index / Int(c.across * c.down)
      for tap in 0..<Int(c.filter_height * c.filter_width) {
        let y = row * Int(c.stride_down) + tap / Int(c.filter_width) - Int(c.top)
        let x = column * Int(c.stride_across) + tap % Int(c.filter_width) - Int(c.left)
        guard 0..<Int(c.height) ~= y, 0..<Int(c.width) ~= x else { continue }
        body((image * Int(c.height) + y) * Int(c.width) + x, tap, index)
      }
    }
  }

  static func convolve(_ c: ol_convolution, _ x: [Float], _ f: [Float], _ e: Epilogue) -> [Float] {
    let (inputs, outputs) = (Int(c.inputs), Int(c.outputs))
    var y = e.start(count: Int(c.images * c.down * c.across) * outputs)
    forEachTap(c) { pixel, tap, window in
      for o in 0..<outputs {
        for i in 0..<inputs {
          y[window * outputs + o].addProduct(
            x[pixel * inputs + i], f[(tap * inputs + i) * outputs + o])
        }
      }
    }
    return e.end(y)
  }

  /// With the filter as [height, width, outputs, inputs].
  static func convolveByInput(
    _ c: ol_convolution, _ y: [Float], _ f: [Float], _ e: Epilogue
  ) -> [Float] {
    let (inputs, outputs) = (Int(c.inputs), Int(c.outputs))
    var x = e.start(count: Int(c.images * c.height * c.width) * inputs)
    var windows: [(pixel: Int, tap: Int, window: Int)] = []
    forEachTap(c) { windows.append(($0, $1, $2)) }
    for (pixel, tap, window) in windows.sorted(by: { ($0.pixel, $0.tap) < ($1.pixel, $1.tap) }) {
      for i in 0..<inputs {
        for o in 0..<outputs {
          x[pixel * inputs + i].addProduct(
            y[window * outputs + o], f[(tap * outputs + o) * inputs + i])
        }
      }
    }
    return e.end(x)
  }

  static func convolveByFilter(
    _ c: ol_convolution, _ x: [Float], _ y: [Float], _ e: Epilogue
  ) -> [Float] {
    let (inputs, outputs) = (Int(c.inputs), Int(c.outputs))
    let taps = Int(c.filter_height * c.filter_width)
    var f = e.start(count: taps * inputs * outputs)
    forEachTap(c) { pixel, tap, window in
      for i in 0..<inputs {
        for o in 0..<outputs {
          f[(tap * inputs + i) * outputs + o].addProduct(
            x[pixel * inputs + i], y[window * outputs + o])
        }
      }
    }
    return e.end(f)
  }

  /// What is added before a chain and what it passes through last.
  struct Epilogue {
    var c: ol_convolution
    var addend: [Float], gate: [Float]

    /// What is added to each of `count` elements.
    private func added(_ count: Int) -> [Float] {
      (0..<count).map { c.addend_scale * addend[$0 % addend.count] }
    }

    func start(count: Int) -> [Float] {
      Int(c.addend) == OL_ADDEND_NONE || c.scale != 1
        ? Array(repeating: 0, count: count) : added(count)
    }

    func end(_ chains: [Float]) -> [Float] {
      gated(c.scale == 1 ? chains : scaled(chains))
    }

    /// What becomes of values that no chain has started with.
    func followed(_ values: [Float]) -> [Float] { gated(scaled(values)) }

    private func gated(_ values: [Float]) -> [Float] {
      switch Int(c.gate) {
      case OL_GATE_RELU: return values.map { $0 > 0 ? $0 : 0 }
      case OL_GATE_MATRIX: return zip(values, gate).map { $1 > 0 ? $0 : 0 }
      default: return values
      }
    }

    private func scaled(_ chains: [Float]) -> [Float] {
      if Int(c.addend) == OL_ADDEND_NONE { return chains.map { c.scale * $0 } }
      return zip(chains, added(chains.count)).map { $1.addingProduct(c.scale, $0) }
    }
  }
}
