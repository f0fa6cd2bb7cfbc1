import Foundation
import Telemetry
import Training

/// What a search for a Lambda pattern found, as a table and as a picture.
struct PatternReport {
  private let search: PatternSearch
  private let tasks: Int
  private let front: Set<Int>

  init(_ search: PatternSearch, tasks: Int) {
    (self.search, self.tasks, front) = (search, tasks, Set(search.front))
  }

  /// A line for each pattern; differences are to the full pattern, task by task.
  var text: String {
    let steps = search.steps
    let measure = search.areAccuracies ? "accuracy in %" : "mean squared error"
    let after = steps > 1 ? [1, steps] : [steps]
    let heading =
      ["", "pattern", "time", "speed-up"]
      + after.flatMap { ["\($0) step\($0 == 1 ? "" : "s")", "difference", "± 95 % CI"] }
    let rows = search.measured.indices.map { index in
      [mark(index), search.measured[index].pattern.name, time(index), speedUp(index)]
        + after.flatMap { results(index, $0) }
    }
    return "\(measure) over \(tasks) validation tasks; differences are paired by task\n\n"
      + aligned([heading] + rows)
      + "\n* on the front: nothing faster does better. > chosen: the fastest that loses at most "
      + "\(search.areAccuracies ? percent(search.allowedLoss) : "\(search.allowedLoss)").\n"
  }

  private func mark(_ index: Int) -> String {
    (index == search.chosen ? ">" : " ") + (front.contains(index) ? "*" : " ")
  }

  private func time(_ index: Int) -> String {
    Duration.seconds(search.measured[index].seconds).readable
  }

  private func speedUp(_ index: Int) -> String {
    fixed(search.measured[0].seconds / search.measured[index].seconds, 2)
  }

  private func results(_ index: Int, _ steps: Int) -> [String] {
    let (own, more) = (
      search.estimate(index, after: steps), search.difference(index, after: steps)
    )
    guard own.mean.isFinite, more.mean.isFinite else { return ["diverged", "", ""] }
    return [own.mean, more.mean, more.halfWidth].map {
      search.areAccuracies ? fixed(100 * $0, 2) : fixed($0, 4)
    }
  }

  private func percent(_ share: Double) -> String { "\(fixed(100 * share, 2)) points" }

  private func fixed(_ value: Double, _ places: Int) -> String {
    String(format: "%.\(places)f", value)
  }

  /// Numbers to the right, the two first columns to the left.
  private func aligned(_ rows: [[String]]) -> String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return column < 2 ? cell + space : space + cell
      }
      return cells.joined(separator: "  ") + "\n"
    }.joined()
  }

  var picture: PatternPicture {
    let scale = search.areAccuracies ? 100.0 : 1
    let worst =
      scale
      * (search.estimate(0, after: search.steps).mean
        + (search.areAccuracies ? -1 : 1) * search.allowedLoss)
    return PatternPicture(
      title: "Lambda patterns, \(search.steps) inner steps",
      caption:
        "Each point is a pattern, with the 95 % interval of its difference to the full one. "
        + "Dotted: the limit.",
      measure: search.areAccuracies ? "accuracy in %" : "mean squared error (less is better)",
      points: search.measured.indices.map { point($0, scale) }, limit: worst)
  }

  private func point(_ index: Int, _ scale: Double) -> PatternPicture.Point {
    PatternPicture.Point(
      search.measured[index].pattern.name, time: 1000 * search.measured[index].seconds,
      value: scale * search.estimate(index, after: search.steps).mean,
      halfWidth: scale * search.difference(index, after: search.steps).halfWidth,
      kind: index == search.chosen ? .chosen : front.contains(index) ? .front : .other)
  }
}
