public import NDArrays

/// Few-shot classification: some images of a few classes are shown with their labels, others are to
/// be told apart.
///
/// - Shapes: inputs `[n, height, width, channels]`, from zero to one; targets `[n]`, the labels
///   `0..<ways` as whole numbers. Both sets go through the classes in the order of their labels, with
///   `shots` or `query` images of each.
public struct ImageTasks: TaskDistribution {
  public enum Rotations: String, Hashable, Sendable, CaseIterable {
    case none
    /// Each class of each task is turned as a whole, by a number of quarter turns drawn for it.
    ///
    /// - Source: Finn, Abbeel & Levine 2017, section 5.2, as in the authors' code.
    case perClassAndTask = "per-class-and-task"
    /// Each quarter turn of a class is a class of its own, so that there are four times as many, and
    /// two turns of one image may have to be told apart.
    ///
    /// - Source: Vinyals et al. 2016, "Matching Networks for One Shot Learning", section 4.1.1.
    case asClasses = "as-classes"
  }

  public let source: any ImageSource
  public let split: Split
  /// Classes in a task.
  public let ways: Int
  /// Images of each class in the support set.
  public let shots: Int
  /// Images of each class in the query set.
  public let query: Int
  public let rotations: Rotations
  /// The split's classes that have images enough for a task.
  private let classes: [Int]

  /// - Throws: if the source cannot supply such tasks.
  public init(
    _ source: any ImageSource, split: Split, ways: Int, shots: Int, query: Int,
    rotations: Rotations
  ) throws(ImageTasksError) {
    precondition(min(ways, shots, query) > 0, "a task has classes, and each of them images")
    (self.source, self.split, self.rotations) = (source, split, rotations)
    (self.ways, self.shots, self.query) = (ways, shots, query)
    classes = source.classes(of: split).filter { source.imageCount(ofClass: $0) >= shots + query }
    guard rotations == .none || source.shape.isSquare else { throw .notSquare(source.shape) }
    guard classes.count * variants >= ways else {
      throw .tooFewClasses(split, found: classes.count, images: shots + query, ways: ways)
    }
  }

  /// How many classes are made of one.
  private var variants: Int { rotations == .asClasses ? 4 : 1 }

  public var inputs: InputKind { .pixels }
  public var outputs: Int { ways }

  public var shapes: Episode<Shape> {
    Self.shapes(of: source.shape, ways: ways, shots: shots, query: query)
  }

  public static func shapes(
    of images: ImageShape, ways: Int, shots: Int, query: Int
  ) -> Episode<Shape> {
    func batch(_ count: Int) -> Batch<Shape> {
      Batch(inputs: [count, images.height, images.width, images.channels], targets: [count])
    }
    return Episode(support: batch(ways * shots), query: batch(ways * query))
  }
}

/// Why images cannot supply the tasks that are wanted of them.
public enum ImageTasksError: Error, Equatable, CustomStringConvertible {
  /// Quarter turns would change its shape.
  case notSquare(ImageShape)
  case tooFewClasses(Split, found: Int, images: Int, ways: Int)

  public var description: String {
    switch self {
    case .notSquare(let shape): "images of \(shape) cannot be rotated, only square ones can"
    case .tooFewClasses(let split, let found, let images, let ways):
      "\(found) \(split.rawValue) classes have \(images) images or more each,"
        + " too few for tasks of \(ways) classes"
    }
  }
}

// MARK: - Tasks

/// What is drawn for a task: which images, and how they are turned.
public struct ImageTask: Hashable, Sendable {
  /// One of the task's classes; its place among them is its label.
  public struct Way: Hashable, Sendable {
    /// A class of the source.
    public let classIndex: Int
    /// Anticlockwise.
    public let quarterTurns: Int
    /// Different images of the class, those of the support set first.
    public let images: [Int]
  }

  public let ways: [Way]
}

extension ImageTasks {
  /// The task that `key` names.
  public func task(_ key: RandomKey) -> ImageTask {
    var stream = key.child(0).stream
    let drawn = stream.sample(ways, below: classes.count * variants)
    return ImageTask(
      ways: drawn.enumerated().map { label, variant in
        way(variant, key.child(1).child(UInt64(label)))
      })
  }

  private func way(_ variant: Int, _ key: RandomKey) -> ImageTask.Way {
    let index = classes[variant / variants]
    var stream = key.stream
    let turns =
      switch rotations {
      case .none: 0
      case .perClassAndTask: stream.index(below: 4)
      case .asClasses: variant % variants
      }
    let images = stream.sample(shots + query, below: source.imageCount(ofClass: index))
    return ImageTask.Way(classIndex: index, quarterTurns: turns, images: images)
  }

  /// The bytes of a task's image as it is shown, in the order row, column, channel.
  public func pixels(_ way: ImageTask.Way, image: Int) -> [UInt8] {
    let pixels = source.pixels(ofClass: way.classIndex, image: way.images[image])
    return source.shape.turned(pixels, by: way.quarterTurns)
  }
}

extension ImageTasks {
  public func episode(_ key: RandomKey) -> Episode<NDArray> {
    data(of: [task(key)], shapes).map(\.unpacked)
  }

  public func episodes(_ keys: [RandomKey]) -> Episode<PackedArray> {
    data(of: keys.map { task($0) }, shapes.map { Shape([keys.count] + $0.sizes) })
  }

  private func data(of tasks: [ImageTask], _ shapes: Episode<Shape>) -> Episode<PackedArray> {
    Episode(
      support: batch(tasks, 0..<shots, shapes.support),
      query: batch(tasks, shots..<shots + query, shapes.query))
  }

  private func batch(
    _ tasks: [ImageTask], _ images: Range<Int>, _ shapes: Batch<Shape>
  ) -> Batch<PackedArray> {
    let inputs = [UInt8](unsafeUninitializedCapacity: shapes.inputs.count) { bytes, count in
      for task in tasks {
        for way in task.ways {
          for image in images { write(way, image, to: bytes, from: &count) }
        }
      }
    }
    let labels = (0..<ways).flatMap { label in images.map { _ in Float(label) } }
    return Batch(
      inputs: .pixels(inputs, shape: shapes.inputs),
      targets: .floats(NDArray(tasks.flatMap { _ in labels }, shape: shapes.targets)))
  }

  private func write(
    _ way: ImageTask.Way, _ image: Int, to bytes: UnsafeMutableBufferPointer<UInt8>,
    from place: inout Int
  ) {
    let shape = source.shape
    let room = UnsafeMutableBufferPointer(rebasing: bytes[place..<place + shape.byteCount])
    source.withPixels(ofClass: way.classIndex, image: way.images[image]) { pixels in
      shape.write(pixels, turnedBy: way.quarterTurns, to: room)
    }
    place += shape.byteCount
  }
}
