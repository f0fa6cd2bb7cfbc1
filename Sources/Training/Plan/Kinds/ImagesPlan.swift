public import Episodes
public import Networks

/// Few-shot classification of the images of a file.
///
/// The plan names the file. Once it is opened, the digest of all that is in it stands in the plan too,
/// for another file of that name would be another run; and so does the shape of its images, which is
/// all that a worker needs to know that is sent its tasks.
public struct ImagesPlan: TasksPlan {
  public static let name = "images"

  /// The file's path.
  public var data: String
  public var digest: String?
  public var image: ImageShape?
  /// Classes in a task.
  public var ways: Int
  /// Images of each class.
  public var sets: SetSizes
  public var rotations: ImageTasks.Rotations
  /// Whose classes tasks are of: in training those for training.
  public var split = Split.train
  /// The tasks themselves, where the images are at hand.
  private var atHand: ImageTasks?

  public var targets: Loss.Targets { .labels }
  public var imageFile: String? { data }

  public func tasks() -> any TaskDistribution {
    if let atHand { return atHand }
    guard let image else { preconditionFailure("\(data) was not opened before it was needed") }
    let shapes = ImageTasks.shapes(of: image, ways: ways, shots: sets.shots, query: sets.query)
    return RemoteTasks(shapes: shapes, outputs: ways)
  }

  public mutating func draw(from images: any ImageSource) throws(ImagesError) {
    if let digest, digest != images.digest {
      throw .otherImages(found: images.digest, expected: digest)
    }
    if let image, image != images.shape {
      throw .otherShape(found: images.shape, expected: image)
    }
    do throws(ImageTasksError) {
      atHand = try ImageTasks(
        images, split: split, ways: ways, shots: sets.shots, query: sets.query,
        rotations: rotations)
    } catch {
      throw .tasks(error)
    }
    (digest, image) = (images.digest, images.shape)
  }
}

// MARK: - Reading and writing

extension ImagesPlan {
  private static let mostWays = 4096

  public init(_ reader: inout PlanReader) throws(PlanError) {
    data = try reader.value("data", .text)
    digest = try reader.optional("digest", .digest)
    image = try reader.optional("image", .imageShape)
    ways = try reader.value("ways", .whole(2...Self.mostWays))
    sets = try SetSizes(&reader)
    rotations = try reader.value("rotations", .choice, default: .none)
  }

  public var settings: [(key: String, value: PlanValue)] {
    let digest = digest.map { [(key: "digest", value: PlanValue.word($0))] } ?? []
    let image =
      image.map { [(key: "image", value: PlanValue.list($0.sizes.map(PlanValue.whole)))] } ?? []
    return [("data", .text(data))] + digest + image + [("ways", .whole(ways))] + sets.settings
      + [("rotations", .word(rotations.rawValue))]
  }

  /// A network answers with a score for each of training's ways, so there may not be more of them.
  public mutating func readEvaluation(
    _ reader: inout PlanReader, _ purpose: EvaluationPlan.Purpose
  ) throws(PlanError) {
    split = try reader.value(
      "split", .choice, default: purpose == .validation ? .validation : .test)
    ways = try reader.value("ways", .whole(2...ways), default: ways)
    try sets.readEvaluation(&reader)
    rotations = try reader.value("rotations", .choice, default: rotations)
  }

  public var evaluationSettings: [(key: String, value: PlanValue)] {
    [("split", .word(split.rawValue)), ("ways", .whole(ways))] + sets.settings
      + [("rotations", .word(rotations.rawValue))]
  }

  public static func == (one: ImagesPlan, other: ImagesPlan) -> Bool { one.key == other.key }

  public func hash(into hasher: inout Hasher) { hasher.combine(key) }

  /// All that decides which tasks there are.
  private var key: [String] {
    (settings + evaluationSettings).map { "\($0.key): \($0.value.text)" }
  }
}

extension ImageShape {
  fileprivate var sizes: [Int] { [height, width, channels] }
}

extension Reading where Value == String {
  /// What `ImageSource.digest` says.
  fileprivate static var digest: Self {
    Reading.text.and("16 hexadecimal digits") {
      $0.utf8.count == 16 && $0.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
    }
  }
}

extension Reading where Value == ImageShape {
  fileprivate static var imageShape: Self {
    let sizes = Reading<[Int]>.list(3...3, each: .whole(1...4096))
    return sizes.and("height, width and 1 or 3 channels") { [1, 3].contains($0[2]) }.map {
      ImageShape(height: $0[0], width: $0[1], channels: $0[2])
    }
  }
}
