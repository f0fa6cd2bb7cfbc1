import ArgumentParser
import Datasets
import Files

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Make and look at files of images, which tasks are drawn from.",
    subcommands: [Import.self, ShowImages.self])

  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a collection of images to one file.",
      discussion: "Images that cannot be read are named and left out.",
      subcommands: [ImportOmniglot.self, ImportImages.self])
  }
}

extension Complaint {
  init(_ error: ImageSetError) {
    switch error {
    case .file(let error): self.init("\(error)", .noInput)
    case .refused: self.init("\(error)", .data)
    }
  }

  /// - Parameter output: where the import was to be written.
  init(_ error: ImportError, output: String) {
    switch error {
    case .file(let file) where file.path == output: self.init("\(error)", .cannotCreate)
    case .file, .noOmniglot: self.init("\(error)", .noInput)
    case .archive, .noImages, .twice, .nothingUsable, .noLists, .notText, .inTwoSplits,
      .unknownClass, .tooFewClasses:
      self.init("\(error)", .data)
    }
  }
}
