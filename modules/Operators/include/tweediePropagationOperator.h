// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePropagationOperator_h
#define tweediePropagationOperator_h

#include "tweedieLinearOperator.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tweedie
{
/** How a wave gets from one plane to the next. */
enum class PropagationKernel
{
  AngularSpectrum, ///< every plane wave by itself
  Fresnel          ///< near the axis: f << 1 / lambda
};

/** "angular-spectrum", "fresnel"; throws UsageError for other names. */
PropagationKernel PropagationKernelFromName(const std::string & name);

/** Parallel light and the planes where it is recorded, m. */
struct PropagationGeometry
{
  double wavelength = 0.0;
  std::array<double, 2> pitch{}; ///< of the pixels, x and y
  std::vector<double> distances; ///< from the object; below zero: before it
};

/** A point source this far before the object, seen as parallel light (Fresnel scaling theorem): the pattern at z with a
 * pitch p, divided by the one without the object, is that of
 *
 *    z / M,  p / M,   M = 1 + z / sourceDistance
 *
 * geometry: pitch of the detector and one distance from object to detector; several have a magnification each, and must
 * be brought to one pitch first. Throws UsageError. */
PropagationGeometry ParallelGeometry(const PropagationGeometry & geometry, double sourceDistance);

struct PropagationOptions
{
  PropagationKernel kernel = PropagationKernel::AngularSpectrum;
  double padding = 2.0; ///< extent of the transforms over that of the image; 1: what leaves on one side comes in again
  bool bandLimit = false; ///< leave out the frequencies that the transforms undersample
};

/** The longest distance, m, at which transforms of this extent sample H on an image of these rows and columns:
 *
 *    Fresnel            N p^2 / lambda
 *    angular spectrum   N p^2 / lambda (1 - lambda^2 F^2)^(1/2),   F^2 = (1 / p_x^2 + 1 / p_y^2) / 4;  0 if below
 *
 * N the padded extent, p the pitch; the lesser of x and y. There the phase of H turns by pi from one
 * frequency to the next. */
double SamplingLimit(std::int64_t rows,
                     std::int64_t columns,
                     const PropagationGeometry & geometry,
                     const PropagationOptions & options = {});

/** A complex wave {1, 1, y, x} at the distances z_l behind it, {l, 1, y, x}:
 *
 *    (A x)_l = C F^-1 H(z_l) F P x,    A^H A <= number of distances
 *    angular spectrum   H(z) = exp(2 pi i z ((1 / lambda^2 - f^2)^(1/2) - 1 / lambda)),   0 for f >= 1 / lambda
 *    Fresnel            H(z) = exp(-i pi lambda z f^2)
 *
 * P pads with zeros, C cuts out the image. The carrier exp(2 pi i z / lambda) is left out, so that H(z) = 1 at f = 0
 * and the constant wave stays 1. That makes a wave that is 1 outside the image, as a beam wider than the detector,
 * 1 + A (x - 1): MaterialWaveModel does that. A wave that is not zero there otherwise must be given with its
 * surroundings.
 *
 * bandLimit keeps f with |z df_x f_x| <= ((1 / lambda^2 - f^2)^(1/2)) / 2 and so for y, or lambda |z df_x f_x| <= 1 / 2
 * (Fresnel), df = 1 / (N p) (Matsushima and Shimobaba 2009). */
class PropagationOperator final : public LinearOperator
{
public:
  /** Throws UsageError for lengths that are not positive, no distances, a padding below 1 or above 16 and, without a
   * band limit, distances beyond the SamplingLimit. */
  PropagationOperator(std::int64_t rows,
                      std::int64_t columns,
                      const PropagationGeometry & geometry,
                      const PropagationOptions & options = {});
  ~PropagationOperator() override;

  std::string Name() const override;
  Shape DomainShape() const override;
  Shape RangeShape() const override;
  /** One distance, no padding, nothing left out. */
  bool IsUnitary() const override;
  bool RequiresComplex() const override;

protected:
  at::Tensor DoForward(const at::Tensor & x) const override;
  at::Tensor DoAdjoint(const at::Tensor & y) const override;

private:
  struct Data;
  std::unique_ptr<const Data> m_Data;
};
} // namespace tweedie

#endif
