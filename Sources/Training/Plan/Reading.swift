/// What a key's value must be, and how it is read.
public struct Reading<Value> {
  /// Completes "expected ...".
  let expectation: String
  /// None if the node is something else.
  let value: (PlanNode) -> Value?
}

extension PlanNode {
  /// A scalar's text unless it is quoted, which makes it a word.
  fileprivate var unquoted: String? {
    guard case .plain(let text) = content else { return nil }
    return text
  }

  fileprivate var word: String? {
    switch content {
    case .plain(let text), .quoted(let text): text
    case .list, .mapping: nil
    }
  }
}

extension Reading where Value: FixedWidthInteger {
  public static func whole(_ range: ClosedRange<Value>) -> Self {
    Reading(expectation: "a whole number from \(range.lowerBound) to \(range.upperBound)") { node in
      node.unquoted.flatMap { Value($0) }.flatMap { range.contains($0) ? $0 : nil }
    }
  }
}

extension Reading where Value == Float {
  public static func number(above bound: Float) -> Self {
    number("above \(bound.brief)") { $0 > bound }
  }

  public static func number(from bound: Float) -> Self {
    number("from \(bound.brief) up") { $0 >= bound }
  }

  public static func number(from bound: Float, below limit: Float) -> Self {
    number("from \(bound.brief) to below \(limit.brief)") { bound <= $0 && $0 < limit }
  }

  private static func number(_ range: String, _ isWithin: @escaping (Float) -> Bool) -> Self {
    Reading(expectation: "a number \(range)") { node in
      // Swift's own reader also knows hexadecimal numbers, "inf" and "nan".
      guard let text = node.unquoted, text.allSatisfy("0123456789+-.eE".contains),
        let number = Float(text), number.isFinite, isWithin(number)
      else { return nil }
      return number
    }
  }
}

extension Reading
where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  public static var choice: Self {
    choice(Array(Value.allCases), name: \.rawValue)
  }
}

extension Reading {
  /// One of these, by its name.
  public static func choice(_ values: [Value], name: @escaping (Value) -> String) -> Self {
    let names = values.map(name)
    return Reading(
      expectation: names.count == 1 ? names[0] : "one of \(names.joined(separator: ", "))"
    ) { node in
      node.word.flatMap(names.firstIndex).map { values[$0] }
    }
  }
}

extension Reading where Value == String {
  /// Any text on one line.
  public static var text: Self {
    Reading(expectation: "text on one line") { node in
      node.word.flatMap { word in
        word.isEmpty || word.unicodeScalars.contains { $0.properties.generalCategory == .control }
          ? nil : word
      }
    }
  }
}

extension Reading {
  /// A list of so many items.
  public static func list<Item>(
    _ count: ClosedRange<Int>, each item: Reading<Item>
  ) -> Self where Value == [Item] {
    let size =
      count.count == 1 ? "\(count.lowerBound)" : "\(count.lowerBound) to \(count.upperBound)"
    return Reading(expectation: "a list of \(size), each \(item.expectation)") { node in
      guard case .list(let nodes) = node.content, count.contains(nodes.count) else { return nil }
      let items = nodes.compactMap(item.value)
      return items.count == nodes.count ? items : nil
    }
  }

  /// What is made of the value, wherever something can be.
  public func map<Result>(_ transform: @escaping (Value) -> Result?) -> Reading<Result> {
    Reading<Result>(expectation: expectation) { node in value(node).flatMap(transform) }
  }

  public func and(_ condition: String, _ holds: @escaping (Value) -> Bool) -> Self {
    Reading(expectation: "\(expectation), \(condition)") { node in
      value(node).flatMap { holds($0) ? $0 : nil }
    }
  }
}

extension Float {
  /// `1` rather than `1.0`.
  fileprivate var brief: String { self == rounded() ? "\(Int(self))" : "\(self)" }
}
