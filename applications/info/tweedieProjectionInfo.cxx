// SPDX-License-Identifier: Apache-2.0
#include "tweedieCTGeometrySummary.h"
#include "tweedieDicomProjections.h"
#include "tweedieInfo.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <charconv>
#include <cmath>

namespace tweedie
{
namespace
{
/** Six digits of what is left when the rounding errors of single precision are gone. */
std::string
Short(double value)
{
  char text[40];
  const double rounded = std::round(value * 1e5) / 1e5 + 0.0; // no minus zero
  return std::string(text, std::to_chars(text, text + sizeof(text), rounded, std::chars_format::general, 6).ptr);
}

std::string
RangeOf(double low, double high, const std::string & unit)
{
  const std::string from = Short(low), to = Short(high);
  return (from == to ? from : from + " to " + to) + " " + unit;
}

void
AddGeometry(InfoRows & rows, const CTGeometry & geometry)
{
  const CTGeometrySummary s = SummarizeCTGeometry(geometry);
  rows.emplace_back("type", s.type);
  rows.emplace_back("views", std::to_string(geometry.views.size()));
  rows.emplace_back("arc", Short(s.arc) + " degrees, in steps of " + RangeOf(s.step.low, s.step.high, "degrees"));
  rows.emplace_back("source to isocentre", RangeOf(s.low.sid, s.high.sid, "mm"));
  rows.emplace_back("source to detector", RangeOf(s.low.sdd, s.high.sdd, "mm"));
  rows.emplace_back("source offset", RangeOf(s.low.sourceOffsetX, s.high.sourceOffsetX, "mm along the rows"));
  rows.emplace_back("source height", RangeOf(s.low.sourceOffsetY, s.high.sourceOffsetY, "mm along the axis"));
  rows.emplace_back("table feed", s.tableFeed ? Short(std::abs(*s.tableFeed)) + " mm per turn" : "none, or not even");
}

void
AddDetector(InfoRows & rows, const CTGeometry & geometry, const CTDetector & d)
{
  const CTFieldOfView field = FieldOfView(geometry, d);
  rows.emplace_back("detector",
                    std::to_string(d.columns) + " x " + std::to_string(d.rows) + " pixels of " + Short(d.pitchU) +
                        " x " + Short(d.pitchV) + " mm (columns x rows), " +
                        (geometry.detectorRadius > 0.0 ? "bent, radius " + Short(geometry.detectorRadius) + " mm"
                                                       : std::string("flat")));
  rows.emplace_back("fan angle", Short(field.fanAngle) + " degrees");
  rows.emplace_back("field of view", "radius " + Short(field.radius) + " mm in every view");
}
} // namespace

InfoRows
ProjectionInfo(const std::string & folder)
{
  const CTScan scan = ReadDicomProjections(folder);
  InfoRows rows{{"projections", folder + ", DICOM-CT-PD"}};
  AddGeometry(rows, scan.geometry);
  AddDetector(rows, scan.geometry, DetectorOf(scan.projections.GetGrid()));
  const auto values = TensorView(scan.projections);
  rows.emplace_back("line integrals",
                    RangeOf(values.min().item<double>(), values.max().item<double>(), "(mean ") +
                        Short(values.mean(at::kDouble).item<double>()) + ")");
  rows.emplace_back("photons",
                    scan.photons ? Short(*scan.photons) + " (mean of a ray that meets nothing)" : "not known");
  rows.emplace_back("water", scan.muWater ? Short(*scan.muWater) + " 1/mm" : "not known");
  for (const auto & warning : scan.warnings)
  {
    rows.emplace_back("warning", warning);
  }
  return rows;
}
} // namespace tweedie
