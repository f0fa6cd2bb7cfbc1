extension Coordinator {
  /// A worker as the coordinator sees it, for people.
  public struct MemberView: Equatable, Sendable {
    public var id: WorkerID
    public var capacity: Int
    public var isRelay: Bool
    public var lastHeard: Moment
    /// Others were asked for what it owes.
    public var isOverdue: Bool
    /// Of this round and the next.
    public var leases: Int
    /// When it can have begun the oldest lease of this round; `nil` if it has none of it.
    public var oldestBegan: Moment?
  }

  /// All workers, in the order they joined.
  public var memberViews: [MemberView] {
    members.map { member in
      let oldest = member.claims.filter { $0.lease.round == round }.map(begin).min()
      return MemberView(
        id: member.id, capacity: member.capacity, isRelay: member.isRelay,
        lastHeard: member.lastHeard, isOverdue: member.isOverdue, leases: member.claims.count,
        oldestBegan: oldest)
    }
  }

  /// Since when there has been nobody to compute; `nil` if there is someone.
  public var lonelySince: Moment? {
    members.contains { $0.capacity > 0 } ? nil : lastCompany
  }
}
