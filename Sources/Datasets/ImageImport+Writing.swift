import Dispatch
import Episodes
import Files
import Locks

/// What an import wrote.
public struct ImportReport: Equatable, Sendable {
  public internal(set) var classCount = 0
  public internal(set) var imageCount = 0
  public internal(set) var unreadable: [ImportError.Unreadable] = []
  /// Classes of which no image could be used, and which are therefore not in the file.
  public internal(set) var emptyClasses: [String] = []
}

extension ImageImport {
  /// Decodes all images, on all cores, and writes those that can be used to a file of images.
  ///
  /// - Parameter progress: told after each class how many images are done.
  /// - Throws: if nothing was written; a former file of the name is then as it was. A few images that
  ///   cannot be used are no reason.
  public func write(
    to path: String, progress: (_ done: Int) -> Void
  ) throws(ImportError) -> ImportReport {
    let shape = try writtenShape()
    var report = ImportReport()
    do throws(FileError) {
      var writer = try ImageSetWriter(path: path, shape: shape)
      var done = 0
      for each in classes {
        let pixels = report.absorb(decoded(each.images, shape), of: each)
        if !pixels.isEmpty { try writer.append(each.name, to: each.split, pixels: pixels) }
        done += each.images.count
        progress(done)
      }
      if report.imageCount > 0 { try writer.finish() }
    } catch {
      throw .file(error)
    }
    guard report.imageCount > 0 else { throw .nothingUsable(report.unreadable) }
    return report
  }

  /// The shape asked for, or that of the first image that can be decoded.
  private func writtenShape() throws(ImportError) -> ImageShape {
    if let size = format.size {
      let channels = format.colors == .grey ? 1 : 3
      return ImageShape(height: size.height, width: size.width, channels: channels)
    }
    var unreadable: [ImportError.Unreadable] = []
    for image in classes.flatMap(\.images) {
      switch result(image) {
      case .success(let bitmap): return bitmap.shape
      case .failure(let fault):
        unreadable.append(ImportError.Unreadable(location: image.location, fault: fault))
      }
    }
    throw .nothingUsable(unreadable)
  }

  private func result(_ image: SourceImage) -> Result<Bitmap, ImageFault> {
    Result { () throws(ImageFault) in try format.bitmap(image) }
  }

  private func decoded(
    _ images: [SourceImage], _ shape: ImageShape
  ) -> [Result<Bitmap, ImageFault>] {
    concurrently(images.count) { index in
      result(images[index]).flatMap { bitmap in
        bitmap.shape == shape
          ? .success(bitmap) : .failure(.size(bitmap.shape, expected: shape))
      }
    }
  }
}

extension ImportReport {
  /// Counts a class's images, and returns the bytes of those that can be used.
  fileprivate mutating func absorb(
    _ results: [Result<Bitmap, ImageFault>], of source: ImageImport.SourceClass
  ) -> [UInt8] {
    var (pixels, usable): ([UInt8], Int) = ([], 0)
    for (image, result) in zip(source.images, results) {
      switch result {
      case .success(let bitmap):
        pixels += bitmap.bytes
        usable += 1
      case .failure(let fault):
        unreadable.append(ImportError.Unreadable(location: image.location, fault: fault))
      }
    }
    if usable == 0 { emptyClasses.append(source.name) } else { classCount += 1 }
    imageCount += usable
    return pixels
  }
}

/// The results of `count` pieces of work, done on all cores, in their order.
private func concurrently<Output: Sendable>(
  _ count: Int, _ work: @Sendable (Int) -> Output
) -> [Output] {
  let outputs = Locked([Output?](repeating: nil, count: count))
  DispatchQueue.concurrentPerform(iterations: count) { index in
    let output = work(index)
    outputs.withLock { $0[index] = output }
  }
  return outputs.withLock { $0.compactMap(\.self) }
}
