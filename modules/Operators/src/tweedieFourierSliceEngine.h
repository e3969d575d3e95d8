// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieFourierSliceEngine_h
#define tweedieFourierSliceEngine_h

#include "tweedieFourierSliceProjector.h"
#include "tweedieInBothPrecisions.h"
#include "tweedieNonuniformFourier.h"
#include "tweedieSliceViews.h"

#include <memory>

namespace tweedie
{
/** The frequencies of all views on the image's spectrum, perView = (period + 1) / 2 each from 0 on, and what the
 * spectrum is multiplied by there: footprints, lengths, 1 / period, and the phase that takes the origin to the first
 * column. The others follow by symmetry; the one at half the sampling rate is left out, so that the product with the
 * adjoint is a convolution. */
struct SliceSpectrum
{
  std::int64_t perView = 0;
  std::vector<PlaneFrequency> frequencies;
  std::vector<std::complex<double>> factors;
};

SliceSpectrum SliceSpectrumOf(const SliceViews & views, const Grid & grid, const FourierSliceOptions & options);

/** Projects one slice at a time. */
template <typename T> class FourierSliceEngine
{
public:
  using Complex = std::complex<T>;

  FourierSliceEngine(const SliceViews & views,
                     const Grid & grid,
                     const CTDetector & detector,
                     const FourierSliceOptions & options);

  /** The image [y, x] of a slice -> its rows of the projections [views, rows, columns]. */
  void Forward(const T * image, std::int64_t slice, T * projections) const;
  void Adjoint(const T * projections, std::int64_t slice, T * image) const;

private:
  FourierSliceEngine(const SliceViews & views,
                     const Grid & grid,
                     const CTDetector & detector,
                     std::int64_t width,
                     const SliceSpectrum & spectrum);
  std::int64_t
  LineLength() const
  {
    return (m_PerView / 8 + 1) * 8;
  }
  void ProjectView(const Complex * q, std::size_t view, std::int64_t slice, T * projection) const;
  void SmearView(const T * projection, std::size_t view, std::int64_t slice, Complex * q) const;

  std::vector<std::vector<std::int64_t>> m_Slices; ///< by view and row of the detector
  std::int64_t m_Columns;
  std::int64_t m_DetectorRows;
  std::int64_t m_PerView;
  NonuniformFourier<T> m_Transform;
  std::vector<Complex> m_Factors;
  FftwPlan<T> m_ToLine;
  FftwPlan<T> m_FromLine;
};
} // namespace tweedie

#endif
