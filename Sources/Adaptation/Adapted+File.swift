import Checkpoints
import Files
import Foundation
import Graphs
import MetaLearning
import NDArrays
public import Training

/// An adapted learner is a file of its own: the weights under their public names, the support set's
/// inputs as `support.inputs` where they normalise answers, and as metadata the run's plan, from which
/// the network is made again, and how it was adapted.
extension Adapted {
  /// The version of what the metadata means.
  public static let format = "outerloop-adapted-1"

  public func encoded() -> [UInt8] {
    var file = unsealed
    file.metadata[Key.checksum] = Digest(file.encoded()).description
    return file.encoded()
  }

  /// Writes the file, all or nothing.
  public func save(to path: String) throws(UseError) {
    do { try writeAtomically(encoded(), to: path) } catch { throw .file(error) }
  }

  /// - Parameter catalogue: what its plan can name.
  public static func load(
    _ path: String, catalogue: Catalogue = .standard
  ) throws(UseError) -> Adapted {
    let bytes: [UInt8]
    do { bytes = try readFile(path) } catch { throw .file(error) }
    return try AdaptedFile(path, bytes).adapted(catalogue)
  }

  private var unsealed: SafeTensors {
    let shown = supportInputs.map { [SafeTensors.Entry(Key.supportInputs, $0)] } ?? []
    var metadata = [
      Key.format: Self.format, Key.plan: plan.description, Key.parameters: digest,
      Key.innerSteps: "\(steps)", Key.ink: ink.rawValue,
      Key.classes: "[\(classes.map(jsonString).joined(separator: ", "))]",
    ]
    metadata[Key.statistics] = statistics?.rawValue
    return SafeTensors(
      zip(weights.names, weights.leaves).map { SafeTensors.Entry($0, $1) } + shown,
      metadata: metadata)
  }

  fileprivate enum Key {
    static let checksum = "checksum"
    static let classes = "classes"
    static let format = "format"
    static let ink = "ink"
    static let innerSteps = "inner-steps"
    static let parameters = "parameters"
    static let plan = "plan"
    static let statistics = "statistics"
    static let supportInputs = "support.inputs"
  }
}

/// An adapted learner's file, being read.
private struct AdaptedFile {
  private typealias Key = Adapted.Key
  let path: String
  let file: SafeTensors

  /// - Throws: for bytes that this version did not write, or that were changed since.
  init(_ path: String, _ bytes: [UInt8]) throws(UseError) {
    self.path = path
    var file: SafeTensors
    do { file = try SafeTensors(decoding: bytes) } catch {
      throw .contents(path: path, "\(error)")
    }
    guard file.metadata[Key.format] == Adapted.format else {
      throw .contents(
        path: path,
        "not an adapted learner: its format is \(file.metadata[Key.format] ?? "not said")")
    }
    let checksum = file.metadata.removeValue(forKey: Key.checksum)
    guard checksum == Digest(file.encoded()).description else {
      throw .contents(path: path, "it was damaged after it was written")
    }
    self.file = file
  }

  func adapted(_ catalogue: Catalogue) throws(UseError) -> Adapted {
    let plan = try resolved((try text(Key.plan), "\(path): plan"), [], catalogue)
    let all = Parameters(file.entries.map { ($0.name, $0.array) })
    guard let steps = Int(try text(Key.innerSteps)) else { throw lacking(Key.innerSteps) }
    return Adapted(
      plan: plan, weights: all.filter { $0 != Key.supportInputs },
      supportInputs: all.names.contains(Key.supportInputs) ? all[Key.supportInputs] : nil,
      classes: try classes(), statistics: try statistics(), steps: steps,
      digest: try text(Key.parameters), ink: try ink())
  }

  private func classes() throws(UseError) -> [String] {
    do {
      return try JSONDecoder().decode([String].self, from: Data(try text(Key.classes).utf8))
    } catch {
      throw lacking(Key.classes)
    }
  }

  private func ink() throws(UseError) -> Ink {
    guard let ink = Ink(rawValue: try text(Key.ink)) else { throw lacking(Key.ink) }
    return ink
  }

  private func statistics() throws(UseError) -> QueryStatistics? {
    guard let word = file.metadata[Key.statistics] else { return nil }
    guard let known = QueryStatistics(rawValue: word) else { throw lacking(Key.statistics) }
    return known
  }

  private func text(_ key: String) throws(UseError) -> String {
    guard let text = file.metadata[key] else { throw lacking(key) }
    return text
  }

  private func lacking(_ key: String) -> UseError {
    .contents(path: path, "its metadata does not say its \(key)")
  }
}
