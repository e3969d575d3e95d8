// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieNonuniformSampling_h
#define tweedieNonuniformSampling_h

#include "tweedieGriddedFourier.h"
#include "tweedieInBothPrecisions.h"
#include "tweedieNonuniformFourierOperator.h"

#include <ATen/core/Tensor.h>

#include <type_traits>

namespace tweedie
{
/** A checked trajectory on planes or volumes of one size, with the transforms of both precisions. */
struct NonuniformSampling
{
  std::array<std::int64_t, 3> size; ///< pixels along x, y, z; z = 1 for planes
  int rank;
  std::int64_t readouts;
  std::int64_t samples;
  std::vector<Frequency> frequencies;
  NonuniformFourierOptions options;
  InBothPrecisions<GriddedFourier> engines;

  std::int64_t
  Pixels() const
  {
    return size[0] * size[1] * size[2];
  }
  /** N^(-1/2). */
  double Scale() const;

  template <typename T>
  const GriddedFourier<T> &
  Engine() const
  {
    const double tolerance = std::is_same_v<T, float> ? options.singleTolerance : options.doubleTolerance;
    return engines.template Get<T>(
        [&] {
          return std::make_unique<const GriddedFourier<T>>(
              size, rank, WidthOfTolerance(tolerance), Scale(), frequencies);
        });
  }
};

/** shape {channel, z, y, x}; `name` is for messages. */
std::shared_ptr<const NonuniformSampling> MakeNonuniformSampling(const Shape & shape,
                                                                 const at::Tensor & trajectory,
                                                                 const NonuniformFourierOptions & options,
                                                                 const char * name);

/** [..., z, y, x] -> [planes or volumes, readout, sample], complex, contiguous, on the CPU. */
at::Tensor NonuniformForward(const NonuniformSampling & sampling, const at::Tensor & images);
/** [..., readout, sample] -> [planes or volumes, z, y, x]. */
at::Tensor NonuniformAdjoint(const NonuniformSampling & sampling, const at::Tensor & values);
} // namespace tweedie

#endif
