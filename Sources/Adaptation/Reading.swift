import Datasets
public import NDArrays

extension MetaLearned {
  /// Reads the support set of a new task: a folder with a folder of PNG or JPEG images for each class;
  /// or, where inputs are no images, a text file with a line for each example, its inputs and then its
  /// targets or its class, apart by commas.
  ///
  /// - Parameter ink: what images need to look like the run's own.
  public func support(
    at path: String, ink: Ink = .asIs
  ) throws(UseError) -> Support {
    let support = try inputs.support(at: path, ink)
    do { try support.check(for: inputs) } catch { throw .contents(path: path, "\(error)") }
    return support
  }
}

extension Adapted {
  /// Reads inputs: images, or folders of them; or text files with a line for each input. They come with
  /// names that tell them apart, and the folder that each image was found in.
  public func inputs(
    at paths: [String]
  ) throws(UseError) -> (names: [String], folders: [String], inputs: NDArray) {
    try inputs.asked(paths, ink)
  }
}

extension InputShape {
  fileprivate func support(at path: String, _ ink: Ink) throws(UseError) -> Support {
    guard let format = format(ink) else { return try points(at: path) }
    let images = try images(at: path, format)
    if let stray = images.first(where: { $0.className.isEmpty }) {
      throw .contents(path: stray.path, "it is in no folder that names its class")
    }
    return Support(inputs: stacked(images), classes: images.map(\.className))
  }

  fileprivate func asked(
    _ paths: [String], _ ink: Ink
  ) throws(UseError) -> (names: [String], folders: [String], inputs: NDArray) {
    guard let format = format(ink) else { return try askedPoints(paths) }
    var all: [LooseImage] = []
    for path in paths { all += try images(at: path, format) }
    return (all.map(\.path), all.map(\.className), stacked(all))
  }

  private func images(at path: String, _ format: ImageFormat) throws(UseError) -> [LooseImage] {
    do {
      return try looseImages(at: path, format: format)
    } catch {
      switch error {
      case .file(let error): throw .file(error)
      case .unusable(let path, let fault): throw .contents(path: path, "\(fault)")
      case .noImages(let path): throw .contents(path: path, "no PNG or JPEG images in it")
      }
    }
  }

  private func stacked(_ images: [LooseImage]) -> NDArray {
    let pixels = images.flatMap { [Float](pixels: $0.bitmap.bytes) }
    return NDArray(pixels, shape: Shape([images.count] + example.sizes))
  }

  private func points(at path: String) throws(UseError) -> Support {
    let table = try PointTable(contentsOf: path)
    let (count, width) = (table.rows.count, example.count)
    try table.check(
      cells: width + (areClasses ? 1 : outputs),
      areClasses ? "inputs and a class" : "inputs and targets")
    let inputs = NDArray(
      try table.numbers(0..<width), shape: Shape([count] + example.sizes))
    guard !areClasses else { return Support(inputs: inputs, classes: table.words(width)) }
    let values = try table.numbers(width..<width + outputs)
    return Support(inputs: inputs, values: NDArray(values, shape: [count, outputs]))
  }

  private func askedPoints(
    _ paths: [String]
  ) throws(UseError) -> (names: [String], folders: [String], inputs: NDArray) {
    var (names, numbers): ([String], [Float]) = ([], [])
    for path in paths {
      let table = try PointTable(contentsOf: path)
      try table.check(cells: example.count, "the inputs")
      numbers += try table.numbers(0..<example.count)
      names += table.rows.map { $0.cells.joined(separator: ",") }
    }
    let inputs = NDArray(numbers, shape: Shape([names.count] + example.sizes))
    return (names, names.map { _ in "" }, inputs)
  }
}
