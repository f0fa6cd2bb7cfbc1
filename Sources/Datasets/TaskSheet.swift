public import Episodes
public import NDArrays

/// A picture of tasks for people to look at: each task a block, each of its classes a row, with the
/// images of the support set on the left and those of the query set on the right.
public struct TaskSheet {
  private let tasks: ImageTasks
  private let columns: Int
  private let rows: Int
  private var canvas: [UInt8]
  private var shape: ImageShape

  private static let gap = 2
  private static let wideGap = 10
  private static let background: UInt8 = 128

  /// - Parameter keys: the names of the tasks, from the top down.
  public init(_ tasks: ImageTasks, keys: [RandomKey]) {
    self.tasks = tasks
    columns = tasks.shots + tasks.query
    rows = tasks.ways * keys.count
    let image = tasks.source.shape
    shape = ImageShape(
      height: rows * (image.height + Self.gap) + (keys.count - 1) * Self.wideGap + Self.gap,
      width: columns * (image.width + Self.gap) + Self.wideGap + Self.gap,
      channels: image.channels)
    canvas = [UInt8](repeating: Self.background, count: shape.byteCount)
    for (block, key) in keys.enumerated() { draw(tasks.task(key), block) }
  }

  public var bitmap: Bitmap { Bitmap(canvas, shape: shape) }

  private mutating func draw(_ task: ImageTask, _ block: Int) {
    let image = tasks.source.shape
    for (label, way) in task.ways.enumerated() {
      let row = block * tasks.ways + label
      let top = Self.gap + row * (image.height + Self.gap) + block * Self.wideGap
      for column in 0..<columns {
        let left =
          Self.gap + column * (image.width + Self.gap) + (column < tasks.shots ? 0 : Self.wideGap)
        place(tasks.pixels(way, image: column), top, left)
      }
    }
  }

  private mutating func place(_ pixels: [UInt8], _ top: Int, _ left: Int) {
    let image = tasks.source.shape
    let line = image.width * image.channels
    for row in 0..<image.height {
      let start = ((top + row) * shape.width + left) * shape.channels
      canvas.replaceSubrange(
        start..<start + line, with: pixels[row * line..<(row + 1) * line])
    }
  }
}
