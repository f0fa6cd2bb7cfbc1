import ArgumentParser
import Datasets
import Episodes
import Files
import NDArrays

struct ShowImages: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Print what is in a file of images, and draw some tasks.",
    discussion: """
      The file is checked from end to end. On the sheet each block is a task, each row one of its \
      classes; images to learn from are on the left, those to be told apart on the right.
      """)

  @Argument(help: "A file that \"data import\" wrote.", completion: .file(extensions: ["images"]))
  var file: String

  @Flag(help: "List all classes.")
  var classes = false

  @Option(help: ArgumentHelp("Draw tasks to this PNG file.", valueName: "file"))
  var sheet: String?

  @Option(help: "Tasks on the sheet.")
  var tasks = 4

  @Option(help: "Classes in a task.")
  var ways = 5

  @Option(help: "Images of each class to learn from.")
  var shots = 1

  @Option(help: "Images of each class to be told apart.")
  var query = 5

  @Option(help: "Whose classes: \(Split.allCases.map(\.rawValue).joined(separator: ", ")).")
  var split = Split.train

  @Option(
    help:
      "How images are turned: \(ImageTasks.Rotations.allCases.map(\.rawValue).joined(separator: ", "))."
  )
  var rotations = ImageTasks.Rotations.none

  @Option(help: "Which tasks are drawn.")
  var seed: UInt64 = 1

  func validate() throws {
    for (value, flag) in [
      (tasks, "tasks"), (ways, "ways"), (shots, "shots"), (query, "query"),
    ] {
      try check(value, flag, atMost: 1000)
    }
  }

  func run() throws {
    try reporting {
      let set = try ImageSet(named: file)
      try put(set.summary + "\n")
      if classes {
        try put(Split.allCases.flatMap { lines($0, of: set) }.joined(separator: "\n") + "\n")
      }
      if let sheet { try draw(set, to: sheet) }
    }
  }

  private func lines(_ split: Split, of set: ImageSet) -> [String] {
    set.header.classes[set.classes(of: split)].map { "\(split)\t\($0.name)\t\($0.imageCount)" }
  }

  private func draw(_ set: ImageSet, to path: String) throws {
    let keys = (0..<tasks).map { RandomKey(seed: seed).child(UInt64($0)) }
    do {
      let tasks = try ImageTasks(
        set, split: split, ways: ways, shots: shots, query: query, rotations: rotations)
      try writeAtomically(try TaskSheet(tasks, keys: keys).bitmap.png(), to: path)
    } catch let error as ImageTasksError {
      throw Complaint("\(file): \(error)", .data)
    } catch let fault as ImageFault {
      throw Complaint("\(path): \(fault)", .failure)
    }
    tell("written: \(path)")
  }
}
