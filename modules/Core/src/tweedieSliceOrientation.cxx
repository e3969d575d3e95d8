// SPDX-License-Identifier: Apache-2.0
#include "tweedieSliceOrientation.h"

#include <cmath>

namespace tweedie
{
std::string
SliceOrientation(const Grid & grid)
{
  const char * const towards = "LPS";
  const char * const from = "RAI";
  std::string letters;
  for (std::size_t column = 0; column < 2; ++column)
  {
    std::size_t nearest = 0;
    for (std::size_t row = 1; row < 3; ++row)
    {
      const bool isNearer = std::abs(grid.direction[3 * row + column]) > std::abs(grid.direction[3 * nearest + column]);
      nearest = isNearer ? row : nearest;
    }
    letters += grid.direction[3 * nearest + column] < 0.0 ? from[nearest] : towards[nearest];
  }
  return letters;
}

std::string
MirroredOrientation(std::string orientation)
{
  const std::string letters = "LPSRAI";
  const std::size_t place = letters.find(orientation.at(0));
  orientation[0] = letters[(place + 3) % letters.size()];
  return orientation;
}
} // namespace tweedie
