// SPDX-License-Identifier: Apache-2.0
#include "tweedieBackProjectionKernels.h"
#include "tweedieRandom.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace tweedie
{
namespace
{
/** Of detector rows with nothing before the first and after the last. */
double
Interpolated(const std::vector<double> & rows, double at)
{
  const auto value = [&](double j)
  { return j < 0.0 || j >= static_cast<double>(rows.size()) ? 0.0 : rows[static_cast<std::size_t>(j)]; };
  const double below = std::floor(at);
  return value(below) + (at - below) * (value(below + 1.0) - value(below));
}

/** Voxels of one column, rows start + step z of a detector of one column, of which a quarter of a pixel is missed. */
template <typename T>
std::vector<T>
Column(const std::vector<double> & rows, double start, double step, std::int64_t height)
{
  BackProjectionView view{};
  view.c = {2.0, 0.0, 0.0, 0.0};
  view.scale = 4.0;
  view.a = {-0.5, 0.0, 0.0, 0.0};
  view.b = {2.0 * (start - 3.0), 0.0, 0.0, 2.0 * step};
  view.rowOffset = 3.0;
  view.rowIsDivided = true;
  const auto count = static_cast<std::int64_t>(rows.size());
  std::vector<T> data(static_cast<std::size_t>(3 * (count + 2)));
  std::copy(rows.begin(), rows.end(), data.begin() + count + 3);
  std::vector<T> out(static_cast<std::size_t>(height), T(1));
  BackProjection<T> work{};
  work.views = &view;
  work.viewCount = work.columns = work.width = 1;
  work.data = data.data();
  work.rows = count;
  work.out = out.data();
  work.height = height;
  std::vector<T> scratch(static_cast<std::size_t>(ScratchOf(work)));
  BackProjectLine(work, 0, scratch.data());
  return out;
}

TEST(BackProjectionKernels, ColumnsOfVoxelsInterpolateWhateverTheirStep)
{
  const at::Tensor random = RandomStreams(1, {0}).Normal({1, 41}, at::kDouble);
  const std::vector<double> rows(random.data_ptr<double>(), random.data_ptr<double>() + random.numel());
  // Blocks of eight voxels cover up to sixteen rows; longer steps are taken one by one. Some begin or end off the rows.
  for (const double step : {0.0, 0.3, 0.9, 1.0, 1.4, 1.999, 2.0, 2.3, 5.0})
  {
    for (const std::int64_t height : {1, 8, 23, 64})
    {
      for (const bool isUpsideDown : {false, true})
      {
        const double sign = isUpsideDown ? -1.0 : 1.0;
        const double start = isUpsideDown ? 44.6 : -3.4;
        const std::vector<float> single = Column<float>(rows, start, sign * step, height);
        const std::vector<double> twofold = Column<double>(rows, start, sign * step, height);
        for (std::size_t z = 0; z < single.size(); ++z)
        {
          const double expected = 1.0 + 0.75 * Interpolated(rows, start + sign * step * static_cast<double>(z));
          // A row below 64 is known to 4e-6 in single precision, and neighbours differ by up to five.
          EXPECT_NEAR(single[z], expected, 2e-5) << step << ' ' << height << ' ' << z;
          EXPECT_NEAR(twofold[z], expected, 1e-12) << step << ' ' << height << ' ' << z;
        }
      }
    }
  }
}
} // namespace
} // namespace tweedie
