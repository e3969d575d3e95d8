// SPDX-License-Identifier: Apache-2.0
#include "tweedieVolume.h"

#include "tweedieError.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace tweedie
{
namespace
{
std::string
SizeText(const Grid & grid)
{
  return std::to_string(grid.size.z) + " x " + std::to_string(grid.size.y) + " x " + std::to_string(grid.size.x);
}

void
RequirePositiveExtents(const Grid & grid, std::int64_t channels)
{
  if (grid.size.z < 1 || grid.size.y < 1 || grid.size.x < 1 || channels < 1)
  {
    throw DataError("Volume: " + std::to_string(channels) + " channels of " + SizeText(grid) +
                    " (z, y, x); every extent must be positive");
  }
}
} // namespace

Volume::Volume(const Grid & grid, Element element, std::int64_t channels)
    : m_Grid(grid), m_Element(element), m_Channels(channels)
{
  RequirePositiveExtents(grid, channels);
  const auto floats = static_cast<std::size_t>(channels * grid.NumberOfVoxels()) * (IsComplex() ? 2 : 1);
  m_Data = std::shared_ptr<float>(new float[floats](), std::default_delete<float[]>());
}

Volume::Volume(const Grid & grid, Element element, std::int64_t channels, float * data, std::shared_ptr<void> keeper)
    : m_Grid(grid), m_Element(element), m_Channels(channels), m_Data(std::move(keeper), data)
{
  RequirePositiveExtents(grid, channels);
}

void
Volume::SetGrid(const Grid & grid)
{
  if (grid.size != m_Grid.size)
  {
    throw DataError("Volume: new grid of " + SizeText(grid) + "; required the size " + SizeText(m_Grid));
  }
  m_Grid = grid;
}

std::complex<float> *
Volume::ComplexData()
{
  if (!IsComplex())
  {
    throw DataError("Volume: real elements; required complex ones");
  }
  return reinterpret_cast<std::complex<float> *>(m_Data.get());
}

const std::complex<float> *
Volume::ComplexData() const
{
  return const_cast<Volume *>(this)->ComplexData();
}

Volume
Volume::Clone() const
{
  return IsEmpty() ? *this : Slices(0, m_Grid.size.z);
}

Volume
Volume::Slices(std::int64_t first, std::int64_t count, std::int64_t step) const
{
  // Written so that no product of given numbers can overflow.
  const bool inside = !IsEmpty() && first >= 0 && step >= 1 && count >= 1 && first < m_Grid.size.z &&
                      count - 1 <= (m_Grid.size.z - 1 - first) / step;
  if (!inside)
  {
    throw DataError("Volume: slices from " + std::to_string(first) + ", " + std::to_string(count) + " of them, step " +
                    std::to_string(step) + "; required inside 0.." + std::to_string(m_Grid.size.z - 1));
  }
  Volume result(m_Grid.Slices(first, count, step), m_Element, m_Channels);
  const std::int64_t slice = m_Grid.size.y * m_Grid.size.x * (IsComplex() ? 2 : 1);
  for (std::int64_t channel = 0; channel < m_Channels; ++channel)
  {
    for (std::int64_t z = 0; z < count; ++z)
    {
      std::copy_n(Data() + (channel * m_Grid.size.z + first + z * step) * slice,
                  slice,
                  result.Data() + (channel * count + z) * slice);
    }
  }
  return result;
}

void
Volume::RequireFinite(const char * name) const
{
  const std::int64_t floats = NumberOfElements() * (IsComplex() ? 2 : 1);
  const auto bad = std::find_if(Data(), Data() + floats, [](float value) { return !std::isfinite(value); }) - Data();
  if (bad < floats)
  {
    throw DataError(std::string(name) + ": element " + std::to_string(bad / (IsComplex() ? 2 : 1)) +
                    " is not finite; all values must be");
  }
}
} // namespace tweedie
