import Graphs
import NDArrays

extension Example {
  /// Every operation on images.
  static let images = convolutions + pooling

  static let convolutions = [
    convolution("same", [2, 4, 5, 3], [3, 3, 3, 2]),
    convolution("same, stride 2", [1, 5, 4, 2], [3, 3, 2, 3], Extent(2, 2)),
    convolution("valid", [2, 5, 4, 1], [2, 3, 1, 2], padding: .valid),
    convolution(
      "valid, stride 2 by 3, rest cut off", [1, 6, 7, 2], [3, 2, 2, 1], Extent(2, 3),
      padding: .valid),
    convolution(
      "lopsided padding", [1, 3, 3, 2], [2, 2, 2, 2], Extent(1, 2),
      padding: .explicit(top: 2, left: 0, bottom: 1, right: 3)),
    convolution("one pixel and one tap", [3, 1, 1, 2], [1, 1, 2, 3]),
    convolution("a filter larger than the image", [1, 2, 2, 1], [5, 5, 1, 2]),
    convolution("a stride larger than the filter", [1, 7, 7, 1], [2, 1, 1, 2], Extent(3, 4)),
  ]

  private static func convolution(
    _ description: String, _ images: Shape, _ filter: Shape, _ stride: Extent = Extent(1, 1),
    padding: Padding = .same
  ) -> Example {
    Example("convolution: \(description)", [images, filter]) {
      $0[0].convolved(with: $0[1], stride: stride, padding: padding)
    }
  }

  static let pooling = [
    Example("maximum pooling", [[2, 4, 6, 2]]) {
      $0[0].maximumPooled(by: Extent(2, 2), stride: Extent(2, 2))
    },
    Example("maximum pooling with a rest", [[1, 5, 3, 2]]) {
      $0[0].maximumPooled(by: Extent(2, 2), stride: Extent(2, 2))
    },
    Example("maximum pooling of overlapping windows", [[1, 5, 5, 2]]) {
      $0[0].maximumPooled(by: Extent(3, 2), stride: Extent(2, 1))
    },
    Example("maximum pooling of products", [[1, 4, 4, 1], [1, 4, 4, 1]]) {
      ($0[0] * $0[1]).maximumPooled(by: Extent(2, 2), stride: Extent(2, 2))
    },
    Example("what another matrix has at the row's maximum", [[3, 4], [3, 4]]) {
      $0[0].rowPick($0[1]) + $0[0].rowMaximum
    },
    Example("average pooling", [[2, 5, 4, 2]]) {
      $0[0].averagePooled(by: Extent(2, 2), stride: Extent(2, 2))
    },
    Example("average pooling of overlapping windows", [[1, 5, 4, 2]]) {
      $0[0].averagePooled(by: Extent(3, 3), stride: Extent(1, 1))
    },
  ]
}
