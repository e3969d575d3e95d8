// SPDX-License-Identifier: Apache-2.0
#include "tweedieGaussianComponents.h"

#include "tweedieDenoiser.h"
#include "tweedieError.h"

#include <ATen/ATen.h>

#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
// Rounding leaves a symmetric semi-definite matrix within some n * 1e-16 of both properties; 1e-9 tells that from a
// matrix that is something else.
constexpr double rounding = 1e-9;

[[noreturn]] void
ThrowData(const std::string & where, const std::string & given, const std::string & required)
{
  throw DataError(where + ": " + given + "; " + required + " is required");
}

std::string
ShapeText(const at::Tensor & x)
{
  std::ostringstream text;
  text << x.sizes();
  return text.str();
}

void
CheckCovariances(const std::string & where, const at::Tensor & means, const at::Tensor & covariances)
{
  const auto n = means.size(1);
  if (covariances.is_complex() || covariances.sizes() != at::IntArrayRef({means.size(0), n, n}))
  {
    ThrowData(where,
              (covariances.is_complex() ? "complex covariances of shape " : "covariances of shape ") +
                  ShapeText(covariances),
              "a real matrix [n, n] per component, n = " + std::to_string(n) + " real components,");
  }
  const double largest = covariances.abs().max().item<double>();
  const double skew = (covariances - covariances.transpose(1, 2)).abs().max().item<double>();
  if (!std::isfinite(largest) || !(skew <= rounding * largest) || !at::isfinite(means).all().item<bool>())
  {
    ThrowData(where, "a mean or covariance that is not finite, or not symmetric", "a finite, symmetric one");
  }
}
} // namespace

GaussianComponents::GaussianComponents(const std::string & where,
                                       const at::Tensor & componentMeans,
                                       const at::Tensor & covariances)
{
  CheckCovariances(where, componentMeans, covariances);
  const auto matrices = covariances.to(at::kDouble);
  const auto [eigenvalues, eigenvectors] = at::linalg_eigh((matrices + matrices.transpose(1, 2)) / 2.0);
  const double largest = eigenvalues.max().item<double>();
  const double smallest = eigenvalues.min().item<double>();
  if (smallest < -rounding * largest)
  {
    ThrowData(where, "a covariance with eigenvalue " + std::to_string(smallest), "a positive semi-definite one");
  }
  means = componentMeans.to(at::kDouble).unsqueeze(1);
  vectors = eigenvectors;
  values = eigenvalues.clamp_min(0.0).unsqueeze(1);
}

at::Tensor
GaussianComponents::Covariances() const
{
  return at::bmm(vectors * values, vectors.transpose(1, 2));
}

at::Tensor
GaussianComponents::Gain(const at::Tensor & u, const at::Tensor & s2) const
{
  const auto l = values.to(u.device());
  const auto v = vectors.to(u.device());
  // Where both vanish the component is known already: the gain does not matter, NaN would.
  const auto weight = l / (l + s2).clamp_min(1e-300);
  return at::matmul(weight * at::matmul(u, v), v.transpose(1, 2));
}

at::Tensor
GaussianComponents::Denoise(const at::Tensor & x, const at::Tensor & s2) const
{
  const auto m = means.to(x.device());
  return m + Gain(x.unsqueeze(0) - m, s2);
}

at::Tensor
GaussianComponents::LogDensity(const at::Tensor & x, const at::Tensor & s2) const
{
  const auto total = values.to(x.device()) + s2;
  const auto white = at::matmul(x.unsqueeze(0) - means.to(x.device()), vectors.to(x.device()));
  return -0.5 * (white.square() / total + total.log()).sum(-1);
}

at::Tensor
GaussianComponents::Colour(const at::Tensor & weight, const at::Tensor & z) const
{
  return at::matmul(weight.sqrt() * z, vectors.to(z.device()).transpose(1, 2));
}

at::Tensor
GaussianComponents::ConditionalValues(const at::Tensor & s2) const
{
  const auto l = values.to(s2.device());
  return l * s2 / (l + s2).clamp_min(1e-300);
}

