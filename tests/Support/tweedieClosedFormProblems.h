// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieClosedFormProblems_h
#define tweedieClosedFormProblems_h

#include "tweedieRandom.h"

#include <ATen/ATen.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <numeric>
#include <vector>

namespace tweedie
{
namespace test
{
/** Streams 0 .. count - 1. */
inline RandomStreams
Streams(std::uint64_t seed, std::int64_t count)
{
  std::vector<std::uint64_t> streams(static_cast<std::size_t>(count));
  std::iota(streams.begin(), streams.end(), std::uint64_t{0});
  return RandomStreams(seed, streams);
}

/** Standard normal numbers of a shape, the same on every machine. */
inline at::Tensor
Normal(std::uint64_t seed, at::IntArrayRef shape, at::ScalarType type = at::kDouble)
{
  return RandomStreams(seed, {0}).Normal(shape, type).squeeze(0);
}

/** Scalar sigma in double. */
inline at::Tensor
Sigma(double value)
{
  return at::scalar_tensor(value, at::kDouble);
}

/** A covariance [n, n] with eigenvalues from smallest to largest, geometrically spaced, and random eigenvectors. */
inline at::Tensor
RandomCovariance(std::uint64_t seed, std::int64_t n, double smallest, double largest)
{
  const auto basis = std::get<0>(at::linalg_qr(Normal(seed, {n, n})));
  const auto values = at::logspace(std::log10(smallest), std::log10(largest), n, 10.0, at::kDouble);
  return at::matmul(basis * values, basis.transpose(0, 1));
}

/** The matrix of a linear map: row j of the result is map applied to unit vector j of a space of `shape`, transposed to
 * the usual [rows, columns]. */
inline at::Tensor
MatrixOf(const std::function<at::Tensor(const at::Tensor &)> & map, at::IntArrayRef shape, at::ScalarType type)
{
  const auto n = c10::multiply_integers(shape);
  std::vector<std::int64_t> sizes{n};
  sizes.insert(sizes.end(), shape.begin(), shape.end());
  const auto images = map(at::eye(n, at::kDouble).to(type).reshape(sizes));
  return images.reshape({n, -1}).transpose(0, 1).contiguous();
}

/** Covariance over the rows of samples [count, n] about their own mean, and the largest deviation from `exact` in units
 * of its standard error sqrt((C_ii C_jj + C_ij^2) / count). */
inline double
LargestCovarianceScore(const at::Tensor & samples, const at::Tensor & exact)
{
  const auto count = static_cast<double>(samples.size(0));
  const auto centred = samples - samples.mean(0, true);
  const auto found = at::matmul(centred.transpose(0, 1), centred) / (count - 1.0);
  const auto d = exact.diagonal();
  const auto error = ((at::outer(d, d) + exact.square()) / count).sqrt();
  return ((found - exact).abs() / error).max().item<double>();
}

/** max |mean of samples [count, n] - exact| in units of its standard error. */
inline double
LargestMeanScore(const at::Tensor & samples, const at::Tensor & exact, const at::Tensor & variances)
{
  const auto error = (variances / static_cast<double>(samples.size(0))).sqrt();
  return ((samples.mean(0) - exact).abs() / error).max().item<double>();
}
} // namespace test
} // namespace tweedie

#endif
