import MetaLearning
import Networks

extension Reading where Value == Adapting {
  /// One of four words, or the layers that move: a list for each inner step.
  static var adapting: Self {
    let rows = Reading<[[String]]>.list(1...100, each: .list(0...1000, each: .text))
    return Reading(
      expectation: "one of \(Adapting.words.map(\.word).joined(separator: ", "))"
        + ", or a list of layers for each inner step"
    ) { node in
      let word = Reading<String>.text.value(node)
      return Adapting.words.first { $0.word == word }?.value
        ?? rows.value(node).map(Adapting.pattern)
    }
  }
}

extension Adapting {
  fileprivate static let words: [(word: String, value: Adapting)] = [
    ("all", .all), ("weights", .weights), ("head", .head), ("body", .body),
  ]

  var written: PlanValue {
    switch self {
    case .all: .word("all")
    case .weights: .word("weights")
    case .head: .word("head")
    case .body: .word("body")
    case .pattern(let rows): .list(rows.map { .list($0.map(PlanValue.text)) })
    }
  }

  /// What ``written`` wrote.
  init?(written: PlanValue) {
    switch written {
    case .word(let word):
      guard let named = Self.words.first(where: { $0.word == word }) else { return nil }
      self = named.value
    case .list(let rows): self = .pattern(rows.map(\.texts))
    case .text, .whole, .number, .mapping: return nil
    }
  }

  /// What is wrong with it for a network: a layer that there is not.
  func misfit(with network: any Network) -> String? {
    guard case .pattern(let rows) = self else { return nil }
    let layers = network.layerNames
    return rows.joined().first { !layers.contains($0) }.map {
      "adapts the layer '\($0)', but the network's are \(layers.joined(separator: ", "))"
    }
  }
}

extension PlanValue {
  /// The texts in a list.
  fileprivate var texts: [String] {
    guard case .list(let items) = self else { return [] }
    return items.compactMap {
      guard case .text(let text) = $0 else { return nil }
      return text
    }
  }
}
