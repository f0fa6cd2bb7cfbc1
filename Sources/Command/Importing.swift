import Datasets
import Foundation
import Telemetry

/// Writes the images that `find` finds, shows how it comes along, and says what was left out.
func importing(
  to output: String, _ find: () throws(ImportError) -> ImageImport
) throws {
  let report: ImportReport
  do throws(ImportError) {
    let found = try find()
    var progress = ImportProgress(total: found.imageCount)
    if found.leftOut > 0 { tell("\(found.leftOut) classes are in no split and are left out") }
    report = try found.write(to: output) { progress.show($0) }
    progress.clear()
  } catch {
    if case .nothingUsable(let unreadable) = error { tellLeftOut(unreadable) }
    throw Complaint(error, output: output)
  }
  tellLeftOut(report.unreadable)
  for name in report.emptyClasses { tell("left out: class \(name), which has no images now") }
  try put(ImageSet(named: output).summary + "\n")
}

private func tellLeftOut(_ unreadable: [ImportError.Unreadable]) {
  for each in unreadable { tell("left out: \(each)") }
}

/// How far an import is: on a terminal a line that is drawn over, elsewhere a line for each tenth.
struct ImportProgress {
  private let total: Int
  private let screen = Terminal.screen(
    descriptor: STDERR_FILENO, environment: ProcessInfo.processInfo.environment)
  private var shown = -1

  init(total: Int) { self.total = total }

  mutating func show(_ done: Int) {
    let grain = screen == .log ? 10 : 100
    let part = done * grain / max(total, 1)
    guard part != shown else { return }
    shown = part
    let line = "imported \(done) of \(total) images"
    write(screen == .log ? line + "\n" : "\r\u{1B}[K" + line)
  }

  func clear() { if screen != .log { write("\r\u{1B}[K") } }

  private func write(_ text: String) {
    Terminal.show(text)
  }
}
