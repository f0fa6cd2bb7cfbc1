import ArgumentParser
import Cluster
import Files
import Transport

struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "Make and list keys, and say whose workers may join.",
    discussion: """
      Begin with "outerloop keys new", and start the coordinator with --keys keys. A worker needs two \
      files of that folder: worker.key, which is secret, and coordinator.public. Running coordinators \
      notice at once who is allowed or revoked.
      """,
    subcommands: [New.self, Show.self, Allow.self, Revoke.self])

  /// Where keys are.
  struct Folder: ParsableArguments {
    @Option(
      help: ArgumentHelp("The folder of keys.", valueName: "folder"), completion: .directory)
    var keys = "keys"

    var folder: KeyFolder { KeyFolder(keys) }
  }

  struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make keys, and allow them if a coordinator's or a relay's are in the folder.",
      discussion: "No key is written over.")

    @Argument(help: "Whose keys: coordinator, relay, or any other name for a worker's.")
    var names = [KeyFolder.coordinator, KeyFolder.worker]

    @OptionGroup var place: Folder

    func validate() throws {
      for name in names where !KeyList.isName(name) || name.contains("/") || name.hasPrefix(".") {
        throw ValidationError("\"\(name)\" cannot name a file of keys.")
      }
    }

    func run() throws {
      try reporting { try complaining { () throws(KeyError) in try make() } }
    }

    private func make() throws(KeyError) {
      let folder = place.folder
      try folder.create()
      for name in names {
        let isAllowed = name != KeyFolder.coordinator && folder.letsIn
        let keys = KeyPair.random()
        try folder.write(keys, as: name)
        if isAllowed {
          try folder.changeList { $0.set(keys.publicKey, to: .allowed, name: name) }
        }
        tell(
          "\(folder.secretFile(of: name)): secret, for one machine; its public key is"
            + " \(keys.publicKey)\(isAllowed ? ", allowed" : "")")
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List public keys, and who is allowed. Secrets are never shown.")

    @OptionGroup var place: Folder

    func run() throws {
      try reporting { try put(complaining { () throws(KeyError) in try text() }) }
    }

    private func text() throws(KeyError) -> String {
      var text = ""
      let names: [String]
      do { names = try listFolder(place.keys) } catch { throw .file(error) }
      for name in names where name.hasSuffix(".public") {
        let key = try CurveKey(contentsOf: "\(place.keys)/\(name)")
        text += "public  \(key)  \(name.dropLast(".public".count))\n"
      }
      for entry in try place.folder.list().entries {
        text += "\(entry.standing.rawValue) \(entry.key)  \(entry.name)\n"
      }
      return text
    }
  }
}

extension KeyFolder {
  /// Whether somebody listens with the keys of this folder, and by its list.
  fileprivate var letsIn: Bool {
    [Self.coordinator, Self.relay].contains { exists(secretFile(of: $0)) }
  }
}

/// Turns what is wrong with keys into a complaint.
func complaining<Result>(_ work: () throws(KeyError) -> Result) throws(Complaint) -> Result {
  do { return try work() } catch { throw Complaint(error) }
}
