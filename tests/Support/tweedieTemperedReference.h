// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieTemperedReference_h
#define tweedieTemperedReference_h

#include "tweedieClosedFormProblems.h"
#include "tweedieGaussianDenoiser.h"
#include "tweedieLikelihood.h"

#include <ATen/ATen.h>

#include <cmath>
#include <vector>

namespace tweedie
{
namespace test
{
struct TemperedOptions
{
  std::int64_t ladders = 4;      ///< independent of each other
  std::int64_t temperatures = 8; ///< of the likelihood, geometric from 1 to hottest
  double coldest = 1.0;
  double hottest = 1e-3;
  std::int64_t burnIn = 500;
  std::int64_t iterations = 2000;
  std::int64_t leaps = 8;
  std::uint64_t seed = 1;
};

/** Draws from N(m, P) p(y | x) at the power 1 of the likelihood, [iterations, ladders, n], by Hamiltonian Monte Carlo
 * with an accept step in the coordinates in which the prior is white (Neal 2011), on a ladder of powers whose
 * neighbours exchange states (Geyer 1991). The step of each power is tuned while it burns in. */
class TemperedReference
{
public:
  TemperedReference(const GaussianDenoiser & prior, LikelihoodPointer likelihood, const TemperedOptions & options)
      : m_Likelihood(std::move(likelihood)), m_Options(options), m_Shape(prior.DomainShape()),
        m_Mean(prior.Mean().reshape({1, -1})), m_Count(options.ladders * options.temperatures),
        m_Random(Streams(options.seed, m_Count))
  {
    const auto [values, vectors] = at::linalg_eigh(prior.Covariance());
    m_Root = vectors * values.clamp_min(0.0).sqrt();
    const auto powers =
        at::logspace(std::log10(options.coldest), std::log10(options.hottest), options.temperatures, 10.0, at::kDouble);
    m_Power = powers.repeat({options.ladders});
    m_Step = at::full({m_Count}, 0.05, at::kDouble);
  }

  at::Tensor
  Run()
  {
    at::Tensor z = m_Random.Normal({m_Mean.size(1)}, at::kDouble);
    std::vector<at::Tensor> draws;
    for (std::int64_t i = 0; i < m_Options.burnIn + m_Options.iterations; ++i)
    {
      z = Exchange(Move(z, i < m_Options.burnIn), i % 2);
      if (i >= m_Options.burnIn)
      {
        const auto cold = z.reshape({m_Options.ladders, m_Options.temperatures, -1}).select(1, 0);
        draws.push_back(Image(cold));
      }
    }
    return at::stack(draws);
  }

  /** Share of the moves, and of the exchanges, that were accepted after burning in. */
  double
  Acceptance() const
  {
    return m_Accepted / std::max(1.0, m_Moves);
  }
  double
  ExchangeRate() const
  {
    return m_Exchanged / std::max(1.0, m_Exchanges);
  }

private:
  at::Tensor
  Image(const at::Tensor & z) const
  {
    return m_Mean + at::matmul(z, m_Root.transpose(0, 1));
  }
  at::Tensor
  Shaped(const at::Tensor & x) const
  {
    std::vector<std::int64_t> sizes{x.size(0)};
    sizes.insert(sizes.end(), m_Shape.begin(), m_Shape.end());
    return x.reshape(sizes).to(at::kFloat); // the likelihood's
  }
  at::Tensor
  Misfit(const at::Tensor & z) const
  {
    return m_Likelihood->NegativeLog(Shaped(Image(z))).to(at::kDouble);
  }
  at::Tensor
  Gradient(const at::Tensor & z) const
  {
    const auto g = m_Likelihood->Gradient(Shaped(Image(z))).reshape({z.size(0), -1}).to(at::kDouble);
    return z + at::matmul(g, m_Root) * m_Power.unsqueeze(1);
  }
  at::Tensor
  Energy(const at::Tensor & z) const
  {
    return Misfit(z) * m_Power + z.square().sum(1) / 2.0;
  }

  at::Tensor
  Move(const at::Tensor & z, bool tunes)
  {
    const auto step = m_Step.unsqueeze(1);
    const auto before = m_Random.NormalLike(z);
    at::Tensor momentum = before - Gradient(z) * step / 2.0;
    at::Tensor place = z;
    for (std::int64_t leap = 0; leap < m_Options.leaps; ++leap)
    {
      place = place + momentum * step;
      momentum = momentum - Gradient(place) * (leap + 1 < m_Options.leaps ? step : step / 2.0);
    }
    const auto change = Energy(z) + before.square().sum(1) / 2.0 - Energy(place) - momentum.square().sum(1) / 2.0;
    const auto accept = m_Random.Uniform({}, at::kDouble).log().lt(change);
    if (tunes)
    {
      m_Step = m_Step * at::where(accept, at::full_like(m_Step, 1.02), at::full_like(m_Step, 0.93)); // 0.78 accepted
    }
    else
    {
      m_Moves += static_cast<double>(m_Count);
      m_Accepted += accept.to(at::kDouble).sum().item<double>();
    }
    return at::where(accept.unsqueeze(1), place, z);
  }

  /** Neighbours k, k + 1 with k of one parity. */
  at::Tensor
  Exchange(const at::Tensor & z, std::int64_t parity)
  {
    const auto misfit = Misfit(z);
    const auto uniform = m_Random.Uniform({}, at::kDouble).log();
    std::vector<std::int64_t> order(static_cast<std::size_t>(m_Count));
    for (std::int64_t i = 0; i < m_Count; ++i)
    {
      order[static_cast<std::size_t>(i)] = i;
    }
    for (std::int64_t ladder = 0; ladder < m_Options.ladders; ++ladder)
    {
      for (std::int64_t k = parity; k + 1 < m_Options.temperatures; k += 2)
      {
        const std::int64_t a = ladder * m_Options.temperatures + k;
        const double gain = (m_Power[a] - m_Power[a + 1]).item<double>() * (misfit[a] - misfit[a + 1]).item<double>();
        m_Exchanges += 1.0;
        if (uniform[a].item<double>() < gain)
        {
          std::swap(order[static_cast<std::size_t>(a)], order[static_cast<std::size_t>(a + 1)]);
          m_Exchanged += 1.0;
        }
      }
    }
    return z.index_select(0, at::tensor(order, at::kLong));
  }

  LikelihoodPointer m_Likelihood;
  TemperedOptions m_Options;
  std::vector<std::int64_t> m_Shape;
  at::Tensor m_Mean;
  at::Tensor m_Root;
  std::int64_t m_Count;
  RandomStreams m_Random;
  at::Tensor m_Power;
  at::Tensor m_Step;
  double m_Moves = 0.0;
  double m_Accepted = 0.0;
  double m_Exchanges = 0.0;
  double m_Exchanged = 0.0;
};
} // namespace test
} // namespace tweedie

#endif
