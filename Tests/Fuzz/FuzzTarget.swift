import NDArrays

/// Something to be fed with inputs.
protocol FuzzTarget {
  static var name: String { get }

  init() throws

  /// Tries some thousand inputs that follow from `key`, handing a description of each to `show` first.
  ///
  /// - Throws: `Finding`, when something happened that must not.
  mutating func round(_ key: RandomKey, show: (() -> String) -> Void) throws

  /// What has happened so far, a line each.
  var summary: [String] { get }
}

/// Something that must not happen, has.
struct Finding: Error {
  var text: String
}

enum Targets {
  static var all: [any FuzzTarget.Type] {
    [
      DecoderTarget.self, MachineTarget<CoordinatorModel>.self, MachineTarget<WorkerModel>.self,
      MachineTarget<RelayModel>.self, ServiceTarget.self,
      ImagesTarget.self, ZapTarget.self, PlanTarget.self, CheckpointTarget.self,
    ]
  }

  static var names: [String] { all.map { $0.name } }

  static func named(_ name: String) -> (any FuzzTarget.Type)? { all.first { $0.name == name } }
}
