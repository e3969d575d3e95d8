// SPDX-License-Identifier: Apache-2.0
// The iterations of tweediePhaseIterations.h between waves, for operators that pad nothing.
#include "tweediePhaseIterations.h"

#include "tweedieError.h"
#include "tweedieMagnitudeModel.h"
#include "tweedieWorkMeter.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

namespace tweedie
{
namespace
{
constexpr std::int64_t lookEvery = 10;

class Subspace
{
public:
  Subspace(LinearOperatorPointer A,
           const at::Tensor & diagonal,
           const at::Tensor & amplitude,
           const at::Tensor & measured,
           const at::Tensor & starts,
           const PhaseConstraints & constraints)
      : m_Operator(std::move(A)), m_Constraints(constraints)
  {
    const auto real = at::toRealValueType(starts.scalar_type());
    const at::Tensor d = diagonal.to(real);
    m_Inverse = at::where(d.gt(0.0), d.reciprocal(), at::zeros_like(d));
    m_Amplitude = amplitude.to(real).clamp_min(0.0);
    m_Measured = measured.defined() ? measured.to(real) : at::ones_like(m_Amplitude);
    m_Best = at::zeros_like(starts);
    m_Least = at::full({starts.size(0)}, std::numeric_limits<double>::infinity(), at::kDouble);
  }

  at::Tensor
  Wave(const at::Tensor & x) const
  {
    return WaveOf(*m_Operator, x);
  }

  /** u with the measured amplitudes. */
  at::Tensor
  OnMagnitude(const at::Tensor & u) const
  {
    return u + (PhaseFactor(u) * m_Amplitude - u) * m_Measured;
  }

  /** The allowed object nearest to a wave. */
  at::Tensor
  Object(const at::Tensor & u) const
  {
    const at::Tensor x = m_Operator->Adjoint(u) * m_Inverse;
    if (!m_Constraints.isReal)
    {
      return x;
    }
    return m_Constraints.isNonNegative ? at::real(x).clamp_min(0.0) : at::real(x);
  }

  /** Keeps an object that explains the data better. */
  void
  Consider(const at::Tensor & x)
  {
    const at::Tensor residual = AmplitudeResidual(Wave(x), m_Amplitude, m_Measured);
    const at::Tensor better = residual.lt(m_Least);
    m_Best = at::where(better.reshape({-1, 1, 1, 1, 1}), x, m_Best);
    m_Least = at::minimum(residual, m_Least);
  }

  at::Tensor
  Step(const at::Tensor & u, const PhaseIterationOptions & options, bool isLast, bool looks)
  {
    const double beta = options.beta;
    const at::Tensor p = OnMagnitude(u);
    if (looks)
    {
      Consider(Object(p));
    }
    if (options.method == "er" || isLast)
    {
      return Wave(Object(p));
    }
    if (options.method == "hio")
    {
      return u + Wave(Object(p * (1.0 + beta) - u)) - p * beta;
    }
    if (options.method == "raar")
    {
      return (u + Wave(Object(p * 2.0 - u))) * beta + p * (1.0 - 2.0 * beta);
    }
    const at::Tensor reflected = OnMagnitude(Wave(Object(u)) * (1.0 - 1.0 / beta) + u / beta);
    return u + (Wave(Object(p * (1.0 + 1.0 / beta) - u / beta)) - reflected) * beta;
  }

  PhaseIterates
  Finish(const at::Tensor & u)
  {
    Consider(Object(OnMagnitude(u)));
    return {m_Best, m_Least, 0};
  }

private:
  LinearOperatorPointer m_Operator;
  PhaseConstraints m_Constraints;
  at::Tensor m_Inverse;
  at::Tensor m_Amplitude;
  at::Tensor m_Measured;
  at::Tensor m_Best;
  at::Tensor m_Least;
};
} // namespace

PhaseIterates
IteratePhases(const LinearOperatorPointer & A,
              const at::Tensor & diagonal,
              const at::Tensor & amplitude,
              const at::Tensor & measured,
              const at::Tensor & starts,
              const PhaseConstraints & constraints,
              const PhaseIterationOptions & options)
{
  if (options.method == "oss" || options.shrinkWrap > 0)
  {
    throw UsageError("phase retrieval: given oss or shrink-wrap for patterns without a padded support; required er, "
                     "hio, raar or difference-map");
  }
  const WorkSpan span(WorkKind::Operator);
  Subspace space(A, diagonal, amplitude, measured, starts, constraints);
  at::Tensor u = space.Wave(starts);
  const auto last =
      static_cast<std::int64_t>(std::llround((1.0 - options.finish) * static_cast<double>(options.iterations)));
  for (std::int64_t i = 0; i < options.iterations; ++i)
  {
    const bool looks = (i + 1) % lookEvery == 0;
    u = space.Step(u, options, i >= last, looks);
    if (looks && options.progress && !options.progress(i + 1, options.iterations))
    {
      throw Aborted("phase retrieval: stopped");
    }
  }
  PhaseIterates result = space.Finish(u);
  const std::int64_t each = A->RangeShape()[0] * (options.method == "difference-map" ? 4 : 2);
  result.transforms = options.iterations * each + options.iterations / lookEvery * 2 * A->RangeShape()[0];
  if (!result.residual.isfinite().all().item<bool>())
  {
    throw NumericalError("phase retrieval: an iterate left the finite numbers");
  }
  return result;
}
} // namespace tweedie
