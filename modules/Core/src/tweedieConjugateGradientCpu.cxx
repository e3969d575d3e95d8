// SPDX-License-Identifier: Apache-2.0
#include "tweedieConjugateGradientPaths.h"
#include "tweedieSampleKernels.h"

#include <ATen/ATen.h>

#include <cmath>
#include <memory>

namespace tweedie
{
namespace
{
at::Tensor
Real(const at::Tensor & x)
{
  return x.is_complex() ? at::view_as_real(x) : x;
}

/** The state of one solution; T is the real type of the numbers. */
template <typename T> class Solver
{
public:
  explicit Solver(const LinearSystem & system)
      : m_System(system),
        m_Samples(system.rightHandSide.size(0)), m_Extent{m_Samples,
                                                          m_Samples > 0 ? Real(system.rightHandSide).numel() / m_Samples
                                                                        : 0},
        m_Alpha(m_Samples), m_Active(new bool[m_Samples]()), m_Squared(m_Samples), m_Reference(m_Samples)
  {
  }

  ConjugateGradientResult
  Run()
  {
    Start();
    while (m_Iterations < m_System.maximumIterations && UpdateActive())
    {
      Iterate();
    }
    ConjugateGradientResult result{m_X, std::vector<double>(m_Samples), m_Iterations};
    for (std::int64_t s = 0; s < m_Samples; ++s)
    {
      result.relativeResidual[s] = m_Reference[s] > 0.0 ? std::sqrt(m_Squared[s] / m_Reference[s]) : 0.0;
    }
    return result;
  }

private:
  static T *
  Data(const at::Tensor & x)
  {
    return Real(x).template data_ptr<T>();
  }

  void
  Start()
  {
    const at::Tensor b = m_System.rightHandSide.contiguous();
    BatchDot<T>(m_Extent, Data(b), Data(b), m_Reference.data());
    if (m_System.start.defined())
    {
      m_X = at::empty_like(b).copy_(m_System.start);
      m_R = at::sub(b, m_System.product(m_X)).contiguous();
      ++m_Iterations;
    }
    else
    {
      m_X = at::zeros_like(b);
      m_R = b.clone();
    }
    m_P = m_R.clone();
    BatchDot<T>(m_Extent, Data(m_R), Data(m_R), m_Squared.data());
    for (std::int64_t s = 0; s < m_Samples; ++s)
    {
      m_Active[s] = true;
      if (m_Reference[s] == 0.0) // b = 0: the solution is exactly zero, whatever the start
      {
        m_X[s].zero_();
        m_Squared[s] = 0.0;
      }
    }
  }

  /** Stops the samples that are done; false when none is left. */
  bool
  UpdateActive()
  {
    bool any = false;
    for (std::int64_t s = 0; s < m_Samples; ++s)
    {
      if (!std::isfinite(m_Squared[s]) || !std::isfinite(m_Reference[s]))
      {
        ThrowResidualNotFinite(m_Iterations);
      }
      m_Active[s] = m_Active[s] && m_Squared[s] > m_System.tolerance * m_System.tolerance * m_Reference[s];
      any = any || m_Active[s];
    }
    return any;
  }

  void
  Iterate()
  {
    const at::Tensor q = m_System.product(m_P).contiguous();
    ++m_Iterations;
    const std::vector<double> before = m_Squared;
    BatchDot<T>(m_Extent, Data(m_P), Data(q), m_Alpha.data());
    for (std::int64_t s = 0; s < m_Samples; ++s)
    {
      if (m_Active[s] && !std::isfinite(m_Alpha[s]))
      {
        ThrowResidualNotFinite(m_Iterations);
      }
      // A direction without curvature ends a sample: what is left cannot be reduced (H singular, or rounding).
      m_Active[s] = m_Active[s] && m_Alpha[s] > 0.0;
      m_Alpha[s] = m_Active[s] ? m_Squared[s] / m_Alpha[s] : 0.0;
    }
    BatchStep<T>(m_Extent, m_Alpha.data(), Data(m_P), Data(q), Data(m_X), Data(m_R), m_Squared.data());
    for (std::int64_t s = 0; s < m_Samples; ++s)
    {
      m_Alpha[s] = m_Active[s] ? m_Squared[s] / before[s] : 0.0; // from here on: beta
    }
    BatchDirection<T>(m_Extent, m_Alpha.data(), m_Active.get(), Data(m_R), Data(m_P));
  }

  const LinearSystem & m_System;
  std::int64_t m_Samples;
  SampleExtent m_Extent;
  std::vector<double> m_Alpha;
  std::unique_ptr<bool[]> m_Active;
  std::vector<double> m_Squared;   // ||r||^2
  std::vector<double> m_Reference; // ||b||^2
  at::Tensor m_X;
  at::Tensor m_R;
  at::Tensor m_P;
  std::int64_t m_Iterations = 0;
};
} // namespace

ConjugateGradientResult
ConjugateGradientOnCpu(const LinearSystem & system)
{
  const auto type = at::toRealValueType(system.rightHandSide.scalar_type());
  return type == at::kDouble ? Solver<double>(system).Run() : Solver<float>(system).Run();
}
} // namespace tweedie
