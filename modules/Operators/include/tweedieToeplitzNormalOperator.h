// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieToeplitzNormalOperator_h
#define tweedieToeplitzNormalOperator_h

#include "tweedieFourierSliceProjector.h"

namespace tweedie
{
/** The normal operator of parallel-beam projections with a weight for each view, as a convolution (Fessler, Lee,
 * Olafsson, Shi and Noll 2005):
 *
 *    (A^T W A x)[j] = sum_i t[j - i] x[i],   t[n] = sum_v w_v sum_m |a_vm|^2 cos(2 pi k_vm . n)
 *
 * with k_vm the frequencies of the FourierSliceProjector A and a_vm their factors. t is made once, by gridding with
 * errors below 1e-10; a product pads to twice the size, transforms, multiplies and transforms back: two Fourier
 * transforms whatever the number of views.
 *
 * With a periodic detector that is A^T W A but for these errors, for any image. In general A = C P, where P has a
 * column at every point of the period, and C keeps those of the detector: P^T W P is a convolution because the columns'
 * sums of exp(2 pi i (m - m') d / M) vanish over a period for m != m'; over the detector alone they do not, and P^T C^T
 * W C P mixes the frequencies of a view. No kernel gives it: a pair of pixels is read by other columns where it lies by
 * the end of the detector than where it lies in the middle. The operator is then P^T W P: the band-limited projection
 * of an image whose spectrum does not end before the detector's sampling rate still oscillates beyond the detector, by
 * as much the two differ (white noise 5e-3, falling with the detector's extent; the head phantom 1e-5), and for images
 * that are smooth on the scale of a column they agree. A^T y is the same for both, with y = 0 beyond the detector; so
 * conjugate gradients on T x = A^T y solve a least-squares problem that knows the air beside the object.
 *
 * Domain and range: the projector's domain. Self-adjoint, non-negative. The same bits for any batch size and number of
 * threads. */
class ToeplitzNormalOperator final : public LinearOperator
{
public:
  /** weights: real [views], 0 or more; undefined: ones. Throws DataError for others; UsageError where the detector does
   * not see the whole grid in every view, or a view does not have exactly one row for each slice. */
  explicit ToeplitzNormalOperator(const FourierSliceProjector & projector, const at::Tensor & weights = {});
  ~ToeplitzNormalOperator() override;

  std::string Name() const override;
  Shape DomainShape() const override;
  Shape RangeShape() const override;

  /** A preconditioner for (A^T W A + ridge) x = b, also for weights that vary within a view, those given here being
   * their means: pad, Fourier transform, 1 / (max(T, 0) + ridge), transform back, crop. Self-adjoint and positive.
   * ridge above 0; UsageError otherwise. */
  LinearOperatorPointer Preconditioner(double ridge) const;

protected:
  at::Tensor DoForward(const at::Tensor & x) const override;
  at::Tensor DoAdjoint(const at::Tensor & y) const override;

private:
  friend class FourierSliceProjector;
  struct Data;
  explicit ToeplitzNormalOperator(std::unique_ptr<const Data> data);
  static std::unique_ptr<const Data> Make(const FourierSliceProjector::Data & projector, const at::Tensor & weights);
  static std::unique_ptr<const ToeplitzNormalOperator> Of(const FourierSliceProjector::Data & projector);
  std::unique_ptr<const Data> m_Data;
};
} // namespace tweedie

#endif
