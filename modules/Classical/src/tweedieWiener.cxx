// SPDX-License-Identifier: Apache-2.0
#include "tweedieConjugateGradient.h"
#include "tweedieError.h"
#include "tweedieFourierOperator.h"
#include "tweedieRandom.h"
#include "tweedieTikhonov.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace tweedie
{
namespace
{
constexpr double circulantTolerance = 1e-4; // rounding of single precision stays below 1e-5

/** F^H diag(weight) F x in the type of x: real for a real x, whose weight is even. */
at::Tensor
Filtered(const at::Tensor & x, const at::Tensor & weight)
{
  const at::Tensor z = x.is_complex() ? x : at::complex(x, at::zeros_like(x));
  const at::Tensor spectrum = FourierTransform(z.contiguous(), 2, FourierDirection::Forward);
  const at::Tensor result = FourierTransform(spectrum * weight, 2, FourierDirection::Backward);
  return x.is_complex() ? result : at::real(result).contiguous();
}

at::Tensor
PerSample(const at::Tensor & numbers, std::int64_t dimensions)
{
  std::vector<std::int64_t> sizes(static_cast<std::size_t>(dimensions), 1);
  sizes[0] = -1;
  return numbers.reshape(sizes);
}
} // namespace

at::Tensor
CirculantSpectrum(const LinearOperator & A, const at::TensorOptions & images)
{
  const at::NoGradGuard noGradient;
  std::vector<std::int64_t> sizes = A.DomainShape();
  const Shape domain = sizes;
  sizes.insert(sizes.begin(), A.BatchSize());
  const std::int64_t height = sizes[sizes.size() - 2];
  const std::int64_t width = sizes.back();
  at::Tensor impulse = at::zeros(sizes, images);
  impulse.select(-1, width / 2).select(-1, height / 2).fill_(1.0);
  const at::Tensor answer = A.Normal(impulse);
  const at::Tensor z = answer.is_complex() ? answer : at::complex(answer, at::zeros_like(answer));
  const double root = std::sqrt(static_cast<double>(height * width));
  const at::Tensor l =
      at::real(FourierTransform(z.contiguous(), 2, FourierDirection::Forward)).mul(root).clamp_min(0.0);

  const at::Tensor noise =
      RandomStreams(0, {0}).Normal(domain, c10::typeMetaToScalarType(images.dtype())).to(images.device());
  const at::Tensor white = noise.expand(sizes).contiguous();
  const at::Tensor exact = A.Normal(white);
  const at::Tensor error = Filtered(white, l) - exact;
  const at::Tensor allowed = SampleDot(exact, exact) * (circulantTolerance * circulantTolerance);
  if (!SampleDot(error, error).le(allowed).all().item<bool>())
  {
    throw UsageError("Wiener filter: given " + A.Name() +
                     ", whose A^H A is no circular convolution; required a circulant blur or samples of a spectrum");
  }
  return l;
}

GaussianPosterior
SolveWiener(const LinearOperatorPointer & A,
            const at::Tensor & y,
            const at::Tensor & sigma,
            const at::Tensor & m,
            const at::Tensor & S)
{
  const at::NoGradGuard noGradient;
  if (!A || !y.defined() || y.dim() < 3 || !m.defined() || !S.defined() || S.dim() != m.dim() || S.is_complex())
  {
    throw DataError("Wiener filter: given no operator, data, mean or real spectrum; required [batch, range...], [1 or "
                    "batch, domain...] and a spectrum that broadcasts against the mean");
  }
  const bool isNoise =
      sigma.defined() && sigma.dim() <= 1 && sigma.gt(0).logical_and(sigma.isfinite()).all().item<bool>();
  if (!isNoise || !S.ge(0).logical_and(S.isfinite()).all().item<bool>())
  {
    throw DataError("Wiener filter: given a noise level that is not positive or a spectrum that is negative; required "
                    "sigma > 0, a scalar or [batch], and S >= 0");
  }
  auto sizes = m.sizes().vec();
  sizes[0] = std::max({y.size(0), m.size(0), A->BatchSize()});
  const at::Tensor mean = m.expand(sizes).contiguous();
  const auto real = mean.options().dtype(at::toRealValueType(mean.scalar_type()));
  const at::Tensor l = CirculantSpectrum(*A, mean.options());
  const at::Tensor spectrum = S.to(real);
  const double parts = y.is_complex() ? 2.0 : 1.0;
  const at::Tensor noise = PerSample(sigma.to(real).square() / parts, mean.dim());
  const at::Tensor gain = spectrum / (l * spectrum + noise);
  GaussianPosterior result;
  result.mean = mean + Filtered(A->Adjoint(y - A->Forward(mean)), gain);
  const at::Tensor variance = (gain * noise).expand(sizes).mean({-2, -1}, true) * (mean.is_complex() ? 2.0 : 1.0);
  result.standardDeviation = variance.sqrt().expand(sizes).contiguous();
  return result;
}
} // namespace tweedie
