import Episodes
import Files

/// Omniglot: 1,623 characters of 50 alphabets, each drawn by 20 people.
///
/// - Source: Lake, Salakhutdinov & Tenenbaum 2015, "Human-level concept learning through probabilistic
///   program induction"; the two archives of its authors.
extension ImageImport {
  /// The two parts that the characters are published in.
  public static let omniglotParts = ["images_background", "images_evaluation"]

  /// Finds Omniglot's drawings; a class is a character, by the name `alphabet/character`.
  ///
  /// - Parameter paths: a folder that holds both parts, as folders or as zip archives, or the parts
  ///   themselves.
  public init(
    omniglot paths: [String], splitting: Splitting, format: ImageFormat
  ) throws(ImportError) {
    var images: [SourceImage] = []
    for part in try paths.map(Self.parts).joined() { images += try Self.images(part) }
    guard !images.isEmpty else { throw .noImages(path: paths.joined(separator: ", ")) }
    try self.init(
      images, className: { $0.count < 2 ? nil : $0.suffix(2).joined(separator: "/") },
      splitting: splitting.withoutRotations, format: format)
  }

  private static func parts(_ path: String) throws(ImportError) -> [String] {
    let candidates = omniglotParts.map { part in
      ["\(path)/\(part)", "\(path)/\(part).zip"].first(where: exists)
    }
    if candidates.allSatisfy({ $0 == nil }) { return [path] }
    return try zip(omniglotParts, candidates).map { part, found throws(ImportError) in
      guard let found else { throw .noOmniglot(path: path, part: part) }
      return found
    }
  }

  private static func images(_ part: String) throws(ImportError) -> [SourceImage] {
    guard isFolder(part) else { return try sourceImages(inArchive: part) }
    do throws(FileError) { return try sourceImages(inFolder: part) } catch { throw .file(error) }
  }
}

extension Splitting {
  /// Lists that were made for rotations as classes name each character with its rotations, as in
  /// `Latin/character01/rot090`. Here a character is one class, and tasks rotate it.
  fileprivate var withoutRotations: Splitting {
    guard case .lists(let lists) = self else { return self }
    return .lists(
      lists.mapNames { name in
        let parts = name.split(separator: "/")
        guard parts.count > 2, parts.last?.hasPrefix("rot") == true else { return name }
        return parts.dropLast().joined(separator: "/")
      })
  }
}
