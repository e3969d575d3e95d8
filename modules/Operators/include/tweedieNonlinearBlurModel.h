// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieNonlinearBlurModel_h
#define tweedieNonlinearBlurModel_h

#include "tweedieNonlinearModel.h"

namespace tweedie
{
/** How a camera maps light to pixel values: with the value t of a pixel on the scale from black 0 to white 1,
 *
 *    light = t ((t^2 + e^2) / (1 + e^2))^((gamma - 1) / 2)
 *
 * which is t^gamma where t is well above the toe e, to 0.8 % at t = 0.4 by default, keeps 0 and 1, and goes on below
 * black as an odd function. It is smooth with a positive slope everywhere, so that its inverse has bounded
 * derivatives, which that of t^gamma has not at 0. */
struct CameraResponse
{
  double gamma = 2.2;
  double toe = 0.05;   ///< e
  double black = -1.0; ///< pixel value
  double white = 1.0;  ///< pixel value

  /** Light of pixel values x, real. */
  at::Tensor ToLight(const at::Tensor & x) const;
  /** Pixel values of light, the inverse of ToLight to rounding. */
  at::Tensor FromLight(const at::Tensor & light) const;
  /** d light / d x. */
  at::Tensor Slope(const at::Tensor & x) const;
};

/** Blur in linear light, seen through the response of a camera (the synthetic blur of Nah et al. 2017, gamma 2.2):
 *
 *    z = g(K g^-1(x)),   J(x)^T v = s(x) K^T (v / s(z)),   s the slope of g^-1
 *
 * K: circular convolution with a kernel, see CirculantBlurOperator; g^-1: CameraResponse::ToLight. Real. */
class NonlinearBlurModel final : public NonlinearModel
{
public:
  /** shape: {channel, z, y, x}; kernel: [1 or batch, 1, kz, ky, kx]. Throws UsageError unless 1 <= gamma <= 5, toe > 0
   * and black < white, and like CirculantBlurOperator. */
  NonlinearBlurModel(const Shape & shape, const at::Tensor & kernel, const CameraResponse & response = {});

  std::string Name() const override;
  Shape DomainShape() const override;
  Shape RangeShape() const override;
  std::int64_t BatchSize() const override;
  ForwardModelPointer Select(const at::Tensor & index) const override;
  NumberKind DomainNumbers() const override;
  NumberKind RangeNumbers() const override;
  /** Two products and a blur: the slopes, which cost more than the blur, are taken once. */
  LinearOperatorPointer Linearize(const at::Tensor & x) const override;

protected:
  at::Tensor DoApply(const at::Tensor & x) const override;
  at::Tensor DoVjp(const at::Tensor & x, const at::Tensor & v) const override;

private:
  NonlinearBlurModel(LinearOperatorPointer blur, const CameraResponse & response);

  LinearOperatorPointer m_Blur;
  CameraResponse m_Response;
};
} // namespace tweedie

#endif
