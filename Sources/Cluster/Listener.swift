public import Training
public import Transport

/// A socket that workers can connect to from now on, before there is a run for them.
///
/// Belongs to one thread, as its socket does.
public struct Listener {
  /// Where to connect; a port that was left open is filled in.
  public let address: String
  let socket: RouterSocket
  let wakeup = Wakeup()

  public init(_ address: String, for run: Run) throws(TransportError) {
    socket = RouterSocket(
      in: Context(), options: CoordinatorService.socketOptions(for: run))
    self.address = try socket.bind(address)
  }
}
