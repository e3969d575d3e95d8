// SPDX-License-Identifier: Apache-2.0
#include "tweedieCTGeometryFile.h"
#include "tweedieCTGeometryOptions.h"
#include "tweedieCTGeometrySummary.h"
#include "tweedieError.h"
#include "tweedieGeometryPicture.h"
#include "tweedieOutputs.h"
#include "tweedieReportTable.h"
#include "tweedieTerminal.h"
#include "tweedieVerbTable.h"

#include <charconv>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr const char * scanHeading = "Scan";

/** The pixels that a geometry file does not know. */
struct DetectorOptions
{
  std::optional<std::int64_t> detector;
  std::optional<std::int64_t> rows;
  double pitch = 1.0;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("detector", "columns of a centred detector, for the field of view").Unit("pixels").Range(1, 1000000),
            detector);
    v.Visit(Field("rows", "of the detector; not given: as many as columns for a cone, else one").Range(1, 1000000),
            rows);
    v.Visit(Field("pitch", "of its pixels").Unit("mm").Above(0.0), pitch);
  }
};

struct GeometryOutputOptions
{
  std::string output;
  std::string picture;
  bool overwrite = false;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("output", "geometry to write, in RTK's XML format").Writes(PathKind::File), output);
    v.Visit(Field("picture", "of the geometry to write (.png)").Writes(PathKind::File), picture);
    v.Visit(Field("overwrite", "replace outputs that exist"), overwrite);
  }
};

/** Seven digits of what is left when rounding errors are gone. */
std::string
Short(double value)
{
  char text[40];
  const double rounded = std::round(value * 1e9) / 1e9 + 0.0; // no minus zero
  return std::string(text, std::to_chars(text, text + sizeof(text), rounded, std::chars_format::general, 7).ptr);
}

std::string
RangeOf(double low, double high, const std::string & unit)
{
  const std::string from = Short(low), to = Short(high);
  return (from == to ? from : from + " to " + to) + unit;
}

/** Two columns, a row added at a time. */
class Rows
{
public:
  Rows()
  {
    m_Table.columns = {{"quantity", "Quantity", "", 0}, {"value", "Value", "", 0}};
  }

  void
  Add(const std::string & quantity, const std::string & value)
  {
    m_Table.rows.push_back({quantity, value});
  }
  /** Of all views. */
  void
  Add(const std::string & quantity, const CTGeometrySummary & s, double CTGantry::*number, const std::string & unit)
  {
    Add(quantity, RangeOf(s.low.*number, s.high.*number, unit));
  }
  std::string
  Text() const
  {
    return TableMarkdown(m_Table);
  }

private:
  ReportTable m_Table;
};

void
AddScan(Rows & rows, const CTGeometry & geometry, const CTGeometrySummary & s)
{
  const bool isParallel = geometry.beam == CTBeam::Parallel;
  rows.Add("type", s.type);
  rows.Add("views", std::to_string(geometry.views.size()));
  rows.Add("arc", Short(s.arc) + "°, in steps of " + RangeOf(s.step.low, s.step.high, "°"));
  rows.Add("first, last gantry angle", Short(s.firstAngle) + "°, " + Short(s.lastAngle) + "°");
  if (!isParallel)
  {
    rows.Add("source to isocentre (sid)", s, &CTGantry::sid, " mm");
    rows.Add("source to detector (sdd)", s, &CTGantry::sdd, " mm");
    if (s.low.sid > 0.0)
    {
      // Of numbers that vary the bounds.
      rows.Add("magnification at the isocentre", RangeOf(s.low.sdd / s.high.sid, s.high.sdd / s.low.sid, ""));
    }
    rows.Add("source offset x", s, &CTGantry::sourceOffsetX, " mm");
    rows.Add("source offset y", s, &CTGantry::sourceOffsetY, " mm");
  }
  rows.Add("projection offset x", s, &CTGantry::projectionOffsetX, " mm");
  rows.Add("projection offset y", s, &CTGantry::projectionOffsetY, " mm");
  rows.Add("out-of-plane angle", s, &CTGantry::outOfPlaneAngle, "°");
  rows.Add("in-plane angle", s, &CTGantry::inPlaneAngle, "°");
  rows.Add("detector", s.detectorRadius > 0.0 ? "bent, radius " + Short(s.detectorRadius) + " mm" : "flat");
  if (s.tableFeed)
  {
    rows.Add("table feed", Short(*s.tableFeed) + " mm per turn");
  }
}

