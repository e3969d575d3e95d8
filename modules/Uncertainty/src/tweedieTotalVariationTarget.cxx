// SPDX-License-Identifier: Apache-2.0
#include "tweedieTotalVariationTarget.h"

#include "tweedieError.h"
#include "tweedieGaussianField.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <functional>
#include <numeric>

namespace tweedie
{
namespace
{
/** R with R R^T = (Q + data)^-1, Q the Gaussian field that is nearest to the law. */
at::Tensor
RootOf(const TotalVariationLaw & law, const std::vector<std::int64_t> & shape, const at::Tensor & dataPrecision)
{
  const std::int64_t pixels = std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
  auto sizes = shape;
  sizes.insert(sizes.begin(), pixels);
  const GaussianField field{std::min(0.5 * law.weight * law.weight, law.weight / law.smoothing), law.share};
  at::Tensor precision = FieldProduct(field, at::eye(pixels, at::kDouble).view(sizes)).reshape({pixels, pixels});
  precision = dataPrecision.defined() ? precision + dataPrecision.to(at::kDouble) : precision;
  const auto [values, vectors] = at::linalg_eigh(precision);
  return vectors * values.rsqrt();
}

class TotalVariationTarget final : public TargetDensity
{
public:
  TotalVariationTarget(const TotalVariationLaw & law,
                       LikelihoodPointer likelihood,
                       const at::Tensor & root,
                       const std::vector<std::int64_t> & shape,
                       at::ScalarType type)
      : TargetDensity(std::move(likelihood), at::zeros({root.size(0)}, at::kDouble), root, shape, type), m_Law(law),
        m_Height(shape[2]), m_Width(shape[3])
  {
  }
  LogDensity
  Prior(const at::Tensor & z) const override
  {
    const at::Tensor flat = at::matmul(z, Root().t());
    const at::Tensor x = flat.view({-1, m_Height, m_Width});
    const at::Tensor dy = at::roll(x, -1, 1) - x;
    const at::Tensor dx = at::roll(x, -1, 2) - x;
    const at::Tensor length = (dy.square() + dx.square() + m_Law.smoothing * m_Law.smoothing).sqrt();
    const at::Tensor py = dy / length;
    const at::Tensor px = dx / length;
    const at::Tensor slope = (at::roll(py, 1, 1) - py + at::roll(px, 1, 2) - px + x * m_Law.share) * m_Law.weight;
    const at::Tensor value = (length.flatten(1).sum(1) + flat.square().sum(1) * (0.5 * m_Law.share)) * -m_Law.weight;
    return {value, -at::matmul(slope.flatten(1), Root())};
  }
  at::Tensor
  Start(RandomStreams & random) const override
  {
    return random.Normal({Root().size(1)}, at::kDouble);
  }
  bool
  StartsFromPrior() const override
  {
    return false;
  }

private:
  TotalVariationLaw m_Law;
  std::int64_t m_Height;
  std::int64_t m_Width;
};
} // namespace

TargetDensityPointer
MakeTotalVariationTarget(const TotalVariationLaw & law,
                         LikelihoodPointer likelihood,
                         std::vector<std::int64_t> shape,
                         const at::Tensor & dataPrecision,
                         at::ScalarType type)
{
  if (!(law.weight > 0.0) || !(law.smoothing > 0.0) || !(law.share > 0.0) || shape.size() != 4 || shape[0] != 1 ||
      shape[1] != 1 || shape[2] < 2 || shape[3] < 2)
  {
    throw UsageError("total variation law: given weight, smoothing or share that is not above 0, or no plane; required "
                     "numbers above 0 and a shape of {1, 1, y, x}");
  }
  const at::Tensor root = RootOf(law, shape, dataPrecision);
  return std::make_shared<const TotalVariationTarget>(law, std::move(likelihood), root, shape, type);
}
} // namespace tweedie
