public import ArgumentParser
public import Datasets
public import Episodes

/// Proportions of classes, as in `0.64,0.16,0.2` or `64,16,20`.
struct Fractions: ExpressibleByArgument, Equatable {
  var train: Double
  var validation: Double
  var test: Double

  init(train: Double, validation: Double, test: Double) {
    (self.train, self.validation, self.test) = (train, validation, test)
  }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map {
      Double($0) ?? .nan
    }
    guard parts.count == 3, parts.allSatisfy({ $0 >= 0 && $0 <= 1e6 }),
      parts.contains(where: { $0 > 0 })
    else { return nil }
    self.init(train: parts[0], validation: parts[1], test: parts[2])
  }
}

extension ImageFormat.Size: ExpressibleByArgument {
  /// Reads `84x84`, or `84` for a square.
  public init?(argument: String) {
    let sides = argument.split(separator: "x", omittingEmptySubsequences: false).map {
      Int($0) ?? 0
    }
    guard let width = sides.first, let height = sides.last, sides.count <= 2,
      Self.sides.contains(width), Self.sides.contains(height)
    else { return nil }
    self.init(width: width, height: height)
  }

  public var defaultValueDescription: String { "\(width)x\(height)" }
}

extension Split: ExpressibleByArgument {}
extension ImageTasks.Rotations: ExpressibleByArgument {}
