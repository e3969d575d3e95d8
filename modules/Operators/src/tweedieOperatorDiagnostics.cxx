// SPDX-License-Identifier: Apache-2.0
#include "tweedieOperatorDiagnostics.h"

#include "tweedieRandom.h"

#include <ATen/ATen.h>

#include <numeric>

namespace tweedie
{
namespace
{
at::Tensor
RandomLike(const LinearOperator & op, const Shape & shape, std::uint64_t seed, at::ScalarType dtype, at::Device device)
{
  std::vector<std::uint64_t> streams(static_cast<std::size_t>(op.BatchSize()));
  std::iota(streams.begin(), streams.end(), std::uint64_t{0});
  return RandomStreams(seed, streams).Normal(shape, dtype).to(device);
}

at::Tensor
InDouble(const at::Tensor & x)
{
  return x.to(x.is_complex() ? at::kComplexDouble : at::kDouble).flatten();
}

/** <a, b>. Not at::vdot, which is 0 for complex numbers where LibTorch and BLAS disagree on how Fortran functions
 * return them, as Debian's LibTorch with OpenBLAS does. */
at::Tensor
InnerProduct(const at::Tensor & a, const at::Tensor & b)
{
  return (InDouble(a).conj() * InDouble(b)).sum();
}

double
Norm(const at::Tensor & x)
{
  return InDouble(x).abs().square().sum().sqrt().item<double>();
}
} // namespace

double
AdjointError(const LinearOperator & op, std::uint64_t seed, c10::ScalarType dtype, c10::Device device)
{
  const at::Tensor u = RandomLike(op, op.DomainShape(), seed, dtype, device);
  const at::Tensor image = op.Forward(u);
  const at::Tensor v = RandomLike(op, op.RangeShape(), seed + 1, image.scalar_type(), device);
  const at::Tensor left = InnerProduct(image, v);
  const at::Tensor right = InnerProduct(u, op.Adjoint(v));
  return (left - right).abs().item<double>() / (Norm(image) * Norm(v));
}

double
SpectralNorm(
    const LinearOperator & op, std::int64_t iterations, std::uint64_t seed, c10::ScalarType dtype, c10::Device device)
{
  at::Tensor u = RandomLike(op, op.DomainShape(), seed, dtype, device);
  for (std::int64_t i = 0; i < iterations; ++i)
  {
    const double norm = Norm(u);
    if (!(norm > 0.0))
    {
      return 0.0;
    }
    u = op.Normal(u / norm);
  }
  const double norm = Norm(u);
  return norm > 0.0 ? Norm(op.Forward(u / norm)) : 0.0;
}
} // namespace tweedie
