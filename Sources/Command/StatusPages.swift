import Foundation
import Locks
import Pages
import Telemetry

/// The pages of a run, and who shows them.
final class StatusPages: Sendable {
  private let server: PageServer
  private let shelf: Shelf

  /// - Parameter board: where the status hangs that is shown.
  init(_ board: StatusBoard, at address: PageAddress) throws(PageError) {
    let shelf = Shelf(board)
    self.shelf = shelf
    server = try PageServer(at: address, showing: shelf.page)
  }

  var address: PageAddress { server.address }

  /// Lets those that look at the page see how the run ended, for they ask once a second; who has not
  /// asked for a while is not waited for.
  func seeOff() {
    let clock = ContinuousClock()
    let end = clock.now
    guard let last = shelf.lastAsked, last.duration(to: end) < .seconds(3) else { return }
    while clock.now < end + .seconds(2), shelf.lastAsked ?? end <= end { usleep(20_000) }
    // What was asked for has to get there, too.
    usleep(100_000)
  }
}

/// Makes each page once for a status, however many ask.
private final class Shelf: Sendable {
  private let board: StatusBoard
  private let made = Locked<Made>(Made())

  private struct Made {
    var time = 0.0
    var pages: [String: Page] = [:]
    var lastAsked: ContinuousClock.Instant?
  }

  init(_ board: StatusBoard) { self.board = board }

  /// When anything but the metrics was, which are asked for seldom.
  var lastAsked: ContinuousClock.Instant? { made.withLock { $0.lastAsked } }

  @Sendable func page(_ path: String) -> Page? {
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
      if path != "/metrics" { made.lastAsked = .now }
      if made.time != status.time { (made.time, made.pages) = (status.time, [:]) }
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
