extension Coordinator {
  /// What the coordinator goes by. None of it can change a result.
  public struct Rules: Equatable, Sendable {
    public var rounds: Rounds
    /// A worker that is silent for longer is forgotten.
    public var patience: Duration
    /// How long a message may be on its way before it counts as lost. Connections lose none while they last,
    /// and whoever sends anew too early chokes those that are merely slow.
    public var delivery: Duration
    /// The least time a lease is out before an idle worker gets it too.
    public var hurry: Duration
    /// A lease that its worker still holds after this long has hung.
    public var limit: Duration
    /// About how long a lease should take, where tasks are short enough.
    public var leaseTime: Duration
    /// About how long the coordinator is busy with an answer.
    public var answerTime: Duration
    /// The most tasks of a lease, however short they are: as many as a message can hold.
    public var mostTasks: Int
    /// How many rounds ahead tasks are lent: none where it hangs on a round what the next one's are.
    public var roundsAhead: Int
    /// How long to go on without any worker; `nil` is for ever.
    public var loneliness: Duration?
    /// How many workers a single task may take along, or how often it may come out not finite,
    /// before the run stops.
    public var strikes: Int
    /// How many workers may take part; who comes later waits for a place.
    public var mostWorkers: Int
    /// What becomes of a training task that nobody gets finite numbers for.
    public var nonFinite: NonFinitePolicy
    /// What is computed twice; `nil` is nothing.
    public var audit: Audit?

    public init(
      rounds: Rounds, patience: Duration = .seconds(6), delivery: Duration? = nil,
      hurry: Duration = .milliseconds(50), limit: Duration = .seconds(600),
      leaseTime: Duration = .milliseconds(2), answerTime: Duration = .microseconds(20),
      mostTasks: Int = .max, roundsAhead: Int = 1,
      loneliness: Duration? = nil, strikes: Int = 3, mostWorkers: Int = 4096,
      nonFinite: NonFinitePolicy = .stop, audit: Audit? = nil
    ) {
      precondition(mostTasks > 0 && strikes > 0 && mostWorkers > 0)
      precondition((0...1).contains(roundsAhead))
      self.delivery = delivery ?? patience / 2
      (self.rounds, self.patience, self.hurry) = (rounds, patience, hurry)
      (self.limit, self.leaseTime, self.loneliness) = (limit, leaseTime, loneliness)
      (self.answerTime, self.mostTasks, self.roundsAhead) = (answerTime, mostTasks, roundsAhead)
      (self.strikes, self.mostWorkers) = (strikes, mostWorkers)
      (self.nonFinite, self.audit) = (nonFinite, audit)
    }
  }

  /// What happened, for people; nothing is decided by these.
  public struct Counters: Equatable, Sendable {
    public var sums = 0
    /// Sums of a round that is over, of a lease that is not the sender's, or known already.
    public var dropped = 0
    public var joined = 0
    public var left = 0
    public var lost = 0
    /// Leases lent a second time because the first answer was late, or its worker lost or unaware.
    public var repeated = 0
    public var notFinite = 0
    /// Tasks left out.
    public var skipped = 0
    public var strangers = 0
    /// Introductions of workers for whom there was no place.
    public var turnedAway = 0
    /// Ranges on which two workers agreed, and those that went by one worker's word for want of another.
    public var audited = 0
    public var unaudited = 0
    public var struckOff = 0
    /// Rounds begun again because someone struck off had a part in them.
    public var restarted = 0

    public init() {}

    /// Of two coordinators, one after the other.
    public static func + (a: Self, b: Self) -> Self {
      var sum = a
      for count in all { sum[keyPath: count] += b[keyPath: count] }
      return sum
    }

    static var all: [WritableKeyPath<Self, Int>] {
      [
        \.sums, \.dropped, \.joined, \.left, \.lost, \.repeated, \.notFinite, \.skipped,
        \.strangers,
        \.turnedAway, \.audited, \.unaudited, \.struckOff, \.restarted,
      ]
    }
  }

  struct Member: Equatable, Sendable {
    var id: WorkerID
    /// Leases it computes at once. It is lent as many again, so that it never waits.
    var capacity: Int
    /// It lends on what it is lent, and computes nothing.
    var isRelay = false
    var lastHeard: Moment
    /// The round whose parameters were last sent.
    var informed: Int?
    /// Someone else was asked for what this worker owes; until it speaks it gets nothing new.
    var isOverdue = false
    /// It has answered a lease, so whatever kills it later is not its own start.
    var isProven = false
    /// What it is to be lent of this round and the next and was not yet, this round's first.
    var share: [Work] = []
    /// Of a training task in one of its threads, as a running mean.
    var taskTime: Duration?
    /// Tasks of a round that it answered, and since when it had them.
    var answered: Answered?
    var claims: [Claim] = []
    var participation = Participation()
  }

  struct Answered: Equatable, Sendable {
    var round: Int
    var since: Moment
    var tasks = 0
  }

  /// A range to be computed, for the so manieth time.
  struct Work: Hashable, Sendable {
    var round: Int
    var range: TaskRange
    var attempt: Int
    /// Who had it before and gave no good answer, the latest ones.
    var tried: [WorkerID] = []
  }

  /// A lease in a worker's hands.
  struct Claim: Equatable, Sendable {
    var lease: Lease
    var attempt: Int
    var granted: Moment
    /// Who had its range before.
    var tried: [WorkerID] = []
    /// Another worker was lent the same range.
    var isDoubled = false
  }

  /// What single tasks of this round are held against.
  struct Suspicions: Equatable, Sendable {
    /// Those that a worker died over, alone or among others, and from then on are computed by themselves.
    var suspects: Set<Int> = []
    /// Who died over which of these.
    var deaths: [Int: [WorkerID]] = [:]
    /// Those of them that are not only silent.
    var certainDeaths: [Int: [WorkerID]] = [:]
    var notFinite: [Int: [WorkerID]] = [:]
  }

  /// How long things take.
  struct Pace: Equatable, Sendable {
    /// Of one task, as a running mean of what workers report.
    private(set) var task: Duration?
    /// From the time a lease can be computed until its answer is here: the longest of this round and of
    /// the one before.
    var slowest: Duration { max(current, previous) }

    private var current = Duration.zero
    private var previous = Duration.zero

    mutating func observe(_ elapsed: Duration, tasks: Int) {
      let observed = elapsed / tasks
      task = task.map { $0 * 0.9 + observed * 0.1 } ?? observed
    }

    mutating func observe(turn: Duration) { current = max(current, turn) }

    mutating func beginRound() { (previous, current) = (current, .zero) }
  }
}
