import Foundation
import Transport

/// A program that is started, fed, and waited for. Belongs to one thread.
final class ChildProcess {
  private let process = Process()
  private let input: Pipe?

  /// What its standard input is.
  enum Input {
    case file(FileHandle)
    /// What is written to it by ``say(_:)``, until ``endInput()``.
    case pipe
  }

  /// - Parameters:
  ///   - words: a program that is looked for where shells look, and its arguments.
  ///   - output: what becomes of both that it says and that it complains of.
  ///   - ended: signalled when it ends.
  init(
    _ words: [String], input: Input, output: FileHandle, ended: DispatchSemaphore
  ) throws {
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    switch input {
    case .file(let file):
      self.input = nil
      process.standardInput = file
    case .pipe:
      let pipe = Pipe()
      self.input = pipe
      process.standardInput = pipe
    }
    process.standardOutput = output
    process.standardError = output
    process.terminationHandler = { _ in ended.signal() }
    try process.run()
  }

  var isRunning: Bool { process.isRunning }

  /// Its code, or 128 and the number of the signal that ended it, as shells say it.
  var status: Int32 {
    process.terminationReason == .exit
      ? process.terminationStatus : 128 + process.terminationStatus
  }

  /// Writes to its input. If it has gone, its end will tell.
  func say(_ text: String) { try? input?.fileHandleForWriting.write(contentsOf: Data(text.utf8)) }

  /// Hands it a secret. If it has gone, its end will tell.
  func hand(_ keys: KeyPair) {
    if let input { _ = keys.hand(to: input.fileHandleForWriting.fileDescriptor) }
  }

  /// After this, the other end is gone as far as the process can tell.
  func endInput() { try? input?.fileHandleForWriting.close() }

  func send(_ signal: Int32) { if process.isRunning { kill(process.processIdentifier, signal) } }
}