void
AddDetector(Rows & rows, const CTGeometry & geometry, const CTDetector & d)
{
  const CTFieldOfView field = FieldOfView(geometry, d);
  rows.Add("pixels",
           std::to_string(d.columns) + " x " + std::to_string(d.rows) + " of " + Short(d.pitchU) +
               " mm (columns x rows)");
  if (geometry.beam != CTBeam::Parallel)
  {
    rows.Add("fan angle", Short(field.fanAngle) + "°");
  }
  rows.Add("field of view, radius", Short(field.radius) + " mm in every view");
  if (field.widestRadius - field.radius > 1e-6 * field.widestRadius)
  {
    rows.Add("reach of the wider side", Short(field.widestRadius) + " mm");
  }
  rows.Add("height seen at the axis", Short(field.height) + " mm in a view");
}

std::optional<CTDetector>
DetectorOf(const DetectorOptions & options, CTBeam beam)
{
  if (!options.detector)
  {
    return std::nullopt;
  }
  const std::int64_t rows = options.rows.value_or(beam == CTBeam::Cone ? *options.detector : 1);
  return CentredDetector(*options.detector, rows, options.pitch, options.pitch);
}

void
RequireOneSource(CommandLine & line, const std::vector<std::string> & files)
{
  const auto given = line.GivenUnder(scanHeading);
  if (files.size() > 1)
  {
    throw UsageError("'" + files[1] + "': unexpected argument; required one file");
  }
  if (!files.empty() && !given.empty())
  {
    throw UsageError("--" + given[0] + ": given beside " + files[0] + ", which says it all; required one of the two");
  }
  if (files.empty() && given.empty() && !line.IsGiven("config") && !line.IsSet("type")) // a form always says the type
  {
    throw UsageError("given neither a file nor a flag; required FILE to print one, or --type and more to make one");
  }
  if (!line.IsGiven("detector") && (line.IsGiven("rows") || line.IsGiven("pitch")))
  {
    throw UsageError(std::string(line.IsGiven("rows") ? "--rows" : "--pitch") +
                     ": given without --detector; required both");
  }
}
} // namespace

void
RunGeometryCT(CommandLine & line)
{
  std::vector<std::string> files;
  CTGeometryOptions scan;
  DetectorOptions pixels;
  GeometryOutputOptions output;
  line.AddPositionals(
      "FILE", "geometry to print, draw or write anew, in RTK's XML format; without it one is made", files, 0);
  line.Add(scanHeading, scan);
  line.Add("Detector", pixels);
  line.Add("Output", output);
  line.AddExample("tweedie geometry ct --type cone --views 360 --sid 1000 --sdd 1500 --output g.xml");
  line.AddExample("tweedie geometry ct g.xml --detector 512 --pitch 0.8 --picture g.png");
  if (!line.Parse())
  {
    return;
  }
  RequireOneSource(line, files);
  Outputs outputs(output.overwrite);
  outputs.AddInput(files.empty() ? "" : files[0]);
  outputs.AddFile("--output", output.output);
  outputs.AddFile("--picture", output.picture);

  const CTGeometry geometry = files.empty() ? MakeCTGeometry(scan) : ReadCTGeometry(files[0]);
  const auto detector = DetectorOf(pixels, geometry.beam);
  Rows rows;
  AddScan(rows, geometry, SummarizeCTGeometry(geometry));
  if (detector)
  {
    AddDetector(rows, geometry, *detector);
  }
  outputs.Write(
      [&]
      {
        if (!output.output.empty())
        {
          WriteCTGeometry(output.output, geometry);
        }
        if (!output.picture.empty())
        {
          WritePng(output.picture, DrawCTGeometry(geometry, detector));
        }
      });
  Print(rows.Text());
}
} // namespace tweedie
