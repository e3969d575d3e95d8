// SPDX-License-Identifier: Apache-2.0
#include "tweedieResidualAudit.h"

#include "tweedieError.h"
#include "tweedieRandom.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr std::int64_t noiseDraws = 200;
constexpr std::int64_t widths[] = {1, 3, 7};
constexpr std::int64_t largestLag = 3;
constexpr double eulerGamma = 0.57721566490153286;

void
AuditChiSquare(const ScanStudy & study, const at::Tensor & images, ResidualAudit & audit)
{
  std::vector<at::Tensor> residuals;
  for (std::int64_t i = 0; i < images.size(0); ++i)
  {
    residuals.push_back(WhitenedResidual(study, images[i]));
  }
  const at::Tensor all = at::stack(residuals);
  audit.check = CheckResiduals(all);
  const at::Tensor ofSamples = all.square().mean(0);
  const at::Tensor ofMean = WhitenedResidual(study, images.mean(0)).square();
  const at::Tensor group = Whitened(study).group;
  const std::int64_t groups = group.max().item<std::int64_t>() + 1;
  const at::Tensor counts = at::bincount(group, {}, groups);
  const at::Tensor samples = at::bincount(group, ofSamples, groups);
  const at::Tensor means = at::bincount(group, ofMean, groups);
  for (std::int64_t g = 0; g < groups; ++g)
  {
    const auto count = counts[g].item<std::int64_t>();
    if (count > 0)
    {
      audit.groups.push_back({g,
                              count,
                              samples[g].item<double>() / static_cast<double>(count),
                              means[g].item<double>() / static_cast<double>(count)});
    }
  }
}

/** Along lines and across them; data of one row by their channels. */
void
AuditWhiteness(const ScanStudy & study, const at::Tensor & image, ResidualAudit & audit)
{
  const GaussianLikelihood & data = study.Data();
  const auto plane = [](const at::Tensor & x) { return x.size(-2) == 1 ? x.squeeze(-2) : x; };
  const at::Tensor residual = data.Residual(image);
  at::Tensor mask = data.Sampled();
  mask = mask.defined() ? plane(mask.to(at::kBool).expand(residual.sizes())) : mask;
  const at::Tensor white = plane(residual / data.ComponentVariance().sqrt().to(at::kFloat));
  if (white.size(-1) <= largestLag || white.size(-2) <= largestLag)
  {
    return;
  }
  audit.whiteness = CheckWhiteness(white, largestLag, mask);
  for (const LagCorrelation & lag : audit.whiteness.lags)
  {
    audit.correlation = std::max(audit.correlation, std::abs(lag.value));
  }
}

/** Means over squares of pixels, [n, y, x] real or complex; the frame counts as zero. */
at::Tensor
Averaged(const at::Tensor & planes, std::int64_t width)
{
  const auto real = [width](const at::Tensor & x) {
    return at::avg_pool2d(x, {width, width}, {1, 1}, {width / 2, width / 2});
  };
  return planes.is_complex() ? at::complex(real(at::real(planes).contiguous()), real(at::imag(planes).contiguous()))
                             : real(planes);
}

/** A^H W^2 r as planes [B z, y, x] in double. */
at::Tensor
BackProjected(const GaussianLikelihood & data, const at::Tensor & image, const at::Tensor & residual)
{
  const at::Tensor weighted = (residual / data.ComponentVariance()).to(residual.scalar_type());
  const at::Tensor back = data.Model().Vjp(image, weighted);
  return back.reshape({-1, back.size(-2), back.size(-1)}).to(back.is_complex() ? at::kComplexDouble : at::kDouble);
}

at::Tensor
WhiteNoise(const GaussianLikelihood & data, RandomStreams & random)
{
  at::Tensor noise = random.NormalLike(data.Data().narrow(0, 0, 1).expand_as(data.Data()).reshape({1, -1}))
                         .reshape(data.Data().sizes());
  noise = noise * data.ComponentVariance().sqrt().to(noise.is_complex() ? at::kFloat : noise.scalar_type());
  return data.Sampled().defined() ? noise * data.Sampled() : noise;
}

/** Where the residual of the mean stands out of what white noise leaves, and with what chance noise alone does. */
void
AuditStructure(const ScanStudy & study,
               const at::Tensor & mean,
               std::int64_t seed,
               const ProgressCallback & progress,
               ResidualAudit & audit)
{
  const GaussianLikelihood & data = study.Data();
  const at::Tensor found = BackProjected(data, mean, data.Residual(mean));
  RandomStreams random(static_cast<std::uint64_t>(seed), {0});
  std::vector<at::Tensor> draws;
  for (std::int64_t i = 0; i < noiseDraws; ++i)
  {
    draws.push_back(BackProjected(data, mean, WhiteNoise(data, random)));
    ProgressReport report;
    report.task = "residuals of white noise";
    report.step = i + 1;
    report.steps = noiseDraws;
    if (progress && !progress(report))
    {
      throw Aborted("interrupted during the check of residuals");
    }
  }
  at::Tensor peaks = at::zeros({noiseDraws}, at::kDouble);
  for (const std::int64_t width : widths)
  {
    at::Tensor variance = at::zeros(found.sizes(), at::kDouble);
    std::vector<at::Tensor> sizes;
    for (const at::Tensor & draw : draws)
    {
      sizes.push_back(Averaged(draw, width).abs());
      variance += sizes.back().square() / static_cast<double>(noiseDraws);
    }
    // The noise's variance is smooth over the image: averaging takes away the chance of its draws.
    const at::Tensor deviation = Averaged(variance, 9).clamp_min(1e-300).sqrt();
    for (std::int64_t i = 0; i < noiseDraws; ++i)
    {
      const double peak = (sizes[static_cast<std::size_t>(i)] / deviation).max().item<double>();
      peaks[i] = std::max(peaks[i].item<double>(), peak);
    }
    const at::Tensor map = Averaged(found, width).abs() / deviation;
    const double peak = map.max().item<double>();
    if (peak > audit.structurePeak)
    {
      audit.structurePeak = peak;
      audit.structureWidth = width;
      audit.structure = map.reshape({mean.size(0), -1, mean.size(-2), mean.size(-1)});
    }
  }
  const double scale = peaks.std().item<double>() * std::sqrt(6.0) / M_PI;
  const double place = peaks.mean().item<double>() - eulerGamma * scale;
  audit.structureLevel = place - scale * std::log(-std::log(0.99));
  audit.pOfStructure = -std::expm1(-std::exp(-(audit.structurePeak - place) / scale));
}
} // namespace

ResidualAudit
AuditResiduals(const ScanStudy & study, const at::Tensor & images, std::int64_t seed, const ProgressCallback & progress)
{
  if (images.size(0) < 2)
  {
    throw DataError("samples: given " + std::to_string(images.size(0)) + "; required two at least");
  }
  ResidualAudit audit;
  AuditChiSquare(study, images, audit);
  AuditWhiteness(study, images[0], audit);
  AuditStructure(study, images.mean(0), seed, progress, audit);
  return audit;
}
} // namespace tweedie
