import CKernels

extension ol_convolution {
  /// A 3x3 filter over square images with as many windows as pixels.
  fileprivate init(images: Int, side: Int, inputs: Int, outputs: Int) {
    self.init()
    (self.images, self.inputs, self.outputs) = (Int32(images), Int32(inputs), Int32(outputs))
    (height, width, down, across) = (Int32(side), Int32(side), Int32(side), Int32(side))
    (filter_height, filter_width, stride_down, stride_across) = (3, 3, 1, 1)
    (top, left, scale, addend_scale) = (1, 1, 1, 1)
  }

  fileprivate var pixels: Int { Int(images * height * width) }
  fileprivate var pairs: Int { Int(inputs * outputs) }
  /// Of the taps that lie on an image, however they are computed.
  fileprivate var flops: Int {
    2 * Int(images) * Int(3 * height - 2) * Int(3 * width - 2) * pairs
  }
}

extension Workload {
  /// The layers of stride one, and their like, of few-shot image classification: term by term and by
  /// Winograd's algorithm, and what the latter makes of filters.
  static var convolutions: [Workload] {
    [(1, 42, 32, 32), (1, 21, 32, 32), (5, 10, 32, 32), (5, 14, 64, 64), (5, 7, 64, 64)].flatMap {
      of(ol_convolution(images: $0, side: $1, inputs: $2, outputs: $3))
    } + transforms(32 * 32) + transforms(64 * 64)
  }

  private static func of(_ c: ol_convolution) -> [Workload] {
    let (x, y) = (floats(c.pixels * Int(c.inputs)), floats(c.pixels * Int(c.outputs)))
    let (f, u) = (floats(9 * c.pairs), floats(16 * c.pairs))
    func workload(_ name: String, _ run: @escaping (ol_kernels, ol_convolution) -> Void) -> Workload
    {
      let shape = "\(c.images) of \(c.height)x\(c.width), \(c.inputs) to \(c.outputs)"
      return Workload(name: "\(name) \(shape)", flops: c.flops, bytes: 0) { run($0, c) }
    }
    return [
      workload("convolve") { k, c in withUnsafePointer(to: c) { k.convolve($0, x, f, f, f, y) } },
      workload("winograd") { k, c in withUnsafePointer(to: c) { k.winograd($0, x, u, f, f, y) } },
      workload("convolve by input") { k, c in
        withUnsafePointer(to: c) { k.convolve_by_input($0, y, f, f, f, x) }
      },
      workload("winograd by input") { k, c in
        withUnsafePointer(to: c) { k.winograd_by_input($0, y, u, f, f, x) }
      },
      workload("convolve by filter") { k, c in
        withUnsafePointer(to: c) { k.convolve_by_filter($0, x, y, f, f, f) }
      },
      workload("winograd by filter") { k, c in
        withUnsafePointer(to: c) { k.winograd_by_filter($0, x, y, u) }
      },
    ]
  }

  private static func transforms(_ pairs: Int) -> [Workload] {
    let (f, u) = (floats(9 * pairs), floats(16 * pairs))
    return [
      Workload(name: "winograd filter \(pairs)", flops: 0, bytes: 100 * pairs) {
        $0.winograd_filter(Int64(pairs), f, u)
      },
      Workload(name: "winograd gradient \(pairs)", flops: 0, bytes: 100 * pairs) {
        $0.winograd_gradient(Int64(pairs), u, f)
      },
    ]
  }
}
