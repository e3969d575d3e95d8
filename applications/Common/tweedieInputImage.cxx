// SPDX-License-Identifier: Apache-2.0
#include "tweedieInputImage.h"

#include "tweedieCentralWindow.h"
#include "tweedieError.h"

#include "tweedieImageFile.h"
#include "tweedieTerminal.h"

namespace tweedie
{
Volume
ReadInputImage(const std::string & path, const DicomReadOptions & options)
{
  if (!IsDicomPath(path))
  {
    return ReadImage(path);
  }
  const DicomSeries series = SelectDicomSeries(path, options);
  for (const std::string & warning : series.warnings)
  {
    Warn(warning);
  }
  return ReadDicomVolume(series);
}

Volume
WindowOf(const Volume & slices, const std::vector<double> & size)
{
  if (size.empty())
  {
    return slices;
  }
  const auto isCount = [](double value) { return value >= 1.0 && value <= 1e6 && value == std::floor(value); };
  if (size.size() != 2 || !isCount(size[0]) || !isCount(size[1]))
  {
    throw UsageError("--size: given other than two positive integers; required X,Y in pixels");
  }
  return CentralWindow(slices, static_cast<std::int64_t>(size[1]), static_cast<std::int64_t>(size[0]));
}
} // namespace tweedie
