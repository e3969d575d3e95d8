// SPDX-License-Identifier: Apache-2.0
#include "tweedieCalibrationQuantity.h"

#include "tweedieError.h"
#include "tweedieRankCalibration.h"
#include "tweedieSampleDistance.h"

#include <ATen/ATen.h>

#include <utility>

namespace tweedie
{
namespace
{
/** [images, shape...] as rows of real numbers. */
at::Tensor
RealRows(const at::Tensor & images)
{
  const at::Tensor real = images.is_complex() ? at::view_as_real(images) : images;
  return real.to(at::kCPU, at::kDouble).reshape({images.size(0), -1});
}
} // namespace

std::vector<CalibrationQuantity>
RegionMeans(const at::Tensor & masks)
{
  std::vector<CalibrationQuantity> quantities;
  for (std::int64_t i = 0; i < masks.size(0); ++i)
  {
    const at::Tensor inside = masks[i].to(at::kCPU).ne(0).to(at::kDouble).reshape({-1});
    const double count = inside.sum().item<double>();
    if (!(count > 0.0))
    {
      throw DataError("region " + std::to_string(i + 1) + ": given no pixel; required one or more");
    }
    const auto mean = [inside, count](const at::Tensor & images, std::int64_t) {
      return at::matmul(images.abs().to(at::kCPU, at::kDouble).reshape({images.size(0), -1}), inside) / count;
    };
    quantities.push_back({"region-" + std::to_string(i + 1), mean});
  }
  return quantities;
}

std::vector<CalibrationQuantity>
RandomFunctionals(std::int64_t count, at::IntArrayRef shape, bool isComplex, std::uint64_t seed)
{
  const at::Tensor weights = UnitDirections(count, c10::multiply_integers(shape) * (isComplex ? 2 : 1), seed);
  std::vector<CalibrationQuantity> quantities;
  for (std::int64_t i = 0; i < count; ++i)
  {
    const auto product = [w = weights[i]](const at::Tensor & images, std::int64_t)
    { return at::matmul(RealRows(images), w); };
    quantities.push_back({"functional-" + std::to_string(i + 1), product});
  }
  return quantities;
}

CalibrationQuantity
SquaredNorm()
{
  return {"squared-norm", [](const at::Tensor & images, std::int64_t) { return RealRows(images).square().sum(1); }};
}

CalibrationQuantity
LogLikelihoodQuantity(CalibrationFunction logLikelihood)
{
  return {"log-likelihood", std::move(logLikelihood)};
}

CalibrationQuantity
DistanceQuantity(std::function<at::Tensor(std::int64_t)> reference)
{
  return {"distance-to-reference",
          [reference = std::move(reference)](const at::Tensor & images, std::int64_t number)
          {
            const at::Tensor point = reference(number).unsqueeze(0);
            return (RealRows(images) - RealRows(point)).norm(2, {1});
          }};
}

RankCollection::RankCollection(std::vector<CalibrationQuantity> quantities, std::uint64_t seed)
    : m_Quantities(std::move(quantities)), m_Ranks(m_Quantities.size()), m_Seed(seed)
{
}

void
RankCollection::Add(const at::Tensor & truth, const at::Tensor & samples)
{
  const bool fits = samples.dim() == truth.dim() + 1 && samples.size(0) > 0 &&
                    samples.sizes().slice(1) == truth.sizes() && (m_Cases == 0 || samples.size(0) == m_Samples);
  if (!fits)
  {
    throw DataError("calibration by simulation: given samples of another shape or number; required images like the "
                    "truth, as many for each case");
  }
  const std::int64_t count = samples.size(0);
  // truth and samples in one batch: equal treatment, also of rounding
  const at::Tensor images = at::cat({truth.unsqueeze(0), samples});
  std::vector<std::int64_t> ranks; // all or none are kept
  for (std::size_t i = 0; i < m_Quantities.size(); ++i)
  {
    const at::Tensor values = m_Quantities[i].value(images, m_Cases).to(at::kCPU, at::kDouble).reshape({-1});
    const std::uint64_t seed = m_Seed + 1000003u * static_cast<std::uint64_t>(m_Cases) + i;
    const at::Tensor rank = RanksOf(values.narrow(0, 0, 1), values.narrow(0, 1, count).unsqueeze(0), seed);
    ranks.push_back(rank.item<std::int64_t>());
  }
  for (std::size_t i = 0; i < ranks.size(); ++i)
  {
    m_Ranks[i].push_back(ranks[i]);
  }
  m_Samples = count;
  ++m_Cases;
}

at::Tensor
RankCollection::Ranks(std::size_t index) const
{
  return at::tensor(m_Ranks.at(index), at::kLong);
}
} // namespace tweedie
