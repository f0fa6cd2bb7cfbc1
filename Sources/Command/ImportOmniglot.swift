import ArgumentParser
import Datasets
import NDArrays

struct ImportOmniglot: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "omniglot",
    abstract: "Import Omniglot, the 1,623 handwritten characters.",
    discussion: """
      From the two published archives, images_background.zip and images_evaluation.zip, or from what \
      they unpack to. Each character is one class, ink is bright. By default 1,100 characters of \
      any alphabet are for training, 100 for validation and 423 for testing, as in MAML's code.
      """)

  @Argument(
    help: "The folder that holds both parts, or the parts themselves.", completion: .directory)
  var source: [String]

  @Option(help: ArgumentHelp("Make all images this size.", valueName: "width x height"))
  var size = ImageFormat.Size(width: 28, height: 28)

  @Option(
    help: ArgumentHelp(
      "Split the characters by the lists train.txt, val.txt and test.txt in this folder.",
      discussion: "Names of rotated characters, as in Latin/character01/rot090, count as well.",
      valueName: "folder"),
    completion: .directory)
  var lists: String?

  @Option(help: "Without lists: which characters are for what.")
  var seed: UInt64 = 1

  @Option(name: [.short, .long], help: "Where to write.", completion: .file())
  var output = "omniglot.images"

  func validate() throws {
    guard !source.isEmpty else { throw ValidationError("Omniglot's folder is missing.") }
  }

  func run() throws {
    try reporting {
      try importing(to: output) { () throws(ImportError) in
        let splitting =
          if let lists { Splitting.lists(try SplitLists(folder: lists)) } else {
            Splitting.counts(train: 1100, validation: 100, RandomKey(seed: seed))
          }
        return try ImageImport(
          omniglot: source, splitting: splitting,
          format: ImageFormat(size: size, colors: .grey, ink: .inverted))
      }
    }
  }
}
