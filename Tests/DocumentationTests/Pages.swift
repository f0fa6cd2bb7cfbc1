import Foundation
import Testing

/// Every block of Swift on a page of the documentation stands in the file that is named after the
/// page, but for indentation and who may see it.
func expectShown(
  _ page: String, blocks count: Int, in file: String = #filePath,
  at location: SourceLocation = #_sourceLocation
) throws {
  let path = URL(filePath: file).deletingLastPathComponent()
    .appending(path: "../../Documentation/\(page).md")
  let source = plain(try String(contentsOf: URL(filePath: file), encoding: .utf8))
  let blocks = try String(contentsOf: path, encoding: .utf8).components(separatedBy: "```swift\n")
    .dropFirst().map { $0.components(separatedBy: "```")[0] }
  #expect(blocks.count == count, sourceLocation: location)
  for block in blocks {
    #expect(source.contains(plain(block)), "not compiled: \(block)", sourceLocation: location)
  }
}

private func plain(_ text: String) -> String {
  text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    .filter { !$0.isEmpty }.joined(separator: "\n").replacing("private ", with: "")
}
