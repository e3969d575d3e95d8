// SPDX-License-Identifier: Apache-2.0
#include "tweedieInpaintingMasks.h"

#include "tweedieError.h"
#include "tweedieRandom.h"
#include "tweedieSimulationStreams.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
std::string
SizeText(std::int64_t rows, std::int64_t columns)
{
  return std::to_string(columns) + " x " + std::to_string(rows);
}

void
RequireImage(std::int64_t y, std::int64_t x, const char * where)
{
  if (y < 1 || x < 1)
  {
    throw UsageError(std::string(where) + ": given an image of " + SizeText(y, x) + " pixels; required at least one");
  }
}

std::int64_t
Place(double uniform, std::int64_t places)
{
  return std::min(static_cast<std::int64_t>(uniform * static_cast<double>(places)), places - 1);
}
} // namespace

PixelBox
RandomBox(std::int64_t y,
          std::int64_t x,
          std::int64_t rows,
          std::int64_t columns,
          std::int64_t margin,
          std::uint64_t seed,
          std::uint64_t stream)
{
  RequireImage(y, x, "RandomBox");
  const std::int64_t placesDown = y - 2 * margin - rows + 1;
  const std::int64_t placesAcross = x - 2 * margin - columns + 1;
  if (rows < 1 || columns < 1 || margin < 0 || placesDown < 1 || placesAcross < 1)
  {
    throw UsageError("RandomBox: given a box of " + SizeText(rows, columns) + " pixels and a margin of " +
                     std::to_string(margin) + " in an image of " + SizeText(y, x) + "; required one that fits");
  }
  RandomStreams random(seed, {StreamOf(SimulationPurpose::InpaintingMask, stream)});
  const at::Tensor uniform = random.Uniform({2}, at::kDouble);
  const double * u = uniform.data_ptr<double>();
  return {rows, columns, margin + Place(u[0], placesDown), margin + Place(u[1], placesAcross)};
}

at::Tensor
BoxMask(std::int64_t y, std::int64_t x, const PixelBox & box)
{
  RequireImage(y, x, "BoxMask");
  const bool fits = box.rows > 0 && box.columns > 0 && box.top >= 0 && box.left >= 0 && box.rows <= y - box.top &&
                    box.columns <= x - box.left;
  if (!fits || (box.rows == y && box.columns == x))
  {
    throw UsageError("BoxMask: given a box of " + SizeText(box.rows, box.columns) + " pixels at row " +
                     std::to_string(box.top) + ", column " + std::to_string(box.left) + " of an image of " +
                     SizeText(y, x) + "; required a box inside it that leaves something");
  }
  at::Tensor mask = at::ones({1, 1, 1, y, x}, at::kFloat);
  mask.narrow(3, box.top, box.rows).narrow(4, box.left, box.columns).zero_();
  return mask;
}

at::Tensor
RandomPixelMask(std::int64_t y, std::int64_t x, double keep, std::uint64_t seed, std::uint64_t stream)
{
  RequireImage(y, x, "RandomPixelMask");
  const std::int64_t count =
      keep >= 0.0 && keep <= 1.0 ? std::llround(keep * static_cast<double>(y) * static_cast<double>(x)) : 0;
  if (count < 1)
  {
    std::ostringstream message;
    message << "RandomPixelMask: given the fraction " << keep << " of " << SizeText(y, x)
            << " pixels; required 0 to 1, and at least one pixel kept";
    throw UsageError(message.str());
  }
  // The pixels with the smallest numbers. Two draws of 24 bits each, so that ties have no weight.
  RandomStreams random(seed, {StreamOf(SimulationPurpose::InpaintingMask, stream)});
  const at::Tensor coarse = random.Uniform({y * x}, at::kDouble).flatten();
  const at::Tensor fine = random.Uniform({y * x}, at::kDouble).flatten();
  const at::Tensor order = std::get<1>(at::sort(coarse + fine * (1.0 / 16777216.0)));
  at::Tensor mask = at::zeros({y * x}, at::kFloat);
  mask.index_fill_(0, order.narrow(0, 0, count), 1.0);
  return mask.reshape({1, 1, 1, y, x});
}
} // namespace tweedie
