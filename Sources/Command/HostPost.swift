import Cluster
import Foundation
import Logging
import Transport

/// What stands on a host for a launcher: workers, and perhaps a relay that they connect to.
struct HostPost {
  private let relay: LocalWorkers?
  private let workers: LocalWorkers

  /// How the workers reach the coordinator.
  enum Way {
    case direct
    /// By a relay on their own machine.
    case relay
  }

  /// - Parameters:
  ///   - address: the coordinator's.
  ///   - folder: where keys and a socket are put.
  init(
    _ host: HostCommand, _ keys: HostKeys?, connecting address: String, in folder: PrivateFolder
  ) throws {
    let log = host.logging.logger("host")
    func workers(_ keys: String?) throws -> LocalWorkers.Recipe {
      try host.local.recipe(host.kernels, host.logging, .asPlanned, keys: keys)
    }
    switch host.way {
    case .direct:
      relay = nil
      let keys = try keys?.writeWorkers(in: "\(folder.path)/keys")
      self.workers = LocalWorkers(try workers(keys), connecting: address, log: log)
    case .relay:
      let socket = "ipc://\(folder.path)/relay"
      let above = try keys?.writeRelay(in: "\(folder.path)/relay-keys")
      relay = LocalWorkers(
        try Self.relay(at: socket, above?.relay, host.logging), connecting: address, log: log)
      self.workers = LocalWorkers(try workers(above?.workers), connecting: socket, log: log)
    }
  }

  private static func relay(
    at socket: String, _ keys: String?, _ logging: LogOptions
  ) throws -> LocalWorkers.Recipe {
    LocalWorkers.Recipe(
      count: 1, executable: try thisExecutable(),
      arguments: ["relay", "--bind", socket, "--log-level", logging.logLevel.rawValue]
        + (keys.map { ["--keys", $0] } ?? []))
  }

  var areGivenUp: Bool { workers.areGivenUp || relay?.areGivenUp ?? false }

  func tend() {
    relay?.tend()
    workers.tend()
  }

  func stop() {
    workers.stop()
    relay?.stop()
  }
}

/// The keys that a launcher handed to this host.
struct HostKeys {
  /// What the coordinator lets this host in by.
  var pair: KeyPair
  var coordinator: CurveKey

  /// Puts them where workers look for them.
  ///
  /// - Returns: the folder.
  func writeWorkers(in path: String) throws(Complaint) -> String {
    try complaining { () throws(KeyError) in
      let folder = KeyFolder(path)
      try folder.create()
      try pair.write(to: folder.secretFile(of: KeyFolder.worker))
      try coordinator.write(to: folder.publicFile(of: KeyFolder.coordinator))
    }
    return path
  }

  /// Puts them where a relay looks for them, and makes others for its workers, to whom the relay is
  /// the coordinator.
  ///
  /// - Returns: the folders of both.
  func writeRelay(in path: String) throws(Complaint) -> (relay: String, workers: String) {
    let inner = HostKeys(pair: .random(), coordinator: pair.publicKey)
    try complaining { () throws(KeyError) in
      let folder = KeyFolder(path)
      try folder.create()
      try pair.write(to: folder.secretFile(of: KeyFolder.relay))
      try coordinator.write(to: folder.publicFile(of: KeyFolder.coordinator))
      try folder.changeList { $0.set(inner.pair.publicKey, to: .allowed) }
    }
    return (path, try inner.writeWorkers(in: path + "/workers"))
  }
}
