// SPDX-License-Identifier: Apache-2.0
#include "tweedieInputImage.h"

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
} // namespace tweedie
