extension RandomStream {
  /// A whole number below `count`, each as likely as the others to within `count / 2^64`.
  public mutating func index(below count: Int) -> Int {
    precondition(count > 0, "there is no number below \(count) to draw")
    return Int(next().multipliedFullWidth(by: UInt64(count)).high)
  }

  /// The first `count` of the numbers below `total` in a random order; fewer of them are the
  /// beginning of more.
  public mutating func sample(_ count: Int, below total: Int) -> [Int] {
    precondition((0...total).contains(count), "\(count) of \(total) cannot be drawn")
    var numbers = Array(0..<total)
    for place in 0..<count { numbers.swapAt(place, place + index(below: total - place)) }
    return Array(numbers[..<count])
  }
}
