// SPDX-License-Identifier: Apache-2.0
#include "tweedieIncrementGibbs.h"

#include "tweedieDrawRecorder.h"
#include "tweedieError.h"
#include "tweedieIncrementScales.h"

#include <ATen/ATen.h>

#include <cmath>
#include <sstream>
#include <vector>

namespace tweedie
{
namespace
{
void
RequireFitting(const IncrementPrior & prior, const LinearData & data)
{
  RequireValid(prior);
  if (data.matrix.dim() != 2 || data.matrix.size(1) != prior.length || data.data.dim() != 1 ||
      data.data.size(0) != data.matrix.size(0) || !(data.noise > 0.0))
  {
    std::ostringstream text;
    text << "increment posterior: given a matrix of shape " << data.matrix.sizes() << ", data of shape "
         << data.data.sizes() << " and noise " << data.noise << "; required [m, " << prior.length
         << "], [m] and a positive noise";
    throw DataError(text.str());
  }
}

/** One chain's inverse of C = noise^2 + sum_i s_i b_i b_i^T over the places with a jump, kept by rank-one updates. */
class Evidence
{
public:
  Evidence(double * inverse, std::int64_t size) : m_Inverse(inverse), m_Size(size), m_Column(size) {}

  /** log N(y; 0, C + s b b^T) - log N(y; 0, C). */
  double
  Gain(const double * b, const double * y, double s)
  {
    double square = 0.0;
    double along = 0.0;
    for (std::int64_t i = 0; i < m_Size; ++i)
    {
      const double * row = m_Inverse + i * m_Size;
      double sum = 0.0;
      for (std::int64_t j = 0; j < m_Size; ++j)
      {
        sum += row[j] * b[j];
      }
      m_Column[static_cast<std::size_t>(i)] = sum;
      square += b[i] * sum;
      along += y[i] * sum;
    }
    m_Factor = s / (1.0 + s * square);
    return -0.5 * std::log1p(s * square) + 0.5 * m_Factor * along * along;
  }

  /** Makes it so. */
  void
  Accept()
  {
    for (std::int64_t i = 0; i < m_Size; ++i)
    {
      double * row = m_Inverse + i * m_Size;
      const double factor = m_Factor * m_Column[static_cast<std::size_t>(i)];
      for (std::int64_t j = 0; j < m_Size; ++j)
      {
        row[j] -= factor * m_Column[static_cast<std::size_t>(j)];
      }
    }
  }

private:
  double * m_Inverse;
  std::int64_t m_Size;
  std::vector<double> m_Column;
  double m_Factor = 0.0;
};

class IncrementGibbs
{
public:
  IncrementGibbs(const IncrementPrior & prior, const LinearData & data, RandomStreams & random)
      : m_Prior(prior), m_Noise(data.noise), m_Random(random), m_Data(data.data.to(at::kDouble).contiguous())
  {
    // Column i of B: what a jump before element i does to the data.
    const at::Tensor matrix = data.matrix.to(at::kDouble);
    m_Matrix = matrix.flip(1).cumsum(1).flip(1).contiguous();
    m_Columns = m_Matrix.t().contiguous();
    m_Jumps = at::ones({Chains(), prior.length}, at::kDouble);
    const at::Tensor start = PriorScales(prior, random);
    m_Jumps = start.gt(0.0).to(at::kDouble);
    m_Scales = HasAtom() ? at::where(start.gt(0.0), start, LaplaceScales(prior, random)) : start;
  }

  /** One sweep; the signals [chains, n]. */
  at::Tensor
  Step()
  {
    if (HasAtom())
    {
      DrawJumps();
    }
    const at::Tensor u = DrawIncrements();
    at::Tensor scales = ScalesGiven(m_Prior, u, m_Random);
    m_Scales = HasAtom() ? at::where(m_Jumps.gt(0.0), scales, LaplaceScales(m_Prior, m_Random)) : scales;
    return m_Prior.Signals(u);
  }

private:
  std::int64_t
  Chains() const
  {
    return static_cast<std::int64_t>(m_Random.Streams().size());
  }
  bool
  HasAtom() const
  {
    return m_Prior.law == IncrementLaw::BernoulliLaplace;
  }

