import ArgumentParser
import Cluster
import Files
import Transport

extension KeysCommand {
  struct Allow: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Let workers with a key join.")

    @Argument(help: "A public key, or the file that has it.")
    var key: String

    @Option(help: "What to call who has the key.")
    var name: String?

    @OptionGroup var place: Folder

    func validate() throws {
      if let name, !KeyList.isName(name) {
        throw ValidationError("A name is up to 64 visible characters, not \"\(name)\".")
      }
    }

    func run() throws {
      try reporting {
        try complaining { () throws(KeyError) in
          let key = try publicKey(key)
          try place.folder.changeList { $0.set(key, to: .allowed, name: name) }
        }
      }
    }
  }

  struct Revoke: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Let workers with a key join no more, and cut off those that have.")

    @Argument(help: "A public key, the file that has it, or the name it goes by on the list.")
    var key: String

    @OptionGroup var place: Folder

    func run() throws {
      try reporting {
        try complaining { () throws(KeyError) in
          try place.folder.changeList { (list) throws(KeyError) in
            for key in try keys(list) { list.set(key, to: .revoked) }
          }
        }
      }
    }

    private func keys(_ list: KeyList) throws(KeyError) -> [CurveKey] {
      let named = list.entries.filter { $0.name == key }.map(\.key)
      return named.isEmpty ? [try publicKey(key)] : named
    }
  }
}

/// A public key, given itself or by its file.
private func publicKey(_ text: String) throws(KeyError) -> CurveKey {
  if let key = CurveKey(text) { return key }
  guard exists(text) else { throw .notAKey(text) }
  return try CurveKey(contentsOf: text)
}
