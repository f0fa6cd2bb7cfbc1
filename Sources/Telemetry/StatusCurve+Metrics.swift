public import Files
import Foundation

extension ClusterStatus.Curves {
  /// What a run's metrics tell, as far as they can be read: nothing if there are none yet.
  ///
  /// - Cost: reads the whole file.
  public init(metrics path: String) throws(FileError) {
    guard exists(path) else { return }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    var last = 0
    for line in try readFile(path).split(separator: UInt8(ascii: "\n")) {
      guard let line = try? decoder.decode(Line.self, from: Data(line)) else { return }
      append(line, steps: max(1, line.step - last))
      if line.lossAfter != nil { last = line.step }
    }
  }

  private struct Line: Decodable {
    var step: Int
    var lossBefore: Double?
    var lossAfter: Double?
    var validationLoss: Double?
    var validationAccuracy: Double?
  }

  private mutating func append(_ line: Line, steps: Int) {
    let (step, weight) = (Double(line.step), Double(steps))
    if let loss = line.lossBefore { lossBefore.append(step, loss, weight: weight) }
    if let loss = line.lossAfter { lossAfter.append(step, loss, weight: weight) }
    if let loss = line.validationLoss { validationLoss.append(step, loss) }
    if let share = line.validationAccuracy { accuracy.append(step, share) }
  }
}
