// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomProjections.h"

#include "tweedieDicomFile.h"
#include "tweedieDicomView.h"
#include "tweedieError.h"
#include "tweedieReportTable.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;
constexpr double degree = 3.14159265358979323846 / 180.0;
constexpr double sameNumber = 1e-6; // relative: written once, read from several files
constexpr double evenStep = 0.5;    // of a step: less than a view that is missing, more than a gantry's unevenness

[[noreturn]] void
Refuse(const std::string & where, const std::string & given, const std::string & required)
{
  throw DataError(where + ": given " + given + "; required " + required);
}

std::string
Short(double value)
{
  return FormatSignificant(value, 4);
}

std::string
FileName(const DicomView & view)
{
  return fs::path(view.path).filename().string();
}

/** Whether the name says that the file is DICOM. */
bool
IsNamedDicom(const fs::path & path)
{
  std::string extension = path.extension().string();
  std::transform(extension.begin(),
                 extension.end(),
                 extension.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  return extension == ".dcm" || extension == ".ima";
}

std::vector<std::string>
DicomFiles(const std::string & folder, std::size_t & others)
{
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
  {
    const fs::path & path = entry->path();
    const std::string name = path.filename().string();
    std::error_code ignored;
    if (name[0] == '.' || name == "DICOMDIR" || !fs::is_regular_file(path, ignored))
    {
      continue;
    }
    if (IsNamedDicom(path) || IsDicom(path.string()))
    {
      files.push_back(path.string());
    }
    else
    {
      ++others;
    }
  }
  if (error)
  {
    throw DataError(folder + ": " + error.message() + "; required a folder that can be read");
  }
  return files;
}

bool
IsSame(double a, double b)
{
  return std::abs(a - b) <= sameNumber * std::max(std::abs(a), std::abs(b));
}

void
RequireOneSeries(const std::string & folder, const DicomView & a, const DicomView & b)
{
  const auto require = [&](bool isSame, const std::string & what)
  {
    if (!isSame)
    {
      Refuse(folder, FileName(a) + " and " + FileName(b) + " of different " + what, "one for all views");
    }
  };
  const DicomDetector & d = a.detector;
  const DicomDetector & e = b.detector;
  require(d.rows == e.rows && d.columns == e.columns && a.isTransposed == b.isTransposed, "sizes");
  require(d.isBent == e.isBent && IsSame(d.transverse, e.transverse) && IsSame(d.axial, e.axial) &&
              IsSame(d.distance, e.distance) && IsSame(d.centralColumn, e.centralColumn) &&
              IsSame(d.centralRow, e.centralRow),
          "detectors");
  require(a.series == b.series, "series");
  require(a.spectrum == b.spectrum, "spectra");
  require(a.tube == b.tube, "X-ray tubes");
}

double
Median(std::vector<double> values)
{
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/** Of the focal centre, from a view to the next one, the shorter way round. */
double
AngleStep(const DicomView & a, const DicomView & b)
{
  return std::remainder(b.focalCentre.angle - a.focalCentre.angle, 360.0 * degree);
}

bool
IsSamePlace(const DicomPlace & a, const DicomPlace & b)
{
  return a.radius == b.radius && a.angle == b.angle && a.height == b.height;
}

void
RequireAllInstances(const std::string & folder, const std::vector<DicomView> & views)
{
  std::vector<std::int64_t> steps;
  for (std::size_t k = 1; k < views.size(); ++k)
  {
    steps.push_back(views[k].instance - views[k - 1].instance);
  }
  // Views may have been left out evenly; the smallest step is that of a scan with all its views.
  const std::int64_t usual = steps.empty() ? 1 : *std::min_element(steps.begin(), steps.end());
  for (std::size_t k = 1; k < views.size(); ++k)
  {
    const DicomView & a = views[k - 1];
    const DicomView & b = views[k];
    if (a.instance == b.instance)
    {
      Refuse(folder,
             FileName(a) + " and " + FileName(b) + ", both with instance number " + std::to_string(a.instance),
             "each view once");
    }
    if (usual > 0 && steps[k - 1] != usual)
    {
      Refuse(folder,
             "no view between instance numbers " + std::to_string(a.instance) + " and " + std::to_string(b.instance) +
                 ", elsewhere in steps of " + std::to_string(usual),
             "all views");
    }
  }
}

void
RequireAllAngles(const std::string & folder, const std::vector<DicomView> & views)
{
  std::vector<double> steps;
  for (std::size_t k = 1; k < views.size(); ++k)
  {
    steps.push_back(AngleStep(views[k - 1], views[k]));
  }
  const double usual = steps.empty() ? 0.0 : Median(steps);
  for (std::size_t k = 1; k < views.size(); ++k)
  {
    const DicomView & a = views[k - 1];
    const DicomView & b = views[k];
    if (IsSamePlace(a.focalCentre, b.focalCentre) && IsSamePlace(a.sourceShift, b.sourceShift))
    {
      Refuse(folder, FileName(a) + " and " + FileName(b) + " of the same place", "each view once");
    }
    const bool isNextTurn = a.isAxial && a.focalCentre.height != b.focalCentre.height;
    if (!isNextTurn && std::abs(steps[k - 1] - usual) > evenStep * std::abs(usual))
    {
      Refuse(folder,
             "a step of " + Short(steps[k - 1] / degree) + " degrees from " + FileName(a) + " to " + FileName(b) +
                 ", elsewhere " + Short(usual / degree),
             "all views, in even steps");
    }
  }
}

CTGeometry
GeometryOf(const std::vector<DicomView> & views)
{
  const DicomView & first = views.front();
  CTGeometry geometry;
  geometry.detectorRadius = first.detector.isBent ? first.detector.distance : 0.0;
  // A fan's rays stay at their row's height: only what is in the plane of the focal spot is one.
  bool isFan = first.detector.rows == 1 && std::abs(first.detector.centralRow - 1.0) < 1e-3;
  for (const DicomView & view : views)
  {
    isFan = isFan && view.sourceShift.height == 0.0 && view.focalCentre.height == first.focalCentre.height;
    geometry.views.push_back(ViewOf(view));
  }
  geometry.beam = isFan ? CTBeam::Fan : CTBeam::Cone;
  return geometry;
}

void
AddPhotons(const std::vector<DicomView> & views, CTScan & scan)
{
  double sum = 0.0, fewest = views[0].fewestPhotons, most = views[0].mostPhotons;
  for (const DicomView & view : views)
  {
    if (!view.photons)
    {
      return;
    }
    sum += *view.photons;
    fewest = std::min(fewest, view.fewestPhotons);
    most = std::max(most, view.mostPhotons);
  }
  const double mean = sum / static_cast<double>(views.size());
  if (!(mean > 0.0))
  {
    scan.warnings.push_back("the photon statistics are not positive: left out");
    return;
  }
  scan.photons = mean;
  if (most - fewest > 0.05 * mean)
  {
    scan.warnings.push_back("the photon statistics are " + Short(fewest) + " to " + Short(most) +
                            " over columns and views: their mean " + Short(mean) + " stands for all");
  }
}

void
AddWater(const std::vector<DicomView> & views, CTScan & scan)
{
  constexpr double largest = 0.1; // 1/mm, at 18 keV; what is above is in other units
  const std::optional<double> & mu = views[0].muWater;
  if (mu && *mu > 0.0 && *mu < largest)
  {
    scan.muWater = mu;
  }
  else if (mu)
  {
    scan.warnings.push_back("a water attenuation coefficient of " + Short(*mu) + " is none in 1/mm: left out");
  }
}

void
AddWarnings(const std::vector<DicomView> & views, std::size_t others, CTScan & scan)
{
  if (others > 0)
  {
    scan.warnings.push_back(std::to_string(others) + " files that are no DICOM are left out");
  }
  const DicomView & first = views[0];
  if (first.isSquare)
  {
    scan.warnings.push_back("as many rows as columns: a stored row is taken for a row of the detector");
  }
  if (!first.saysLogarithm)
  {
    scan.warnings.push_back("no LogFlag: the values are taken for line integrals");
  }
  const std::string & position = first.patientPosition;
  if (!position.empty() && position != "HFS")
  {
    scan.warnings.push_back("patient position " + position +
                            ": the image's axes are those of a patient head first and face up (HFS)");
  }
}
} // namespace

bool
HasDicomProjections(const std::string & folder)
{
  constexpr DicomTag detectorShape{0x7029, 0x100B, "DetectorShape", DicomType::Text};
  constexpr std::size_t mostTries = 16;
  std::size_t others = 0;
  std::vector<std::string> files = DicomFiles(folder, others);
  files.resize(std::min(files.size(), mostTries));
  for (const std::string & path : files)
  {
    try
    {
      return DicomFile(path).Has(detectorShape);
    }
    catch (const DataError &)
    {
      // Compressed or damaged: the next file tells.
    }
  }
  return false;
}

CTScan
ReadDicomProjections(const std::string & folder)
{
  std::size_t others = 0;
  std::vector<DicomView> views;
  for (const std::string & file : DicomFiles(folder, others))
  {
    views.push_back(ReadDicomView(file));
  }
  if (views.empty())
  {
    Refuse(folder, "a folder without DICOM files", "the files of one series, a view each");
  }
  std::sort(views.begin(),
            views.end(),
            [](const DicomView & a, const DicomView & b)
            { return a.instance != b.instance ? a.instance < b.instance : a.path < b.path; });
  for (const DicomView & view : views)
  {
    RequireOneSeries(folder, views.front(), view);
  }
  RequireAllInstances(folder, views);
  RequireAllAngles(folder, views);

  CTScan scan;
  scan.geometry = GeometryOf(views);
  const CTDetector detector = DetectorOf(views[0].detector);
  scan.projections = Volume(ProjectionGrid(detector, views.size()), Volume::Element::Real);
  float * lines = scan.projections.Data();
  for (const DicomView & view : views)
  {
    ReadDicomPixels(view, lines);
    lines += detector.rows * detector.columns;
  }
  AddPhotons(views, scan);
  AddWater(views, scan);
  AddWarnings(views, others, scan);
  try
  {
    RequireScan(scan);
  }
  catch (const DataError & error)
  {
    throw DataError(folder + ": " + error.what());
  }
  return scan;
}
} // namespace tweedie
