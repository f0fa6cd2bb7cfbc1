public import NDArrays

/// `y = amplitude sin(frequency x - phase)`; the phase is in radians.
public struct Sinusoid: Curve, Hashable {
  public var amplitude: Float
  public var phase: Float
  public var frequency: Float

  public init(amplitude: Float, phase: Float, frequency: Float) {
    (self.amplitude, self.phase, self.frequency) = (amplitude, phase, frequency)
  }

  public func callAsFunction(_ x: Float) -> Float {
    Float(Double(amplitude) * sine(Double(frequency) * Double(x) - Double(phase)))
  }
}

/// Sinusoids of amplitude 0.1 to 5 and phase 0 to π over inputs from -5 to 5, all uniform.
///
/// - Source: Finn, Abbeel & Levine 2017, "Model-Agnostic Meta-Learning for Fast Adaptation of Deep
///   Networks", section 5.1. The sign of the phase is that of the authors' code.
public struct SinusoidTasks: CurveTasks, Hashable {
  public enum Frequency: Hashable, Sendable {
    /// One, for every task.
    case fixed
    /// Uniform from 0.8 to 1.2: a harder family.
    ///
    /// - Source: Li et al. 2017, "Meta-SGD: Learning to Learn Quickly for Few-Shot Learning", section
    ///   4.1, and Lee & Choi 2018, "Gradient-Based Meta-Learning with Learned Layerwise Metric and
    ///   Subspace", whose code subtracts the phase. Where it is added, the family is the same one seen
    ///   in a mirror: `a sin(-w x - b) = -a sin(w x + b)`.
    case varying
  }

  public var shots: Int
  public var query: Int
  public var frequency: Frequency
  public var told: Told

  public init(shots: Int, query: Int, frequency: Frequency = .fixed, told: Told = .nothing) {
    (self.shots, self.query, self.frequency, self.told) = (shots, query, frequency, told)
  }

  public var domain: ClosedRange<Float> { -5...5 }

  public var descriptionCount: Int {
    switch frequency {
    case .fixed: 2
    case .varying: 3
    }
  }

  public func truth(_ stream: inout RandomStream) -> Sinusoid {
    let amplitude = stream.uniform(0.1...5)
    let phase = stream.uniform(0...Float.pi)
    return switch frequency {
    case .fixed: Sinusoid(amplitude: amplitude, phase: phase, frequency: 1)
    case .varying:
      Sinusoid(amplitude: amplitude, phase: phase, frequency: stream.uniform(0.8...1.2))
    }
  }

  public func description(of truth: Sinusoid) -> [Float] {
    Array([truth.amplitude, truth.phase, truth.frequency].prefix(descriptionCount))
  }
}
