// SPDX-License-Identifier: Apache-2.0
#include "tweedieWirtingerFlow.h"

#include "tweedieError.h"
#include "tweedieMagnitudeModel.h"
#include "tweedieWorkMeter.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr std::int64_t reportEvery = 20;
constexpr double warmUp = 330.0; // iterations in which the step grows
constexpr double least = 0.3;    // s of the amplitudes that count
constexpr double most = 5.0;
constexpr double outlier = 5.0;
constexpr double startOutlier = 9.0; // 3^2
constexpr double growth = 1.1;       // of the misfit in one step, which the truncated gradient may need

at::Tensor
PerStart(const at::Tensor & values)
{
  return values.reshape({-1, 1, 1, 1, 1});
}

class Flow
{
public:
  Flow(LinearOperatorPointer A,
       const at::Tensor & amplitude,
       const at::Tensor & measured,
       at::ScalarType type,
       const PhaseConstraints & constraints)
      : m_Operator(std::move(A)), m_Constraints(constraints)
  {
    const auto real = at::toRealValueType(type);
    m_Measured = measured.defined() ? measured.to(real) : at::ones_like(amplitude, real);
    m_Amplitude = amplitude.to(real).clamp_min(0.0) * m_Measured;
    m_Intensity = m_Amplitude.square();
    m_Energy = m_Intensity.sum().to(at::kDouble).item<double>();
    m_Count = m_Measured.sum().to(at::kDouble).item<double>();
  }

  at::Tensor
  Wave(const at::Tensor & x) const
  {
    return WaveOf(*m_Operator, x);
  }

  at::Tensor
  Back(const at::Tensor & u) const
  {
    const at::Tensor x = m_Operator->Adjoint(u);
    return m_Constraints.isReal ? at::real(x) : x;
  }

  at::Tensor
  Start(at::Tensor x, std::int64_t iterations, bool isTruncated) const
  {
    const double limit = startOutlier * m_Energy / m_Count;
    const at::Tensor weights =
        isTruncated ? at::where(m_Intensity.gt(limit), at::zeros_like(m_Intensity), m_Intensity) : m_Intensity;
    for (std::int64_t i = 0; i < iterations; ++i)
    {
      x = Back(Wave(x) * weights);
      x = x * (std::sqrt(m_Energy) / Norm(x));
    }
    return x;
  }

  /** The intensities' misfit and the way down at a point. */
  struct Point
  {
    at::Tensor value;     ///< [B], double: sum (|u|^2 - b^2)^2
    at::Tensor direction; ///< for a step of 1
  };

  Point
  At(const at::Tensor & x, bool isTruncated) const
  {
    const at::Tensor u = Wave(x);
    const at::Tensor size = u.abs().square();
    const at::Tensor misfit = (m_Intensity - size) * m_Measured;
    const at::Tensor value = misfit.square().flatten(1).sum(1).to(at::kDouble);
    if (!isTruncated)
    {
      return {value, Back(u * misfit) * (m_Count / m_Energy)};
    }
    const at::Tensor s = size.sqrt() * (std::sqrt(m_Count) / Norm(x));
    const at::Tensor mean = PerStart(misfit.abs().flatten(1).sum(1) / m_Count);
    const at::Tensor counts = s.ge(least).logical_and(s.le(most)).logical_and(misfit.abs().le(s * mean * outlier));
    const at::Tensor factor = at::where(counts, misfit / size, at::zeros_like(misfit));
    return {value, Back(u * factor) * 2.0};
  }

  at::Tensor
  Residual(const at::Tensor & x) const
  {
    return AmplitudeResidual(Wave(x), m_Amplitude, m_Measured);
  }

private:
  static at::Tensor
  Norm(const at::Tensor & x)
  {
    return PerStart(x.abs().square().flatten(1).sum(1).sqrt());
  }

  LinearOperatorPointer m_Operator;
  PhaseConstraints m_Constraints;
  at::Tensor m_Amplitude;
  at::Tensor m_Measured;
  at::Tensor m_Intensity;
  double m_Energy = 0.0;
  double m_Count = 0.0;
};
} // namespace

PhaseIterates
FlowPhases(const LinearOperatorPointer & A,
           const at::Tensor & amplitude,
           const at::Tensor & measured,
           const at::Tensor & starts,
           const PhaseConstraints & constraints,
           const WirtingerFlowOptions & options)
{
  if (options.iterations < 1 || options.powerIterations < 0 || !(options.step > 0.0) || !(options.step <= 1.0))
  {
    throw UsageError("Wirtinger flow: given no iterations or a step outside of 0 to 1; required numbers in range");
  }
  const WorkSpan span(WorkKind::Operator);
  const Flow flow(A, amplitude, measured, starts.scalar_type(), constraints);
  at::Tensor x = flow.Start(starts, options.powerIterations, options.isTruncated);
  at::Tensor shrink = at::ones({starts.size(0)}, at::kDouble);
  Flow::Point here = flow.At(x, options.isTruncated);
  for (std::int64_t i = 0; i < options.iterations; ++i)
  {
    const double warm = std::min(1.0 - std::exp(-static_cast<double>(i + 1) / warmUp), options.step);
    const double step = options.isTruncated ? options.step : warm;
    const at::Tensor next = x + here.direction * PerStart(shrink * step).to(at::toRealValueType(x.scalar_type()));
    const Flow::Point there = flow.At(next, options.isTruncated);
    // Few patterns: the published step may leap over the valley. It is halved for that start.
    const at::Tensor taken = there.value.le(here.value * growth);
    x = at::where(PerStart(taken), next, x);
    here.direction = at::where(PerStart(taken), there.direction, here.direction);
    here.value = at::where(taken, there.value, here.value);
    shrink = at::where(taken, shrink, shrink * 0.5);
    if ((i + 1) % reportEvery == 0 && options.progress && !options.progress(i + 1, options.iterations))
    {
      throw Aborted("Wirtinger flow: stopped");
    }
  }
  const at::Tensor residual = flow.Residual(x);
  if (!residual.isfinite().all().item<bool>())
  {
    throw NumericalError("Wirtinger flow: left the finite numbers");
  }
  const std::int64_t passes = options.iterations + options.powerIterations;
  return {x, residual, 2 * passes * A->RangeShape()[0]};
}
} // namespace tweedie
