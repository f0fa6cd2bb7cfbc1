import Cluster
import Coordination
import Execution
import Foundation
import Logging
import Transport

/// Workers, or a relay, in a process of their own.
enum WorkerProcess: Codable {
  /// A worker as the command starts it.
  case computing(address: String)
  /// Some workers that speak as others do but only pretend to compute, for so many microseconds a task.
  case pretending(address: String, count: Int, sumCount: Int, microseconds: Int, keys: KeyFiles?)
  case relaying(address: String, place: String, keys: KeyFiles?)

  /// Where the keys of workers are, and the coordinator's public one.
  struct KeyFiles: Codable {
    var own: String
    var coordinator: String
  }

  init?(arguments: [String]) {
    guard arguments.count == 2, arguments[0] == "process",
      let this = try? JSONDecoder().decode(Self.self, from: Data(arguments[1].utf8))
    else { return nil }
    self = this
  }

  /// Starts this program once more to be it.
  func start() throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = [
      "process", String(decoding: try JSONEncoder().encode(self), as: UTF8.self),
    ]
    try process.run()
    return process
  }

  /// Is it, until the run is over.
  func run() throws {
    switch self {
    case .computing(let address): try compute(address)
    case .relaying(let address, let place, let keys): try relay(address, place, keys)
    case .pretending(let address, let count, let sumCount, let microseconds, let keys):
      let context = Context(maximumSockets: 3 * count + 16)
      let options = try options(keys)
      let threads = DispatchGroup()
      for _ in 0..<count {
        threads.enter()
        let thread = Thread {
          PretendWorker(
            sumCount: sumCount, taskTime: .microseconds(microseconds), in: context,
            options: options
          ).run(address)
          threads.leave()
        }
        thread.stackSize = 512 << 10
        thread.start()
      }
      threads.wait()
    }
  }

  private func options(_ keys: KeyFiles?) throws -> SocketOptions {
    var options = SocketOptions()
    options.linger = .seconds(1)
    if let keys {
      options.identification = .dealer(
        try KeyPair(contentsOf: keys.own), to: try CurveKey(contentsOf: keys.coordinator))
    }
    return options
  }

  private func compute(_ address: String) throws {
    let wakeup = Wakeup()
    _ = try WorkerService(
      WorkerService.Configuration(
        address: address, threads: 1, name: "benchmark:\(getpid())", software: "benchmark",
        kernels: .fastest, loneliness: .seconds(10)),
      id: WorkerID(UInt64.random(in: 0...UInt64.max)), context: Context(),
      options: SocketOptions(), wakeup: wakeup, interrupt: Interrupt([], waking: wakeup),
      log: .silent
    ).run()
  }

  private func relay(_ address: String, _ place: String, _ keys: KeyFiles?) throws {
    let (context, wakeup) = (Context(), Wakeup())
    var plain = SocketOptions()
    plain.linger = .seconds(1)
    let below = RouterSocket(in: context, options: plain)
    _ = try below.bind(place)
    _ = try RelayService(
      RelayService.Configuration(
        address: address, name: "relay:\(getpid())", software: "benchmark",
        loneliness: .seconds(60)),
      id: WorkerID(UInt64.random(in: 0...UInt64.max)), context: context,
      options: try options(keys), below: below, wakeup: wakeup,
      interrupt: Interrupt([], waking: wakeup), log: .silent
    ).serve()
  }
}

extension Logger {
  static let silent = Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() }
}
