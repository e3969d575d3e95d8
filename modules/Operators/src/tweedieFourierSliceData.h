// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieFourierSliceData_h
#define tweedieFourierSliceData_h

#include "tweedieFourierSliceEngine.h"
#include "tweedieToeplitzNormalOperator.h"

namespace tweedie
{
struct FourierSliceProjector::Data
{
  Grid grid;
  CTDetector detector;
  std::int64_t channels;
  FourierSliceOptions options;
  SliceViews views;
  InBothPrecisions<FourierSliceEngine> engines;
  std::unique_ptr<const ToeplitzNormalOperator> normal; ///< null: forward and back

  template <typename T>
  const FourierSliceEngine<T> &
  Engine() const
  {
    return engines.template Get<T>(
        [this] { return std::make_unique<const FourierSliceEngine<T>>(views, grid, detector, options); });
  }
};
} // namespace tweedie

#endif
