// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCenteredFourier_h
#define tweedieCenteredFourier_h

#include "tweedieBlockKernels.h"
#include "tweedieFftwPlan.h"

#include <array>

namespace tweedie
{
/** The centring shift of a plane: the four quadrants change places. Moving the quadrants is the only pass that a
 * centred transform needs besides the bare one; any work per element (scale, mask, coil map) happens in it. */
struct QuadrantShift
{
  /** toCenter: DC from index 0 to floor(N / 2) (after a transform); otherwise back (before it). */
  QuadrantShift(std::int64_t rows, std::int64_t columns, bool toCenter);

  struct Quadrant
  {
    std::int64_t fromRow, fromColumn, toRow, toColumn;
    Extent extent;
  };
  std::array<Quadrant, 4> quadrants; ///< may be empty rectangles
};

/** The bare unnormalised transform of one contiguous plane [rows, columns]. */
template <typename T>
FftwPlan<T> PlanePlan(std::int64_t rows, std::int64_t columns, FourierDirection direction, bool inPlace, bool aligned);

/** FourierTransform for devices other than the CPU. */
at::Tensor FourierTransformByATen(const at::Tensor & x, int dimensions, FourierDirection direction);
} // namespace tweedie

#endif
