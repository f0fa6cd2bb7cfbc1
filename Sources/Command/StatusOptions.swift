import ArgumentParser
import Pages
import Synchronization
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

  /// Serves what hangs on `board` until nobody holds the server; `nil` if that was not asked for.
  func server(of board: StatusBoard) throws(PageError) -> PageServer? {
    guard let address = status.flatMap(PageAddress.init) else { return nil }
    let pages = StatusPages(board)
    return try PageServer(at: address, showing: pages.page)
  }
}

/// The pages of a run. Each is made once for a status, however many ask.
private final class StatusPages: Sendable {
  private let board: StatusBoard
  private let made = Mutex<Made>(Made())

  private struct Made {
    var time = 0.0
    var pages: [String: Page] = [:]
  }

  init(_ board: StatusBoard) { self.board = board }

  func page(_ path: String) -> Page? {
    switch path {
    case "/page.css": return Page("text/css; charset=utf-8", Array(StatusPage.sheet.utf8))
    case "/page.js": return Page("text/javascript; charset=utf-8", Array(StatusPage.script.utf8))
    case "/", "/status.json", "/metrics":
      guard let status = board.status else { return Page("text/plain; charset=utf-8", []) }
      return page(path, of: status)
    default: return nil
    }
  }

  private func page(_ path: String, of status: ClusterStatus) -> Page {
    made.withLock { made in
      if made.time != status.time { made = Made(time: status.time) }
      if let page = made.pages[path] { return page }
      let page = Self.make(path, of: status)
      made.pages[path] = page
      return page
    }
  }

  private static func make(_ path: String, of status: ClusterStatus) -> Page {
    switch path {
    case "/metrics": Page(StatusExposition.type, Array(StatusExposition(status).text.utf8))
    case "/status.json":
      // All its numbers are finite, which is all that encoding could stumble over.
      Page("application/json", (try? status.json()).map { Array($0) } ?? [])
    default: Page("text/html; charset=utf-8", Array(StatusPage(status).html.utf8))
    }
  }
}
