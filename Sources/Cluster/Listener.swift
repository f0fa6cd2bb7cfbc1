public import Training
public import Transport

/// A socket that workers can connect to from now on, before there is a run for them.
///
/// Belongs to one thread, as its socket does.
public struct Listener {
  /// Where to connect; a port that was left open is filled in.
  public let address: String
  public let keys: CoordinatorKeys?
  let socket: RouterSocket
  let wakeup = Wakeup()

  /// - Parameter keys: lets in who has an allowed key; `nil` lets in anybody.
  /// All workers are sent the parameters at once, and wait for them.
  private static let ioThreads = 4

  public init(
    _ address: String, for run: Run, keys: CoordinatorKeys? = nil
  ) throws(TransportError) {
    self.keys = keys
    Turn.short.adopt()
    let options = CoordinatorService.socketOptions(for: run)
    socket = RouterSocket(
      in: Context(ioThreads: Self.ioThreads),
      options: options.with(keys?.identification ?? .none))
    self.address = try socket.bind(address)
  }
}
