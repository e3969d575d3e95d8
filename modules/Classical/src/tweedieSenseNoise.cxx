// SPDX-License-Identifier: Apache-2.0
#include "tweedieSenseNoise.h"

#include "tweedieConjugateGradient.h"
#include "tweedieError.h"
#include "tweedieMoments.h"
#include "tweedieRandom.h"
#include "tweedieSenseOperator.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace tweedie
{
namespace
{
constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double unseen = 1e-12; // eigenvalues below this share of the largest sum |S|^2 were not measured
constexpr double isPart = 1e-6;  // of a pixel: directions that make up less of it are rounding

/** The period of a mask of zeros and ones along one axis when it is every R-th sample, else 0. */
std::int64_t
PeriodOf(const at::Tensor & line)
{
  const std::int64_t size = line.size(0);
  const auto taken = line.sum().item<std::int64_t>();
  if (taken == 0 || size % taken != 0)
  {
    return 0;
  }
  const std::int64_t period = size / taken;
  const std::int64_t first = line.argmax().item<std::int64_t>();
  at::Tensor regular = at::zeros_like(line);
  regular.slice(0, first % period, c10::nullopt, period).fill_(1);
  return line.equal(regular) ? period : 0;
}

struct Periods
{
  std::int64_t y = 0;
  std::int64_t x = 0;
};

/** Of a mask [y, x] that is every y-th row of every x-th column; 0: it is something else. */
Periods
PeriodsOf(const at::Tensor & mask)
{
  const at::Tensor m = mask.to(at::kLong);
  const at::Tensor rows = std::get<0>(m.max(1));
  const at::Tensor columns = std::get<0>(m.max(0));
  const Periods periods{PeriodOf(rows), PeriodOf(columns)};
  const bool isProduct = m.equal(rows.unsqueeze(1) * columns.unsqueeze(0));
  return isProduct && periods.y > 0 && periods.x > 0 ? periods : Periods{};
}

/** diag(W H W), W = (H + lambda)^-1, for Hermitian H [n, r, r], from its eigenvalues. */
at::Tensor
DiagonalBySpectrum(const at::Tensor & H, double lambda, double largest)
{
  const auto [values, vectors] = at::linalg_eigh(H);
  const at::Tensor l = values.unsqueeze(1);
  const at::Tensor share = vectors.abs().square();
  const at::Tensor isSeen = l.gt(unseen * largest);
  const at::Tensor gain = at::where(isSeen, l / (l + lambda).square(), at::zeros_like(l));
  const at::Tensor variance = (share * gain).sum(-1);
  if (lambda > 0.0)
  {
    return variance;
  }
  const at::Tensor hidden = (share * isSeen.logical_not()).sum(-1);
  return at::where(hidden.gt(isPart), at::full_like(variance, infinite), variance);
}

/** Maps [coil, y, x], every Ry-th row and Rx-th column: S^H S / R of each set of pixels that fold onto each other. The
 * phases between them are those of a diagonal unitary matrix, which no diagonal shows. */
at::Tensor
VarianceOfSets(const at::Tensor & maps, const Periods & periods, double lambda, double largest)
{
  const std::int64_t coils = maps.size(0);
  const std::int64_t height = maps.size(1) / periods.y;
  const std::int64_t width = maps.size(2) / periods.x;
  const std::int64_t folded = periods.y * periods.x;
  const at::Tensor S = maps.reshape({coils, periods.y, height, periods.x, width})
                           .permute({2, 4, 0, 1, 3})
                           .reshape({height * width, coils, folded});
  const at::Tensor H = at::matmul(S.mH(), S) / static_cast<double>(folded);
  return DiagonalBySpectrum(H, lambda, largest)
      .view({height, width, periods.y, periods.x})
      .permute({2, 0, 3, 1})
      .reshape({maps.size(1), maps.size(2)});
}

/** diag(W H W) = diag(W) - lambda diag(W^2) by Cholesky's factor; by eigenvalues where H + lambda has none. */
at::Tensor
DiagonalByInverse(const at::Tensor & H, double lambda, double largest)
{
  const at::Tensor shifted = H + at::eye(H.size(-1), H.options()) * lambda;
  const auto [factor, failed] = at::linalg_cholesky_ex(shifted);
  if (failed.ne(0).any().item<bool>() ||
      at::real(factor.diagonal(0, -2, -1)).square().min().item<double>() < std::sqrt(unseen) * largest)
  {
    return DiagonalBySpectrum(H, lambda, largest);
  }
  const at::Tensor W = at::cholesky_inverse(factor);
  return at::real(W.diagonal(0, -2, -1)) - W.abs().square().sum(-1) * lambda;
}

/** Maps [coil, y, x], lines [y] along x: column by column H = K o (S^H S), K: the circulant of the lines. */
at::Tensor
VarianceOfLines(const at::Tensor & maps, const at::Tensor & lines, double lambda, double largest)
{
  constexpr std::int64_t together = 8;
  const std::int64_t size = lines.size(0);
  const at::Tensor response = at::fft_ifft(lines.to(at::kComplexDouble));
  const at::Tensor place = at::arange(size, at::kLong);
  const at::Tensor K =
      response.index_select(0, (place.unsqueeze(1) - place.unsqueeze(0) + size).remainder(size).view(-1))
          .view({size, size});
  at::Tensor variance = at::empty({maps.size(2), size}, at::kDouble);
  for (std::int64_t first = 0; first < maps.size(2); first += together)
  {
    const at::Tensor S = maps.slice(2, first, first + together).permute({2, 0, 1});
    const at::Tensor H = at::matmul(S.mH(), S) * K;
    variance.slice(0, first, first + together).copy_(DiagonalByInverse(H, lambda, largest));
  }
  return variance.t();
}

/** Draws of x for white noise, one slice: mask [1, 1, 1, y, x], maps [1, coil, 1, y, x]. */
at::Tensor
VarianceOfDraws(const at::Tensor & mask, const at::Tensor & maps, const SenseNoiseOptions & options, std::int64_t slice)
{
  constexpr std::int64_t together = 8;
  const SenseOperator model(mask, maps);
  RunningMoments moments;
  for (std::int64_t first = 0; first < options.draws; first += together)
  {
    std::vector<std::uint64_t> streams;
    for (std::int64_t i = first; i < std::min(first + together, options.draws); ++i)
    {
      streams.push_back((static_cast<std::uint64_t>(slice) << 32) + static_cast<std::uint64_t>(i));
    }
    const at::Tensor white =
        RandomStreams(options.seed, streams).Normal(model.RangeShape(), at::kComplexDouble) / std::sqrt(2.0);
    const auto product = [&](const at::Tensor & x) { return model.Normal(x).add_(x, options.lambda); };
    moments.Add(ConjugateGradient(product, model.Adjoint(white), {}, options.iterations, options.tolerance).solution);
  }
  // Their mean is known to be zero, which leaves n of them, not n - 1.
  const auto count = static_cast<double>(options.draws);
  return (moments.SumOfSquares() / count + moments.Mean().abs().square()).view({mask.size(3), mask.size(4)});
}

/** Of slices [slice, coil, 1, y, x] in double. */
at::Tensor
SumOfSquares(const at::Tensor & maps)
{
  return maps.abs().square().sum(1, true);
}

/** The maps of all slices of the problem in double, ones where there are none. */
at::Tensor
WideMaps(const at::Tensor & mask, const at::Tensor & maps)
{
  auto sizes = mask.sizes().vec();
  return maps.defined() ? maps.detach().to(at::kCPU, at::kComplexDouble) : at::ones(sizes, at::kComplexDouble);
}

/** One slice: mask [y, x], maps [coil, y, x]. */
SenseNoise
VarianceOfSlice(const at::Tensor & mask, const at::Tensor & maps, const SenseNoiseOptions & options, std::int64_t slice)
{
  const double largest = maps.abs().square().sum(0).max().item<double>();
  const Periods periods = PeriodsOf(mask);
  if (periods.y > 0)
  {
    return {VarianceOfSets(maps, periods, options.lambda, largest), "aliased sets", 0.0};
  }
  if (mask.equal(mask.select(1, 0).unsqueeze(1).expand_as(mask)))
  {
    return {VarianceOfLines(maps, mask.select(1, 0), options.lambda, largest), "lines", 0.0};
  }
  if (mask.equal(mask.select(0, 0).unsqueeze(0).expand_as(mask)))
  {
    return {VarianceOfLines(maps.transpose(1, 2), mask.select(0, 0), options.lambda, largest).t(), "lines", 0.0};
  }
  const at::Tensor variance =
      VarianceOfDraws(mask.view({1, 1, 1, mask.size(0), mask.size(1)}), maps.unsqueeze(0).unsqueeze(2), options, slice);
  return {variance, "draws", 0.5 / std::sqrt(static_cast<double>(options.draws))};
}
} // namespace

SenseNoise
SenseVariance(const at::Tensor & mask, const at::Tensor & maps, const SenseNoiseOptions & options)
{
  const at::NoGradGuard noGradient;
  const SenseOperator checked(mask, maps);
  if (!(options.lambda >= 0.0) || options.draws < 2)
  {
    throw UsageError("SENSE noise: given lambda " + std::to_string(options.lambda) + " and " +
                     std::to_string(options.draws) + " draws; required >= 0, and 2 at least");
  }
  const at::Tensor m = mask.detach().to(at::kCPU, at::kDouble);
  const at::Tensor S = WideMaps(mask, maps);
  const std::int64_t slices = std::max(m.size(0), S.size(0));
  std::vector<at::Tensor> all;
  SenseNoise result;
  for (std::int64_t i = 0; i < slices; ++i)
  {
    const at::Tensor ofSlice = S[std::min(i, S.size(0) - 1)].squeeze(1);
    const SenseNoise one = VarianceOfSlice(m[std::min(i, m.size(0) - 1)][0][0], ofSlice, options, i);
    const at::Tensor noCoil = ofSlice.abs().square().sum(0).eq(0.0);
    all.push_back(at::where(noCoil, at::zeros_like(one.variance), one.variance));
    result.route = one.route;
    result.relativeError = std::max(result.relativeError, one.relativeError);
  }
  result.variance = at::stack(all).unsqueeze(1).unsqueeze(1);
  return result;
}

at::Tensor
GeometryFactor(const at::Tensor & mask, const at::Tensor & maps, const SenseNoise & unpenalized)
{
  const at::Tensor kept = mask.detach().to(at::kCPU, at::kDouble).mean({-2, -1}, true);
  const at::Tensor full = SumOfSquares(WideMaps(mask, maps));
  return (unpenalized.variance * full * kept).sqrt();
}

at::Tensor
WhitenedMaps(const at::Tensor & maps, const at::Tensor & psi)
{
  const bool fits = psi.defined() && psi.dim() == 2 && psi.size(0) == psi.size(1) && psi.size(0) == maps.size(1);
  const at::Tensor wide = fits ? psi.to(at::kComplexDouble) : at::Tensor();
  if (!fits || !wide.isfinite().all().item<bool>() ||
      !((wide - wide.mH()).abs().max().item<double>() <= 1e-12 * wide.abs().max().item<double>()))
  {
    throw DataError("noise covariance: given one of another size, not finite or not Hermitian; required [coil, coil]");
  }
  const auto [factor, failed] = at::linalg_cholesky_ex(wide);
  if (failed.item<std::int64_t>() != 0)
  {
    throw DataError("noise covariance: given a matrix that is not positive definite; required one that is");
  }
  const at::Tensor flat = maps.to(at::kComplexDouble).flatten(2);
  return at::linalg_solve_triangular(factor, flat, false).view(maps.sizes());
}
} // namespace tweedie
