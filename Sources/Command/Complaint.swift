import Adaptation
import ArgumentParser
import Checkpoints
import Cluster
import Coordination
import Execution
import Files
import Foundation
import Pages
import Telemetry
import Training
import Transport

/// Why the command ends without having done what it was asked, for people and for scripts.
struct Complaint: Error, Equatable, CustomStringConvertible {
  var message: String
  var code: Code

  /// As in BSD's sysexits.
  enum Code: Int32 {
    case failure = 1
    case usage = 64
    case data = 65
    case noInput = 66
    case unavailable = 69
    case cannotCreate = 73
    case cannotWrite = 74
  }

  var description: String { message }

  init(_ message: String, _ code: Code) { (self.message, self.code) = (message, code) }

  /// Tells standard error, and gives the code to end with.
  var exit: ExitCode {
    tell("error: \(message)")
    return ExitCode(code.rawValue)
  }
}

/// One line for people. Results alone go to standard output.
func tell(_ line: String) { Terminal.show(line + "\n") }

/// Puts a result on standard output; whoever gets only a part of it must be able to tell.
func put(_ text: String) throws(Complaint) {
  do { try FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) } catch {
    throw Complaint("standard output: \(error.localizedDescription)", .cannotWrite)
  }
}

/// Runs a command's work; turns what the outside world did wrong into words and an exit code.
func reporting(_ work: () throws -> Void) throws {
  // What outgrows the limit for files fails to be written then, instead of ending the process.
  signal(SIGXFSZ, SIG_IGN)
  do { try work() } catch { throw Complaint(error).map { $0.exit } ?? error }
}

extension Complaint {
  init?(_ error: any Error) {
    switch error {
    case let complaint as Complaint: self = complaint
    case let error as PlanError: self.init("\(error)", .data)
    case let error as LoadError: self.init("\(error)", error.code)
    case let error as CheckpointError: self.init("\(error)", .data)
    case let error as FileError: self.init("\(error)", .cannotWrite)
    case let error as RunDirectoryError: self.init("\(error)", error.code)
    case let error as UseError: self.init(error)
    case let error as ProgramTooLarge: self.init("a program \(error)", .data)
    case let error as Unsendable: self.init("\(error)", .data)
    case let error as HostListError: self.init("\(error)", .data)
    case let error as UnreadableProgram: self.init("\(error)", .noInput)
    case let error as LaunchOrderError: self.init("\(error)", .unavailable)
    case let error as TransportError: self.init("\(error)", error.code)
    case let error as PageError: self.init("\(error)", .cannotCreate)
    default: return nil
    }
  }
}

extension Complaint {
  init(_ error: UseError) {
    let code: Code =
      switch error {
      case .checkpoint(let error): error.code
      case .file: .noInput
      case .plan, .parameters, .contents, .misfit: .data
      }
    self.init("\(error)", code)
  }
}

/// What fails to be written is no input.
func writing(_ body: () throws(UseError) -> Void) throws {
  do throws(UseError) { try body() } catch {
    if case .file(let error) = error { throw error }
    throw error
  }
}

extension LoadError {
  fileprivate var code: Complaint.Code {
    switch self {
    case .file, .noneYet: .noInput
    case .unreadable: .data
    }
  }
}

extension RunDirectoryError {
  fileprivate var code: Complaint.Code {
    switch self {
    case .file, .alreadyARun, .locked: .cannotCreate
    case .notARun: .noInput
    case .badEpoch: .data
    }
  }
}

extension TransportError {
  fileprivate var code: Complaint.Code {
    switch self {
    case .addressInUse, .addressUnavailable, .permissionDenied: .cannotCreate
    case .invalidAddress: .usage
    case .other: .failure
    }
  }
}

extension Complaint {
  /// - Parameter folder: of a run, whose tasks can be computed again.
  init(_ failure: Coordinator.Failure, of rounds: Rounds, replayedIn folder: String? = nil) {
    var message = failure.told(of: rounds)
    if let folder, let (round, task) = failure.task,
      case .training(let step) = rounds.kind(of: round)
    {
      message += "; compute it again with: outerloop replay \(folder) --step \(step) --task \(task)"
    }
    self.init(message, failure.code)
  }
}

extension Coordinator.Failure {
  /// What cannot be computed, if it is one task.
  fileprivate var task: (round: Int, task: Int)? {
    switch self {
    case .poisonedTask(let round, let task, _), .notFinite(let round, let task): (round, task)
    case .nothingFinite, .diverged, .noWorkers, .disagreement: nil
    }
  }

  fileprivate var code: Complaint.Code {
    switch self {
    case .poisonedTask: .failure
    case .notFinite, .nothingFinite, .diverged: .data
    case .noWorkers, .disagreement: .unavailable
    }
  }
}