GaussianComponents
GaussianComponents::Conditioned(const std::string & where,
                                const at::Tensor & a,
                                const at::Tensor & y,
                                double variance,
                                at::Tensor & logEvidence) const
{
  const auto covariances = Covariances();
  const auto cross = at::matmul(a, covariances); // A P, [K, m, n]
  const auto system =
      at::matmul(cross, a.transpose(0, 1)) + variance * at::eye(a.size(0), a.options()); // A P A^T + s_c^2
  const auto factor = at::linalg_cholesky((system + system.transpose(1, 2)) / 2.0);      // [K, m, m]
  const auto residual = (y - at::matmul(means, a.transpose(0, 1))).transpose(1, 2);      // [K, m, 1]
  const auto solved = at::cholesky_solve(at::cat({residual, cross}, 2), factor);         // [K, m, 1 + n]
  const auto weights = solved.slice(2, 0, 1);
  const auto posteriorMeans = means + at::matmul(cross.transpose(1, 2), weights).transpose(1, 2);
  const auto reduced = covariances - at::matmul(cross.transpose(1, 2), solved.slice(2, 1));
  logEvidence = -0.5 * (residual * weights).sum({1, 2}) - at::log(factor.diagonal(0, 1, 2)).sum(1);
  return GaussianComponents(where, posteriorMeans.squeeze(1), (reduced + reduced.transpose(1, 2)) / 2.0);
}

at::Tensor
ToRealComponents(const at::Tensor & x)
{
  const auto parts = x.is_complex() ? at::view_as_real(x.resolve_conj()) : x;
  return parts.to(at::kDouble).reshape({x.size(0), -1});
}

at::Tensor
FromRealComponents(const at::Tensor & components, at::IntArrayRef shape, at::ScalarType type)
{
  std::vector<std::int64_t> sizes{components.size(0)};
  sizes.insert(sizes.end(), shape.begin(), shape.end());
  if (!c10::isComplexType(type))
  {
    return components.reshape(sizes).to(type);
  }
  sizes.push_back(2);
  return at::view_as_complex(components.reshape(sizes).contiguous()).to(type);
}

at::Tensor
SigmaSquared(const at::Tensor & sigma, const at::Tensor & x)
{
  // An empty stand-in: BroadcastSigma needs the batch size and the device of x, in double.
  const auto batch = at::empty({x.size(0), 0}, x.options().dtype(at::kDouble));
  return BroadcastSigma(sigma, batch).square().reshape({-1, 1});
}

RealMeasurement::RealMeasurement(const std::string & where,
                                 const at::Tensor & a,
                                 const at::Tensor & y,
                                 double variance,
                                 std::int64_t elements,
                                 bool complexState)
{
  if (a.dim() != 2 || a.size(1) != elements || y.sizes() != at::IntArrayRef({a.size(0)}))
  {
    ThrowData(where,
              "matrix of shape " + ShapeText(a) + " and data of shape " + ShapeText(y),
              "[m, " + std::to_string(elements) + "] and [m]");
  }
  const bool complexData = complexState || a.is_complex();
  if (y.is_complex() != complexData || !(variance > 0.0) || !std::isfinite(variance))
  {
    ThrowData(where,
              (y.is_complex() ? "complex data" : "real data") + std::string(", variance ") + std::to_string(variance),
              std::string(complexData ? "complex" : "real") + " data, and a positive variance,");
  }
  if (!complexData)
  {
    matrix = a.to(at::kDouble);
    data = y.to(at::kDouble);
    return;
  }
  // Row r of A x: Re = Ar xr - Ai xi, Im = Ai xr + Ar xi, interleaved as the components are.
  const auto full = a.to(at::kComplexDouble);
  const auto re = at::real(full);
  const auto im = at::imag(full);
  const auto fromReal = at::stack({re, im}, 1); // [m, 2, elements]
  const auto fromImaginary = at::stack({-im, re}, 1);
  const auto blocks = complexState ? at::stack({fromReal, fromImaginary}, 3) : fromReal;
  matrix = blocks.reshape({2 * a.size(0), (complexState ? 2 : 1) * elements}).contiguous();
  data = at::view_as_real(y.to(at::kComplexDouble).contiguous()).reshape({-1}).contiguous();
}
} // namespace tweedie