  /** B S B^T + noise^2 of each chain, [chains, m, m]. */
  at::Tensor
  DataCovariance() const
  {
    const at::Tensor weighted = m_Matrix * (m_Scales * m_Jumps).unsqueeze(1);
    const at::Tensor noise = at::eye(m_Matrix.size(0), at::kDouble) * (m_Noise * m_Noise);
    return at::matmul(weighted, m_Matrix.t()) + noise;
  }

  void
  DrawJumps()
  {
    at::Tensor inverse = at::cholesky_inverse(at::linalg_cholesky(DataCovariance())).contiguous();
    const at::Tensor uniform = m_Random.Uniform({m_Prior.length}, at::kDouble);
    const at::Tensor scales = m_Scales.contiguous();
    const double odds = std::log(m_Prior.jump) - std::log1p(-m_Prior.jump);
    const std::int64_t size = m_Matrix.size(0);
    for (std::int64_t chain = 0; chain < Chains(); ++chain)
    {
      Evidence evidence(inverse.data_ptr<double>() + chain * size * size, size);
      double * jumps = m_Jumps.data_ptr<double>() + chain * m_Prior.length;
      const double * s = scales.data_ptr<double>() + chain * m_Prior.length;
      const double * chance = uniform.data_ptr<double>() + chain * m_Prior.length;
      for (std::int64_t i = 1; i < m_Prior.length; ++i)
      {
        const double * b = m_Columns.data_ptr<double>() + i * size;
        const bool had = jumps[i] > 0.0;
        // Of a jump that is there, what taking it away would gain.
        const double gain = evidence.Gain(b, m_Data.data_ptr<double>(), had ? -s[i] : s[i]);
        const double logOdds = odds + (had ? -gain : gain);
        const bool has = chance[i] * (1.0 + std::exp(-logOdds)) < 1.0;
        if (has != had)
        {
          evidence.Accept();
          jumps[i] = has ? 1.0 : 0.0;
        }
      }
    }
  }

  at::Tensor
  DrawIncrements()
  {
    const at::Tensor variance = m_Scales * m_Jumps;
    const at::Tensor u = variance.sqrt() * m_Random.Normal({m_Prior.length}, at::kDouble);
    const at::Tensor noise = m_Noise * m_Random.Normal({m_Matrix.size(0)}, at::kDouble);
    const at::Tensor residual = m_Data - at::matmul(u, m_Columns) - noise;
    const at::Tensor factor = at::linalg_cholesky(DataCovariance());
    const at::Tensor weight = at::cholesky_solve(residual.unsqueeze(-1), factor).squeeze(-1);
    return u + variance * at::matmul(weight, m_Matrix);
  }

  const IncrementPrior & m_Prior;
  double m_Noise;
  RandomStreams & m_Random;
  at::Tensor m_Data;
  at::Tensor m_Matrix;  ///< B [m, n]
  at::Tensor m_Columns; ///< [n, m]
  at::Tensor m_Scales;  ///< [chains, n]
  at::Tensor m_Jumps;   ///< 1 where there is one, [chains, n]
};
} // namespace

ReferenceDraws
SampleIncrementPosterior(const IncrementPrior & prior,
                         const LinearData & data,
                         const ReferenceSamplerOptions & options,
                         const ProgressCallback & progress)
{
  RequireFitting(prior, data);
  RequireValid(options);
  RandomStreams random = ChainStreams(options.seed, options.chains);
  IncrementGibbs gibbs(prior, data, random);
  DrawRecorder recorder("gibbs", options, progress);
  while (recorder.Wants())
  {
    recorder.Add(gibbs.Step());
  }
  ReferenceDraws result = recorder.Result();
  result.acceptance = 1.0;
  return result;
}
} // namespace tweedie
