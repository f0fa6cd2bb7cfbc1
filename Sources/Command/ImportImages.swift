import ArgumentParser
import Datasets
import Foundation
import NDArrays

struct ImportImages: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "images",
    abstract: "Import a folder of class folders of PNG or JPEG images.",
    discussion: """
      Every folder that holds images is a class. The classes are split by lists, or by fractions; or \
      as they lie, in folders train, val and test.
      """)

  @Argument(help: "The folder.", completion: .directory)
  var folder: String

  @Option(
    help: ArgumentHelp(
      "Make all images this size; by default all must have one size already.",
      valueName: "width x height"))
  var size: ImageFormat.Size?

  @Flag(help: "Keep brightness alone.")
  var grey = false

  @Flag(help: "Make dark what is light.")
  var invert = false

  @Option(
    help: ArgumentHelp(
      "Split the classes by the lists train.txt, val.txt and test.txt in this folder.",
      valueName: "folder"),
    completion: .directory)
  var lists: String?

  @Option(
    help: ArgumentHelp(
      "Split the classes at random, in these proportions.", valueName: "train,val,test"))
  var fractions: Fractions?

  @Option(help: "With fractions: which classes are for what.")
  var seed: UInt64 = 1

  @Option(
    name: [.short, .long], help: "Where to write; by default FOLDER.images.", completion: .file())
  var output: String?

  func validate() throws {
    guard lists == nil || fractions == nil else {
      throw ValidationError("--lists and --fractions both split; give one of them.")
    }
  }

  func run() throws {
    try reporting {
      try importing(to: output ?? "\(URL(filePath: folder).lastPathComponent).images") {
        () throws(ImportError) in try found()
      }
    }
  }

  private func found() throws(ImportError) -> ImageImport {
    let format = ImageFormat(
      size: size, colors: grey ? .grey : .rgb, ink: invert ? .inverted : .asIs)
    if lists == nil, fractions == nil, try ImageImport.isSplit(folder) {
      return try ImageImport(splitFolder: folder, format: format)
    }
    return try ImageImport(folder: folder, splitting: try splitting(), format: format)
  }

  private func splitting() throws(ImportError) -> Splitting {
    if let lists { return .lists(try SplitLists(folder: lists)) }
    let parts = fractions ?? Fractions(train: 0.64, validation: 0.16, test: 0.2)
    return .fractions(
      train: parts.train, validation: parts.validation, test: parts.test, RandomKey(seed: seed))
  }
}
