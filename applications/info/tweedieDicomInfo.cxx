// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomSeries.h"
#include "tweedieFieldText.h"
#include "tweedieInfo.h"
#include "tweedieReportTable.h"

namespace tweedie
{
namespace
{
std::string
SizeOf(const DicomSeries & series)
{
  const Grid & grid = series.grid;
  return std::to_string(grid.size.x) + " x " + std::to_string(grid.size.y) + " x " + std::to_string(grid.size.z) +
         " voxels of " + FormatSignificant(grid.spacing.x, 5) + " x " + FormatSignificant(grid.spacing.y, 5) + " x " +
         FormatSignificant(grid.spacing.z, 5) + " mm";
}

std::string
PlaceOf(const Grid & grid)
{
  std::string text;
  for (const double number : grid.origin)
  {
    text += FormatNumber(number, 4) + " ";
  }
  text += "mm (LPS), normal";
  for (const std::size_t i : {2U, 5U, 8U})
  {
    text += " " + FormatNumber(grid.direction[i], 4);
  }
  return text;
}
} // namespace

InfoRows
DicomInfo(const std::string & path)
{
  const DicomListing listing = ListDicom(path);
  InfoRows rows{{"DICOM", path}};
  rows.emplace_back("files",
                    std::to_string(listing.files) + ", of them " + std::to_string(listing.foreign) + " no DICOM, " +
                        std::to_string(listing.otherDicom) + " without pixels, " +
                        std::to_string(listing.unreadable.size()) + " not readable");
  for (std::size_t i = 0; i < listing.entries.size(); ++i)
  {
    const DicomSeries & series = listing.entries[i].series;
    rows.emplace_back("series " + std::to_string(i + 1), series.modality + " " + SizeOf(series));
    rows.emplace_back("  UID", series.seriesUid);
    rows.emplace_back("  first voxel", PlaceOf(series.grid));
    rows.emplace_back("  values",
                      series.isPolar       ? "complex, from magnitude and phase"
                      : series.isComplex   ? "complex, from real and imaginary parts"
                      : series.units == "" ? "real"
                                           : series.units);
    for (const std::string & warning : series.warnings)
    {
      rows.emplace_back("  warning", warning);
    }
    for (const std::string & problem : listing.entries[i].problems)
    {
      rows.emplace_back("  problem", problem);
    }
  }
  for (const std::string & error : listing.unreadable)
  {
    rows.emplace_back("not readable", error);
  }
  return rows;
}
} // namespace tweedie
