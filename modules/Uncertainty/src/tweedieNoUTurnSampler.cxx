// SPDX-License-Identifier: Apache-2.0
#include "tweedieDrawRecorder.h"
#include "tweedieNoUTurnAdaption.h"
#include "tweedieReferenceSamplers.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr double divergence = 1000.0; // rise of the energy that only a failed integration has

/** A state of all chains. */
struct Phase
{
  at::Tensor z, p, gradient; ///< [chains, n]
  at::Tensor value;          ///< log density [chains]

  /** The other where it says so. */
  void
  Take(const at::Tensor & chosen, const Phase & other)
  {
    const at::Tensor row = chosen.unsqueeze(1);
    z = at::where(row, other.z, z);
    p = at::where(row, other.p, p);
    gradient = at::where(row, other.gradient, gradient);
    value = at::where(chosen, other.value, value);
  }
};

/** A piece of path of all chains, grown from its inner end. */
struct Path
{
  Phase inner, outer, proposal;
  at::Tensor logWeight; ///< log sum exp(H_0 - H), [chains]
  at::Tensor momentum;  ///< sum over the piece [chains, n]
  at::Tensor good;      ///< neither turned nor diverged [chains]
  at::Tensor accepted;  ///< sum of min(1, exp(H_0 - H)) [chains]
  at::Tensor count;     ///< states [chains]
};

/** All chains grow trees of the same depth at the same time; those that have ended are carried along without effect. */
class NoUTurnSampler final : public ReferenceSampler
{
public:
  NoUTurnSampler(TargetDensityPointer target, const ReferenceSamplerOptions & options)
      : m_Target(std::move(target)), m_Depth(options.maximumDepth),
        m_Random(ChainStreams(options.seed, options.chains)), m_Averaging(0.1), m_Windows(options.burnIn)
  {
    m_State.z = m_Target->Start(m_Random);
    const LogDensity density = m_Target->Posterior(m_State.z);
    m_State.value = density.value;
    m_State.gradient = density.gradient;
  }

  void
  Step(bool tunes) override
  {
    m_Size = tunes ? m_Averaging.Size() : m_Averaging.AveragedSize();
    const double rate = Move();
    if (!tunes)
    {
      m_Steps += 1.0;
      m_Sum += rate;
      return;
    }
    m_Averaging.Add(rate);
    if (m_Windows.Add(m_State.z))
    {
      m_Averaging.Restart(m_Averaging.AveragedSize());
    }
  }
  at::Tensor
  State() const override
  {
    return m_State.z;
  }
  double
  Acceptance() const override
  {
    return m_Sum / std::max(1.0, m_Steps);
  }

private:
  at::Tensor
  Energy(const Phase & phase) const
  {
    return (phase.p.square() * m_Windows.InverseMass()).sum(1) / 2.0 - phase.value;
  }
  at::Tensor
  Uniform()
  {
    return m_Random.Uniform({}, at::kDouble);
  }

  /** Still moving apart at both ends of a piece with that sum of momenta. */
  at::Tensor
  GoesOn(const at::Tensor & sum, const at::Tensor & oneEnd, const at::Tensor & otherEnd) const
  {
    const at::Tensor velocity = sum * m_Windows.InverseMass();
    return (velocity * oneEnd).sum(1).gt(0.0).logical_and((velocity * otherEnd).sum(1).gt(0.0));
  }

  Phase
  Leap(const Phase & from, const at::Tensor & direction) const
  {
    const at::Tensor step = (direction * m_Size).unsqueeze(1);
    Phase to;
    const at::Tensor half = from.p + from.gradient * step / 2.0;
    to.z = from.z + half * m_Windows.InverseMass() * step;
    const LogDensity density = m_Target->Posterior(to.z);
    to.value = density.value;
    to.gradient = density.gradient;
    to.p = half + to.gradient * step / 2.0;
    return to;
  }

  Path
  Leaf(const Phase & edge, const at::Tensor & direction, const at::Tensor & start) const
  {
    Path leaf;
    leaf.inner = leaf.outer = leaf.proposal = Leap(edge, direction);
    // Not a number, where a chain has left the numbers, is no weight.
    const at::Tensor gain = at::nan_to_num(start - Energy(leaf.inner), -INFINITY, INFINITY, -INFINITY);
    leaf.logWeight = gain;
    leaf.momentum = leaf.inner.p;
    leaf.good = gain.gt(-divergence);
    leaf.accepted = gain.clamp_max(0.0).exp();
    leaf.count = at::ones_like(gain);
    return leaf;
  }

