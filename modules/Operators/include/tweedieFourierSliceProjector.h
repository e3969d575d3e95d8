// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieFourierSliceProjector_h
#define tweedieFourierSliceProjector_h

#include "tweedieCTGeometry.h"
#include "tweedieLinearOperator.h"

namespace tweedie
{
struct FourierSliceOptions
{
  /** Width of the gridding window in points, even, 4 to 16. At most this relative error to the exact sum over
   * frequencies: 4: 1e-3, 6: 1e-5, 8: 2e-7, 10: 1e-8, 12: 1e-10 (single precision ends at 3e-7). */
  std::int64_t width = 6;
  /** Mean over the width of a detector column, as a detector measures; otherwise the value at its centre. */
  bool detectorFootprint = true;
  /** Pixels are squares of constant value; otherwise samples of an image that has no frequencies above theirs. Means
   * over pixels are such samples, of an image that is blurred as much as the readings of a detector with columns as
   * wide: these two go together with both footprints off. */
  bool pixelFootprint = true;
  /** The columns close to a circle, M of them: what a band-limited projection is beyond one end appears at the other.
   * Adjoint after Forward is a convolution then, ToeplitzNormalOperator exact, and there is half as much to transform
   * (three halves of the time where M is a prime). For detectors that see the whole grid. */
  bool periodicDetector = false;
  /** Normal by ToeplitzNormalOperator: unless the detector is periodic, the product with one that goes on beyond its
   * last columns. */
  bool toeplitzNormal = false;
};

/** Line integrals along parallel rays that lie in the slices of a grid, by the Fourier slice theorem (Bracewell 1956):
 * the spectrum of the projection along direction (-n_y, n_x) is the image's spectrum on the line k n,
 *
 *    p_v(s_d) = dx dy / (M |t|) sum_{|m| < M/2} B(k_m) Q(k_m n_v) exp(2 pi i k_m s_d),    k_m = m / (M t)
 *    Q(k) = sum_ij f[j, i] exp(-2 pi i (k_x dx i + k_y dy j)),   s_d = s_0 + t d
 *    B(k) = sinc(k t) sinc(k n_x dx) sinc(k n_y dy),             sinc(a) = sin(pi a) / (pi a)
 *
 * with n the unit vector across the rays in the slice, s_d the distance of detector column d's ray from pixel (0, 0)
 * and t the distance of neighbouring rays: any angles, offsets, spacings and centre of rotation. The first factor of B
 * is that of the detector's columns, the others that of the pixels. Q by gridding on twice the image's frequencies
 * (Fessler and Sutton 2003; Beatty et al. 2005), the sum over m by a transform of M >= 2 columns, long enough that no
 * part of the grid wraps around into the detector (or of as many as there are columns, by option). A projection is a
 * band-limited function: edges in the image ring.
 *
 * Domain {channels, z, y, x}, mm^-1; range {channels, views, rows, columns}, no unit; real or complex, float or double;
 * on other devices than the CPU by a copy. Row r of a view shows the slice at its height; a row beside the grid is
 * zero. Adjoint is exact to rounding. The same bits for any batch size and number of threads. */
class FourierSliceProjector final : public LinearOperator
{
public:
  /** Throws UsageError where the rays are not parallel, leave their slice, or a row is between slices (by 0.001 of a
   * pixel or slice): the Joseph projector takes any rays; for a width beside the table; for periodicDetector where
   * the detector does not see the whole grid in every view; for toeplitzNormal where ToeplitzNormalOperator would.
   * DataError for a geometry, detector or grid that is none. */
  FourierSliceProjector(const CTGeometry & geometry,
                        const CTDetector & detector,
                        const Grid & grid,
                        std::int64_t channels = 1,
                        const FourierSliceOptions & options = {});
  ~FourierSliceProjector() override;

  std::string Name() const override;
  Shape DomainShape() const override;
  Shape RangeShape() const override;

protected:
  at::Tensor DoForward(const at::Tensor & x) const override;
  at::Tensor DoAdjoint(const at::Tensor & y) const override;
  at::Tensor DoNormal(const at::Tensor & x) const override;

private:
  friend class ToeplitzNormalOperator;
  struct Data;
  std::unique_ptr<const Data> m_Data;
};
} // namespace tweedie

#endif
