/// How a picture looks. Lines differ in width and dash as well as in color, for those who see
/// colors differently and for print.
enum PictureStyle {
  /// The look of a prediction: one from before adaptation, then others, the last for all the rest.
  static func look(_ label: Int) -> String { "p\(min(label, 3))" }

  static let sheet = """

    text { font: 12px system-ui, -apple-system, Segoe UI, Roboto, Liberation Sans, sans-serif; fill: #57606a; }
    .headline { font-size: 20px; font-weight: 600; fill: #1f2328; }
    .caption { font-size: 13px; }
    .panel { font-weight: 600; fill: #1f2328; }
    .note, .up { text-anchor: end; }
    .note, .tick { font-size: 11px; }
    .across { text-anchor: middle; }
    .key { fill: #1f2328; }
    .paper { fill: #ffffff; }
    .grid { stroke: #eaeef2; }
    .zero { stroke: #c9d1d9; }
    .axis { stroke: #8c959f; }
    .curve { fill: none; stroke-linejoin: round; stroke-linecap: round; }
    .truth { stroke: #c4cad1; stroke-width: 6; }
    .p0 { stroke: #d1660a; stroke-width: 1.6; stroke-dasharray: 2 4.5; }
    .p1 { stroke: #6cb0f5; stroke-width: 2; stroke-dasharray: 8 4; }
    .p2 { stroke: #0550ae; stroke-width: 2.2; }
    .p3 { stroke: #8250df; stroke-width: 2.2; }
    .mark { fill: #1f2328; stroke: #ffffff; stroke-width: 1.5; }
    @media (prefers-color-scheme: dark) {
      text { fill: #9198a1; }
      .headline, .panel, .key { fill: #f0f6fc; }
      .paper { fill: #0d1117; }
      .grid { stroke: #1c222a; }
      .zero { stroke: #3d444d; }
      .axis { stroke: #656c76; }
      .truth { stroke: #454c56; }
      .p0 { stroke: #f0883e; }
      .p1 { stroke: #4a90d9; }
      .p2 { stroke: #a5d6ff; }
      .p3 { stroke: #d2a8ff; }
      .mark { fill: #f0f6fc; stroke: #0d1117; }
    }

    """
}
