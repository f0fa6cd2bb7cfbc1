import ArgumentParser
import Pages
import Telemetry

/// Whether and where a run can be watched with a browser.
struct StatusOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Show how the run goes to browsers and Prometheus here, such as 127.0.0.1:8080; port 0 is any "
        + "that is free.", valueName: "address"))
  var status: String?

  @Flag(help: "Show it to other machines, too: whoever reaches the address may read it.")
  var insecureStatus = false

  func validate() throws {
    guard let status else { return }
    guard let address = PageAddress(status) else {
      throw ValidationError("--status is HOST:PORT, such as 127.0.0.1:8080, not \(status).")
    }
    guard insecureStatus || address.isLoopback else {
      throw ValidationError(
        "\(status) can be reached from other machines, and whoever reaches it may read it;"
          + " --insecure-status shows it nevertheless, and `ssh -L` needs no such thing.")
    }
  }

  /// Serves what hangs on `board` until nobody holds it; `nil` if that was not asked for.
  func pages(of board: StatusBoard) throws(PageError) -> StatusPages? {
    guard let address = status.flatMap(PageAddress.init) else { return nil }
    return try StatusPages(board, at: address)
  }
}
