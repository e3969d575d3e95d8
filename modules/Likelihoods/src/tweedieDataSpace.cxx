// SPDX-License-Identifier: Apache-2.0
#include "tweedieDataSpace.h"

#include "tweedieConjugateGradient.h"
#include "tweedieMeasuredData.h"
#include "tweedieRandom.h"

#include <ATen/ATen.h>

#include <numeric>

namespace tweedie
{
namespace
{
constexpr std::int64_t probes = 32;
} // namespace

at::Tensor
RowSquares(const LinearOperator & A, const at::Tensor & like)
{
  std::vector<std::uint64_t> streams(static_cast<std::size_t>(A.BatchSize()));
  std::iota(streams.begin(), streams.end(), std::uint64_t{0});
  RandomStreams random(0, streams);
  at::Tensor sum;
  for (std::int64_t i = 0; i < probes; ++i)
  {
    const at::Tensor signs = random.Normal(A.DomainShape(), at::toRealValueType(like.scalar_type())).sign();
    const at::Tensor squares = A.Forward(signs.to(like.options())).abs().square();
    sum = sum.defined() ? sum.add_(squares) : squares;
  }
  return sum / static_cast<double>(probes);
}

at::Tensor
StepByDataSpace(const LinearOperator & A,
                const at::Tensor & misfit,
                const at::Tensor & variance,
                const GaussianNoise & noise,
                const at::Tensor & rowSquares,
                const ProximalOptions & options)
{
  const at::Tensor r = Shaped(variance.flatten(), misfit);
  at::Tensor scale = (rowSquares * r + noise.variance).rsqrt();
  scale = noise.sampled.defined() ? scale * noise.sampled : scale; // rows that were not measured stay at z = 0
  const at::Tensor own = noise.variance * scale.square();
  const auto product = [&](const at::Tensor & u)
  { return A.Forward(A.Adjoint(u * scale) * variance) * scale + u * own; };
  const auto solution =
      ConjugateGradient(product, misfit * scale, at::Tensor(), options.maximumIterations, options.tolerance);
  return A.Adjoint(solution.solution * scale) * variance;
}
} // namespace tweedie
