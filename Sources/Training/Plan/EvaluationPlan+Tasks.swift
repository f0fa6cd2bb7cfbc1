import MetaLearning

extension EvaluationPlan {
  /// A setting that has one value here and another there.
  public struct Difference: Equatable, Sendable {
    /// What plans call it, such as `evaluation.seed`.
    public var key: String
    /// `nil` where it is not a setting at all.
    public var here: String?
    public var there: String?

    public init(key: String, here: String?, there: String?) {
      (self.key, self.here, self.there) = (key, here, there)
    }
  }

  /// The first setting by which this evaluation meets other tasks than another one, or judges them
  /// otherwise; `nil` if results can be compared task by task.
  ///
  /// Learners, networks and how many inner steps they take may differ; so may where a file of images lies,
  /// but not what is in it.
  public func firstDifference(from other: EvaluationPlan) -> Difference? {
    let (here, there) = (taskSettings, other.taskSettings)
    func value(_ key: String, in settings: [(key: String, value: String)]) -> String? {
      settings.first { $0.key == key }?.value
    }
    return (here + there).lazy.map(\.key).map {
      Difference(key: $0, here: value($0, in: here), there: value($0, in: there))
    }.first { $0.here != $0.there }
  }

  /// All that decides the tasks, the most telling first.
  private var taskSettings: [(key: String, value: String)] {
    let changeable = Set(family.evaluationSettings.map(\.key))
    let fixed = family.settings.filter { !changeable.contains($0.key) && !isPath($0) }
    return [("tasks.family", type(of: family).name)]
      + fixed.map { ("tasks.\($0.key)", $0.value.text) }
      + family.evaluationSettings.map { ("evaluation.\($0.key)", $0.value.text) }
      + [
        ("evaluation.tasks", "\(tasks)"), ("evaluation.seed", "\(seed)"),
        ("evaluation.statistics", statistics.rawValue),
      ]
  }

  /// A file's name says nothing; its digest does.
  private func isPath(_ setting: (key: String, value: PlanValue)) -> Bool {
    family.imageFile.map { setting.value.text == PlanValue.text($0).text } ?? false
  }
}
