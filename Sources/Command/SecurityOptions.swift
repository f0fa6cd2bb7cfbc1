import ArgumentParser
import Cluster
import Transport

/// Who may join a run.
struct SecurityOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Let in who proves to have an allowed key, and nobody else.",
      discussion: "The folder is made with \"outerloop keys new\".", valueName: "folder"),
    completion: .directory)
  var keys: String?

  @Flag(help: "Listen to any address without keys: whoever reaches it may join.")
  var insecure = false

  func validate() throws {
    guard keys == nil || !insecure else {
      throw ValidationError("--keys lets in only who has a key, --insecure anybody; give one.")
    }
  }

  /// The keys to listen with at `address`. Without any, whoever reaches the socket can join and send
  /// what it likes.
  ///
  /// - Parameter name: of the keys.
  func coordinatorKeys(
    _ name: String = KeyFolder.coordinator, listeningAt address: String
  ) throws -> CoordinatorKeys? {
    guard let keys else {
      try checkNobodyReaches(address)
      return nil
    }
    return try complaining { () throws(KeyError) in
      try CoordinatorKeys(KeyFolder(keys), name: name)
    }
  }

  /// What a relay is to its coordinator.
  var relayIdentification: Identification {
    get throws(Complaint) { try Command.identification(of: KeyFolder.relay, in: keys) }
  }

  private func checkNobodyReaches(_ address: String) throws(Complaint) {
    guard insecure || staysOnThisMachine(address) else {
      throw Complaint(
        "\(address) can be reached from other machines: give --keys, so that only workers with an"
          + " allowed key can join (see \"outerloop keys\"), or --insecure to let in anybody",
        .usage)
    }
  }
}

/// How a worker proves who it is.
struct WorkerKeyOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Prove to have the key in this folder's worker.key, to the coordinator of coordinator.public.",
      valueName: "folder"),
    completion: .directory)
  var keys: String?

  var identification: Identification {
    get throws(Complaint) { try Command.identification(of: KeyFolder.worker, in: keys) }
  }
}

/// - Parameter folder: `nil` for a process without keys.
private func identification(
  of name: String, in folder: String?
) throws(Complaint) -> Identification {
  guard let folder else { return .none }
  return try complaining { () throws(KeyError) in
    try KeyFolder(folder).identification(of: name)
  }
}

extension Complaint {
  init(_ error: KeyError) {
    let code: Code =
      switch error {
      case .file, .notAFile: .noInput
      case .open, .foreign, .notAKey, .malformed: .data
      case .exists, .busy: .cannotCreate
      }
    self.init("\(error)", code)
  }
}
