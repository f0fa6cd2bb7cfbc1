/// Says what is answered to what browsers say.
struct PageAnswers {
  /// Whether the server can be reached from this machine alone.
  var isLoopback: Bool
  var page: (String) -> Page?

  func answer(_ heard: PageConnection.Heard) -> [UInt8] {
    switch heard {
    case .tooMuch: Self.refusal(.tooLong)
    case .noRequest: Self.refusal(.malformed)
    case .request(let request): answer(request)
    }
  }

  private func answer(_ request: PageRequest) -> [UInt8] {
    guard ["GET", "HEAD"].contains(request.method) else { return Self.refusal(.methodNotAllowed) }
    guard isMeant(request.host) else { return Self.refusal(.misdirected) }
    guard let page = page(request.path) else { return Self.refusal(.missing) }
    guard !page.body.isEmpty else { return Self.refusal(.notYet) }
    return page.answer(.found, hasBody: request.method == "GET")
  }

  /// What only this machine can reach is for this machine's names: some other site's name could have
  /// been made to lead here, for its scripts to read what they find.
  private func isMeant(_ host: String?) -> Bool {
    guard isLoopback, let host else { return true }
    let name = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    return PageAddress(host: name, port: 0).isLoopback
  }

  private static func refusal(_ status: Page.Status) -> [UInt8] {
    Page(status).answer(status, hasBody: true)
  }
}
