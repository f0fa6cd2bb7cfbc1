import Datasets
import Files
import Training

extension RunPlan {
  /// The same plan with its images at hand, if its tasks are drawn from images.
  ///
  /// - Parameter other: a file that holds the same images as the one the plan names.
  func withImages(from other: String? = nil) throws(Complaint) -> RunPlan {
    guard let named = imageFile else { return self }
    let file = other ?? named
    let images = try ImageSet(named: file)
    do throws(ImagesError) {
      return try drawing(from: images)
    } catch {
      throw Complaint("\(file): \(error)", .data)
    }
  }
}

extension ImageSet {
  /// Opens a file that the user named.
  init(named path: String) throws(Complaint) {
    do throws(ImageSetError) {
      try self.init(opening: path)
    } catch {
      guard error == .file(.missing(path: path)) else { throw Complaint(error) }
      throw Complaint(
        "\(path): there is no such file; \"outerloop data import\" makes files of images", .noInput)
    }
  }
}
