import Adaptation
import Files
import Foundation

/// What was predicted, as text.
struct Answers {
  /// None where values are answered.
  let classes: [String]
  let names: [String]
  let predictions: [Prediction]

  func written(_ format: PredictCommand.Format) -> String {
    switch format {
    case .table: aligned([heading.table] + rows { "\(($0 * 10_000).rounded() / 10_000)" })
    case .csv: ([heading.csv] + rows { "\($0)" }).map(line).joined()
    case .json: "[\n" + zip(names, predictions).map(object).joined(separator: ",\n") + "\n]\n"
    }
  }

  /// How many answers are the names of the folders that the inputs were found in; `nil` unless all of
  /// those are classes.
  func right(_ folders: [String]) -> String? {
    guard !classes.isEmpty, folders.allSatisfy(classes.contains) else { return nil }
    let right = zip(folders, predictions).filter { $0 == $1.label }.count
    return "\(right) of \(folders.count) inputs lie in a folder of the name that was answered"
  }

  private var heading: (table: [String], csv: [String]) {
    let outputs = predictions.first?.outputs.count ?? 0
    let values = outputs == 1 ? ["value"] : (0..<outputs).map { "value\($0 + 1)" }
    let all = ["input"] + (classes.isEmpty ? values : ["label"] + classes)
    return (all, all)
  }

  private func rows(_ number: (Float) -> String) -> [[String]] {
    zip(names, predictions).map { name, prediction in
      let numbers = classes.isEmpty ? prediction.outputs : prediction.probabilities
      return [name] + [prediction.label].compactMap { $0 } + numbers.map(number)
    }
  }

  private func aligned(_ rows: [[String]]) -> String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = zip(row, widths).map { cell, width in
        cell + String(repeating: " ", count: width - cell.count)
      }
      return cells.joined(separator: "  ").trimmingCharacters(in: .whitespaces) + "\n"
    }.joined()
  }

  /// Quoted where a comma, a quote or a line's end would be mistaken.
  private func line(_ cells: [String]) -> String {
    cells.map { cell in
      cell.contains { ",\"\n\r".contains($0) }
        ? "\"\(cell.replacingOccurrences(of: "\"", with: "\"\""))\"" : cell
    }.joined(separator: ",") + "\n"
  }

  private func object(_ name: String, _ prediction: Prediction) -> String {
    let input = "  {\"input\": \(jsonString(name))"
    guard let label = prediction.label else {
      return input + ", \"values\": [\(list(prediction.outputs))]}"
    }
    let each = zip(classes, prediction.probabilities).map { "\(jsonString($0)): \(number($1))" }
    return input + ", \"label\": \(jsonString(label)), \"probabilities\": {"
      + each.joined(separator: ", ") + "}, \"scores\": [\(list(prediction.outputs))]}"
  }

  private func list(_ numbers: [Float]) -> String { numbers.map(number).joined(separator: ", ") }

  /// JSON has no word for what is not finite.
  private func number(_ value: Float) -> String { value.isFinite ? "\(value)" : "null" }
}
