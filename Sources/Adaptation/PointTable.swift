import Files

/// A text file of numbers: a line for each example, its numbers apart by commas. Empty lines mean
/// nothing, and a first line whose first cell is no number is a heading.
struct PointTable {
  struct Row {
    /// Counted from one.
    var line: Int
    var cells: [Substring]
  }

  let path: String
  let rows: [Row]

  init(contentsOf path: String) throws(UseError) {
    let bytes: [UInt8]
    do { bytes = try readFile(path) } catch { throw .file(error) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .contents(path: path, "a table of numbers is UTF-8 text, and this is not")
    }
    self.path = path
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let all = lines.enumerated().map { index, line in
      Row(line: index + 1, cells: line.split(separator: ",", omittingEmptySubsequences: false))
    }.filter { !$0.cells.allSatisfy { $0.allSatisfy(\.isWhitespace) } }
    let isHeaded = all.first.map { Self.number($0.cells[0]) == nil } ?? false
    rows = isHeaded ? Array(all.dropFirst()) : all
    guard !rows.isEmpty else { throw .contents(path: path, "no line of numbers") }
  }

  /// Complains of lines with more or fewer cells.
  func check(cells count: Int, _ what: String) throws(UseError) {
    for row in rows where row.cells.count != count {
      throw .contents(
        path: path, line: row.line, "expected \(count) values (\(what)), found \(row.cells.count)")
    }
  }

  /// The numbers in some columns, row by row.
  func numbers(_ columns: Range<Int>) throws(UseError) -> [Float] {
    var numbers: [Float] = []
    for row in rows {
      for cell in row.cells[columns] {
        guard let number = Self.number(cell) else {
          throw .contents(path: path, line: row.line, "'\(cell.trimmed)' is no number")
        }
        numbers.append(number)
      }
    }
    return numbers
  }

  /// The words in a column.
  func words(_ column: Int) -> [String] { rows.map { $0.cells[column].trimmed } }

  private static func number(_ cell: Substring) -> Float? {
    Float(cell.trimmed).flatMap { $0.isFinite ? $0 : nil }
  }
}

extension Substring {
  fileprivate var trimmed: String {
    let start = drop(while: \.isWhitespace)
    let end = start.lastIndex { !$0.isWhitespace }
    return end.map { String(start[...$0]) } ?? ""
  }
}
