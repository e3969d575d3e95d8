// SPDX-License-Identifier: Apache-2.0
#include "tweediePhasePlane.h"

#include "tweediePhaseKernels.h"

#include <algorithm>
#include <cmath>
#include <complex>

namespace tweedie
{
namespace
{
constexpr std::int64_t lookEvery = 10; // a transform more in every twenty
constexpr double firstBlur = 3.0;      // pixels
constexpr double lastBlur = 1.5;
constexpr double shrinkThreshold = 0.2;
constexpr double twoPi = 6.283185307179586;
} // namespace

template <typename TNumber>
PhasePlane<TNumber>::PhasePlane(const Projector & projector,
                                const PhaseIterationOptions & options,
                                bool isNonNegative,
                                const Real * support,
                                const TNumber * start,
                                std::int64_t rows,
                                std::int64_t columns)
    : m_Projector(projector), m_Options(options),
      m_Limit(isNonNegative ? Real(0) : -std::numeric_limits<Real>::infinity()), m_Rows(rows), m_Columns(columns),
      m_Support(static_cast<std::size_t>(projector.Rows() * projector.Columns())), m_Iterate(m_Support.size()),
      m_Projected(m_Support.size()), m_Work(m_Support.size()), m_Best(m_Support.size())
{
  for (std::int64_t row = 0; row < rows; ++row)
  {
    std::copy_n(support + row * columns, columns, m_Support.data() + row * projector.Columns());
    std::copy_n(start + row * columns, columns, m_Iterate.data() + row * projector.Columns());
  }
  m_Widest = m_Support;
}

template <typename TNumber>
double
PhasePlane<TNumber>::Project(const Plane & from, Plane & to)
{
  m_Transforms += 2;
  return m_Projector.Project(from.data(), to.data());
}

template <typename TNumber>
void
PhasePlane<TNumber>::Advance(std::int64_t first, std::int64_t last)
{
  for (std::int64_t i = first; i < last; ++i)
  {
    if (m_Options.method == "difference-map")
    {
      StepOfDifferenceMap(i);
    }
    else
    {
      Iterate(i);
    }
    if (m_Options.shrinkWrap > 0 && (i + 1) % m_Options.shrinkWrap == 0)
    {
      ShrinkSupport(i + 1);
    }
  }
}

template <typename TNumber>
void
PhasePlane<TNumber>::Iterate(std::int64_t iteration)
{
  Project(m_Iterate, m_Projected);
  if ((iteration + 1) % lookEvery == 0)
  {
    ConsiderProjected();
  }
  TNumber * g = m_Iterate.data();
  const TNumber * p = m_Projected.data();
  const Real * s = m_Support.data();
  const auto count = static_cast<std::int64_t>(m_Support.size());
  const auto beta = static_cast<Real>(m_Options.beta);
  const auto hybrid =
      static_cast<std::int64_t>(std::llround((1.0 - m_Options.finish) * static_cast<double>(m_Options.iterations)));
  const bool isLast = m_Options.method != "oss" && iteration >= hybrid;
  if (m_Options.method == "er" || isLast)
  {
    ErrorReduction(g, p, s, count, m_Limit);
  }
  else if (m_Options.method == "raar")
  {
    RelaxedReflections(g, p, s, count, m_Limit, beta);
  }
  else
  {
    HybridInputOutput(g, p, s, count, m_Limit, beta);
  }
  if (m_Options.method == "oss")
  {
    Smooth(iteration);
  }
}

template <typename TNumber>
void
PhasePlane<TNumber>::Smooth(std::int64_t iteration)
{
  const std::int64_t length = std::max<std::int64_t>(1, m_Options.iterations / m_Options.stages);
  const std::int64_t stage = std::min(iteration / length, m_Options.stages - 1);
  const double side = static_cast<double>(std::max(m_Projector.Rows(), m_Projector.Columns()));
  const double share =
      m_Options.stages > 1 ? static_cast<double>(stage) / static_cast<double>(m_Options.stages - 1) : 0.0;
  const double width = 1.0 + share * (1.0 / side - 1.0); // of the band, from all of it to a pixel
  m_Projector.Smooth(m_Iterate.data(), width, m_Work.data());
  m_Transforms += 2;
  ReplaceOutside(m_Iterate.data(), m_Work.data(), m_Support.data(), static_cast<std::int64_t>(m_Support.size()));
}

template <typename TNumber>
void
PhasePlane<TNumber>::StepOfDifferenceMap(std::int64_t iteration)
{
  const auto beta = static_cast<Real>(m_Options.beta);
  const Real inverse = Real(1) / beta;
  const auto count = static_cast<std::int64_t>(m_Support.size());
  Project(m_Iterate, m_Projected);
  Plane onSupport(m_Support.size());
  // P_S of g, then what P_M is applied to.
  ErrorReduction(onSupport.data(), m_Iterate.data(), m_Support.data(), count, m_Limit);
  Combine(m_Work.data(), onSupport.data(), m_Iterate.data(), count, Real(1) - inverse, inverse);
  Plane onMagnitude(m_Support.size());
  Project(m_Work, onMagnitude);
  Combine(m_Work.data(), m_Projected.data(), m_Iterate.data(), count, Real(1) + inverse, -inverse);
  ErrorReduction(onSupport.data(), m_Work.data(), m_Support.data(), count, m_Limit);
  if ((iteration + 1) % lookEvery == 0)
  {
    Consider(onSupport);
  }
  Combine(m_Work.data(), onSupport.data(), onMagnitude.data(), count, beta, -beta);
  Combine(m_Iterate.data(), m_Work.data(), m_Iterate.data(), count, Real(1), Real(1));
}

template <typename TNumber>
void
PhasePlane<TNumber>::Look()
{
  Project(m_Iterate, m_Projected);
  ConsiderProjected();
}

template <typename TNumber>
void
PhasePlane<TNumber>::ConsiderProjected()
{
  const auto count = static_cast<std::int64_t>(m_Support.size());
  ErrorReduction(m_Work.data(), m_Projected.data(), m_Support.data(), count, m_Limit);
  Consider(m_Work);
}

template <typename TNumber>
void
PhasePlane<TNumber>::Consider(const Plane & allowed)
{
  const double residual = m_Projector.Residual(allowed.data());
  ++m_Transforms;
  if (residual < m_LeastResidual)
  {
    m_LeastResidual = residual;
    m_Best = allowed;
  }
}

template <typename TNumber>
void
PhasePlane<TNumber>::ShrinkSupport(std::int64_t iteration)
{
  const double share = static_cast<double>(iteration) / static_cast<double>(m_Options.iterations);
  const double blur = firstBlur * std::pow(lastBlur / firstBlur, share);
  std::transform(m_Best.begin(), m_Best.end(), m_Work.begin(), [](const TNumber & v) { return TNumber(std::abs(v)); });
  m_Projector.Smooth(m_Work.data(), 1.0 / (twoPi * blur), m_Work.data());
  m_Transforms += 2;
  const auto size = [](const TNumber & v) { return std::real(v); };
  Real largest = 0;
  for (const TNumber & v : m_Work)
  {
    largest = std::max(largest, size(v));
  }
  for (std::size_t i = 0; i < m_Support.size(); ++i)
  {
    m_Support[i] = size(m_Work[i]) > Real(shrinkThreshold) * largest ? m_Widest[i] : Real(0);
  }
}

template <typename TNumber>
double
PhasePlane<TNumber>::Finish(TNumber * image)
{
  Look();
  for (std::int64_t row = 0; row < m_Rows; ++row)
  {
    std::copy_n(m_Best.data() + row * m_Projector.Columns(), m_Columns, image + row * m_Columns);
  }
  return m_LeastResidual;
}

template class PhasePlane<float>;
template class PhasePlane<double>;
template class PhasePlane<std::complex<float>>;
template class PhasePlane<std::complex<double>>;
} // namespace tweedie