  /** second continues first; share: probability with which its proposal replaces the first's. */
  void
  Append(Path & first, const Path & second, const at::Tensor & share)
  {
    const at::Tensor none = at::zeros_like(second.accepted);
    first.accepted = first.accepted + at::where(first.good, second.accepted, none);
    first.count = first.count + at::where(first.good, second.count, none);
    first.proposal.Take(Uniform().lt(share).logical_and(second.good), second.proposal);
    const at::Tensor sum = first.momentum + second.momentum;
    first.good = first.good.logical_and(second.good)
                     .logical_and(GoesOn(sum, first.inner.p, second.outer.p))
                     .logical_and(GoesOn(first.momentum + second.inner.p, first.inner.p, second.inner.p))
                     .logical_and(GoesOn(second.momentum + first.outer.p, first.outer.p, second.outer.p));
    first.logWeight = at::logaddexp(first.logWeight, second.logWeight);
    first.momentum = sum;
    first.outer = second.outer;
  }

  /** 2^depth states on from an edge. active: chains for which they matter. */
  Path
  Grow(const Phase & edge,
       const at::Tensor & direction,
       std::int64_t depth,
       const at::Tensor & start,
       const at::Tensor & active)
  {
    if (depth == 0)
    {
      return Leaf(edge, direction, start);
    }
    Path first = Grow(edge, direction, depth - 1, start, active);
    const at::Tensor rest = active.logical_and(first.good);
    if (!rest.any().item<bool>())
    {
      return first;
    }
    const Path second = Grow(first.outer, direction, depth - 1, start, rest);
    Path whole = first;
    Append(whole, second, (second.logWeight - at::logaddexp(first.logWeight, second.logWeight)).exp());
    return whole;
  }

  /** One step of all chains; the mean acceptance. */
  double
  Move()
  {
    m_State.p = m_Random.NormalLike(m_State.z) / m_Windows.InverseMass().sqrt();
    const at::Tensor start = Energy(m_State);
    Path path; // inner: the end in direction -1, outer: in direction 1
    path.inner = path.outer = path.proposal = m_State;
    path.logWeight = at::zeros_like(start);
    path.momentum = m_State.p;
    path.good = at::ones_like(start).to(at::kBool);
    path.accepted = path.count = at::zeros_like(start);
    for (std::int64_t depth = 0; depth < m_Depth && path.good.any().item<bool>(); ++depth)
    {
      const at::Tensor forwards = Uniform().lt(0.5);
      const at::Tensor direction = at::where(forwards, at::ones_like(start), -at::ones_like(start));
      Path whole = path; // seen from the end that grows: inner is the far end
      whole.outer.Take(forwards.logical_not(), path.inner);
      whole.inner.Take(forwards.logical_not(), path.outer);
      const Path piece = Grow(whole.outer, direction, depth, start, path.good);
      Append(whole, piece, (piece.logWeight - path.logWeight).exp());
      Adopt(path, whole, forwards);
    }
    m_State = path.proposal;
    return (path.accepted / path.count).mean().item<double>();
  }

  /** path becomes whole for the chains that had not ended. */
  static void
  Adopt(Path & path, const Path & whole, const at::Tensor & forwards)
  {
    const at::Tensor active = path.good;
    path.proposal.Take(active, whole.proposal);
    Phase left = whole.inner;
    left.Take(forwards.logical_not(), whole.outer);
    Phase right = whole.outer;
    right.Take(forwards.logical_not(), whole.inner);
    path.inner.Take(active, left);
    path.outer.Take(active, right);
    path.logWeight = at::where(active, whole.logWeight, path.logWeight);
    path.momentum = at::where(active.unsqueeze(1), whole.momentum, path.momentum);
    path.accepted = whole.accepted;
    path.count = whole.count;
    path.good = active.logical_and(whole.good);
  }

  TargetDensityPointer m_Target;
  std::int64_t m_Depth;
  RandomStreams m_Random;
  Phase m_State;
  DualAveraging m_Averaging;
  MassWindows m_Windows;
  double m_Size = 0.1;
  double m_Steps = 0.0;
  double m_Sum = 0.0;
};
} // namespace

ReferenceSamplerPointer
MakeNoUTurnSampler(TargetDensityPointer target, const ReferenceSamplerOptions & options)
{
  return std::make_unique<NoUTurnSampler>(std::move(target), options);
}
} // namespace tweedie
