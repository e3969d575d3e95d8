// SPDX-License-Identifier: Apache-2.0
#include "tweedieExtendedPlane.h"

#include "tweedieError.h"
#include "tweedieFourierOperator.h"

#include <ATen/ATen.h>

#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
/** Which pixel of n each of an extended axis is, half of the extension before the first. */
at::Tensor
Index(std::int64_t n, PlaneExtension extension)
{
  if (extension == PlaneExtension::None)
  {
    return at::arange(n, at::kLong);
  }
  const at::Tensor place = at::arange(2 * n, at::kLong) - n / 2;
  if (extension == PlaneExtension::Edge)
  {
    return place.clamp(0, n - 1);
  }
  const at::Tensor turn = at::remainder(place, 2 * n);
  return at::minimum(turn, 2 * n - 1 - turn);
}

/** f^2 along an axis of n pixels, zero at floor(n / 2). */
at::Tensor
SquaredFrequencies(std::int64_t n, double pitch)
{
  return ((at::arange(n, at::kDouble) - static_cast<double>(n / 2)) / (static_cast<double>(n) * pitch)).square();
}

bool
IsLength(double value)
{
  return std::isfinite(value) && value > 0.0;
}
} // namespace

ExtendedPlane::ExtendedPlane(std::int64_t rows,
                             std::int64_t columns,
                             const PropagationGeometry & geometry,
                             PlaneExtension extension)
    : m_Rows(rows), m_Columns(columns), m_RowIndex(Index(rows, extension)), m_ColumnIndex(Index(columns, extension))
{
  const auto & [x, y] = geometry.pitch;
  if (!IsLength(x) || !IsLength(y) || !IsLength(geometry.wavelength))
  {
    std::ostringstream message;
    message << "near field: given pixels of " << y << " x " << x << " m and a wavelength of " << geometry.wavelength
            << " m; required lengths above 0";
    throw UsageError(message.str());
  }
  m_SquaredFrequency = SquaredFrequencies(m_RowIndex.size(0), y).unsqueeze(1) +
                       SquaredFrequencies(m_ColumnIndex.size(0), x).unsqueeze(0);
}

at::Tensor
ExtendedPlane::Analyze(const at::Tensor & planes) const
{
  const at::Tensor extended = planes.to(at::kDouble)
                                  .index_select(-2, m_RowIndex.to(planes.device()))
                                  .index_select(-1, m_ColumnIndex.to(planes.device()));
  return FourierTransform(extended.to(at::kComplexDouble), 2, FourierDirection::Forward);
}

at::Tensor
ExtendedPlane::Synthesize(const at::Tensor & spectra) const
{
  const at::Tensor extended = at::real(FourierTransform(spectra, 2, FourierDirection::Backward));
  const bool isWider = extended.size(-1) > m_Columns;
  return extended.narrow(-2, isWider ? m_Rows / 2 : 0, m_Rows)
      .narrow(-1, isWider ? m_Columns / 2 : 0, m_Columns)
      .contiguous();
}

void
RequireIntensity(const char * where, const at::Tensor & intensity)
{
  const bool isTyped = intensity.defined() && intensity.is_floating_point();
  if (!isTyped || intensity.dim() < 2 || intensity.numel() == 0)
  {
    std::ostringstream message;
    message << where << ": given ";
    intensity.defined() ? message << "a tensor " << intensity.sizes() << " of type " << intensity.scalar_type()
                        : message << "no tensor";
    message << "; required real intensities [..., y, x]";
    throw DataError(message.str());
  }
  if (!intensity.isfinite().all().item<bool>())
  {
    throw DataError(std::string(where) + ": given intensities with NaN or infinite values; required finite ones, "
                                         "divided by those without object");
  }
}
} // namespace tweedie
