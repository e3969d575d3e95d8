// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDynamicRangeModel_h
#define tweedieDynamicRangeModel_h

#include "tweedieNonlinearModel.h"

namespace tweedie
{
/** What a detector of limited range records of a scene of high dynamic range:
 *
 *    z = min(max(scale x, low), high),   J(x)^T v = scale v where low <= scale x <= high, else 0
 *
 * element by element, real. The defaults are the usual benchmark for images whose black is -1 and white 1: twice too
 * bright, what leaves the range is lost. For images in other units give the limits in those units, and images shifted
 * so that the value 0 stays where it is. */
class DynamicRangeModel final : public NonlinearModel
{
public:
  /** Throws UsageError unless scale > 0 and low < high, all finite. */
  explicit DynamicRangeModel(Shape shape, double scale = 2.0, double low = -1.0, double high = 1.0);

  std::string Name() const override;
  Shape DomainShape() const override;
  Shape RangeShape() const override;
  NumberKind DomainNumbers() const override;
  NumberKind RangeNumbers() const override;
  LinearOperatorPointer Linearize(const at::Tensor & x) const override;
  /** Each element by itself: the best of the three pieces. */
  at::Tensor Proximal(const at::Tensor & y,
                      const at::Tensor & weights,
                      const at::Tensor & center,
                      const at::Tensor & variance) const override;
  /** Each element by itself: one of three truncated normal densities by its mass, then by its inverse distribution. */
  at::Tensor Draw(const at::Tensor & y,
                  const at::Tensor & weights,
                  const at::Tensor & center,
                  const at::Tensor & variance,
                  RandomStreams & random) const override;

protected:
  at::Tensor DoApply(const at::Tensor & x) const override;
  at::Tensor DoVjp(const at::Tensor & x, const at::Tensor & v) const override;

private:
  at::Tensor Slope(const at::Tensor & x) const;

  Shape m_Shape;
  double m_Scale;
  double m_Low;
  double m_High;
};
} // namespace tweedie

#endif
