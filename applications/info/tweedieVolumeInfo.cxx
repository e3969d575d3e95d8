// SPDX-License-Identifier: Apache-2.0
#include "tweedieFieldText.h"
#include "tweedieInfo.h"
#include "tweedieInputImage.h"
#include "tweedieMRIModel.h"
#include "tweedieReportTable.h"
#include "tweedieScanFile.h"
#include "tweedieTrajectory.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <charconv>

namespace tweedie
{
namespace
{
/** Six digits, without zeros at the end. */
std::string
Short(double value)
{
  char text[40];
  return std::string(text, std::to_chars(text, text + sizeof(text), value, std::chars_format::general, 6).ptr);
}

template <typename TContainer>
std::string
Numbers(const TContainer & values, const char * separator = " ")
{
  std::string text;
  for (const auto value : values)
  {
    text += (text.empty() ? "" : separator) + Short(static_cast<double>(value));
  }
  return text;
}

void
AddGrid(InfoRows & rows, const Grid & grid)
{
  rows.emplace_back("size", Numbers(grid.size.Xyz(), " x ") + " (x, y, z)");
  rows.emplace_back("spacing", Numbers(grid.spacing.Xyz()) + " mm");
  rows.emplace_back("origin", Numbers(grid.origin) + " mm (LPS)");
  rows.emplace_back("direction", Numbers(grid.direction) + " (row by row)");
}

std::string
RangeOf(const at::Tensor & values)
{
  return Short(values.min().item<double>()) + " to " + Short(values.max().item<double>()) + ", mean " +
         Short(values.mean(at::kDouble).item<double>());
}

std::string
MapsText(const MRIScan & scan)
{
  const Volume & maps = scan.sensitivities;
  const std::string sets = scan.mapSets == 1 ? "one set" : std::to_string(scan.mapSets) + " sets";
  return maps.IsEmpty()               ? "none (one coil that sees everything alike)"
         : maps.GetGrid().size.z == 1 ? sets + " for all slices"
                                      : sets + " per slice";
}
} // namespace

InfoRows
ImageInfo(const std::string & path, const DicomReadOptions & dicom)
{
  const Volume volume = ReadInputImage(path, dicom);
  const auto tensor = TensorView(volume);
  InfoRows rows{{"image", path}};
  rows.emplace_back("element", volume.IsComplex() ? "complex" : "real");
  rows.emplace_back("channels", std::to_string(volume.Channels()));
  AddGrid(rows, volume.GetGrid());
  rows.emplace_back(volume.IsComplex() ? "magnitude" : "values", RangeOf(volume.IsComplex() ? tensor.abs() : tensor));
  return rows;
}

void
AddMask(InfoRows & rows, const MRIScan & scan)
{
  const auto mask = TensorView(scan.mask);
  const double sampled = mask.sum(at::kDouble).item<double>() / static_cast<double>(mask.numel());
  rows.emplace_back("sampled",
                    FormatSignificant(100.0 * sampled, 3) + " % of k-space, effective acceleration " +
                        FormatNumber(1.0 / sampled, 2));
  rows.emplace_back("mask", scan.mask.GetGrid().size.z == 1 ? "one for all slices" : "one per slice");
}

void
AddTrajectory(InfoRows & rows, const MRIScan & scan)
{
  const auto & size = scan.trajectory.GetGrid().size;
  rows.emplace_back("trajectory",
                    std::to_string(size.y) + " readouts of " + std::to_string(size.x) +
                        " samples, effective acceleration " +
                        FormatNumber(EffectiveAcceleration(MRITrajectory(scan), MRIDensity(scan)), 2));
}

InfoRows
ScanInfo(const std::string & path)
{
  const MRIScan scan = ReadScan(path);
  InfoRows rows{{"scan", path}};
  rows.emplace_back("coils", std::to_string(scan.kspace.Channels()));
  AddGrid(rows, ImageGridOf(scan));
  IsCartesian(scan) ? AddMask(rows, scan) : AddTrajectory(rows, scan);
  rows.emplace_back("coil maps", MapsText(scan));
  rows.emplace_back("noise",
                    scan.noise ? NumberText(*scan.noise) + " (standard deviation of a complex sample)" : "not known");
  rows.emplace_back("scale", NumberText(scan.scale) + " (image units per unit of the data)");
  rows.emplace_back("largest sample", Short(TensorView(scan.kspace).abs().max().item<double>()));
  for (const auto & warning : scan.warnings)
  {
    rows.emplace_back("warning", warning);
  }
  return rows;
}
} // namespace tweedie
