// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomOrder.h"

#include "tweedieFieldText.h"
#include "tweedieVector3.h"

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr double orthonormalTolerance = 1e-4;
constexpr double stepTolerance = 0.01;    // of the usual step
constexpr double stepTolerance_mm = 1e-3; // what rounded positions may add
constexpr double wholeTolerance = 0.05;   // how near a gap must be to a whole number of steps
constexpr double shiftTolerance = 0.1;    // pixels in the plane
constexpr std::size_t mostMissing = 10;   // slices between two, beyond as many as there are
constexpr double degrees = 180.0 / 3.14159265358979323846;

/** Without the name of its file, which may be a patient's. */
std::string
NameOf(const DicomImage & image)
{
  const std::string frame = image.pixels.frames > 1 ? " frame " + std::to_string(image.frame + 1) : "";
  return "instance " + std::to_string(image.instanceNumber) + frame + " (" + image.instanceUid + ")";
}

Vector3
RowOf(const DicomImage & image)
{
  return {image.orientation[0], image.orientation[1], image.orientation[2]};
}

Vector3
ColumnOf(const DicomImage & image)
{
  return {image.orientation[3], image.orientation[4], image.orientation[5]};
}

class Builder
{
public:
  Builder(const DicomGroup & group, const DicomReadOptions & options) : m_Images(group.images), m_Options(options)
  {
    m_Entry.series.partners = FramesOf(group.partners);
  }

  DicomListing::Entry
  Build()
  {
    Describe();
    if (IsPlane())
    {
      OrderSlices();
      PlaceSlices();
    }
    return std::move(m_Entry);
  }

private:
  static std::vector<DicomFrame>
  FramesOf(const std::vector<DicomImage> & images)
  {
    std::vector<DicomFrame> frames;
    for (const DicomImage & image : images)
    {
      frames.push_back({image.path, image.frame, image.classUid, image.instanceUid, false});
    }
    return frames;
  }
  void
  Problem(const std::string & text)
  {
    m_Entry.problems.push_back(text);
  }
  void Describe();
  bool IsPlane();
  void OrderSlices();
  void CheckStep(std::size_t i, double step, double usual);
  void Append(std::size_t i);
  void PlaceSlices();
  void PlaceTilted(const Vector3 & shift);

  const std::vector<DicomImage> & m_Images;
  const DicomReadOptions & m_Options;
  DicomListing::Entry m_Entry;
};

bool
IsZeroFilled(const DicomImage & image)
{
  const auto isLess = [](double acquired, std::int64_t pixels)
  { return acquired >= 1.0 && acquired < static_cast<double>(pixels); };
  return isLess(image.acquired[0], image.pixels.rows) || isLess(image.acquired[1], image.pixels.columns);
}

void
Builder::Describe()
{
  const DicomImage & first = m_Images.front();
  DicomSeries & series = m_Entry.series;
  series.modality = first.modality;
  series.description = first.description;
  series.studyUid = first.studyUid;
  series.seriesUid = first.seriesUid;
  series.frameOfReferenceUid = first.frameUid;
  const bool isHounsfield = first.rescaleType.empty() || first.rescaleType.rfind("HU", 0) == 0; // HU_MOD too
  series.units = first.modality == "CT" && !first.pixels.isFloat && isHounsfield ? "HU" : "";
  series.isComplex = !series.partners.empty();
  series.isPolar = series.isComplex && first.part == "M";
  series.frames = FramesOf(m_Images);
  series.grid.size = {static_cast<std::int64_t>(m_Images.size()), first.pixels.rows, first.pixels.columns};
  const auto any = [&](const auto & test) { return std::any_of(m_Images.begin(), m_Images.end(), test); };
  series.isLossy = any([](const DicomImage & image) { return image.isLossy; });
  if (series.isLossy)
  {
    series.warnings.push_back("pixels were compressed with loss: values and deviations are not what was measured");
  }
  if (any([](const DicomImage & image) { return image.isInverted; }))
  {
    series.warnings.push_back("MONOCHROME1, low values are shown bright: values are kept as they are");
  }
  if (IsZeroFilled(first))
  {
    series.warnings.push_back("the scanner took " + NumberText(first.acquired[1]) + " x " +
                              NumberText(first.acquired[0]) + " samples for images of " +
                              std::to_string(first.pixels.columns) + " x " + std::to_string(first.pixels.rows) +
                              ": what lies beyond in k-space is zero-filled or interpolated");
  }
  const auto broken =
      std::find_if(m_Images.begin(), m_Images.end(), [](const DicomImage & image) { return !image.problem.empty(); });
  if (broken != m_Images.end())
  {
    Problem(NameOf(*broken) + ": " + broken->problem);
  }
}

/** The plane of the first image, which is that of all. */
bool
Builder::IsPlane()
{
  const DicomImage & first = m_Images.front();
  if (!first.hasPlace)
  {
    Problem(NameOf(first) + ": no image position, orientation or pixel spacing within 1 km; required all three");
    return false;
  }
  const Vector3 row = RowOf(first);
  const Vector3 column = ColumnOf(first);
  const double error =
      std::max({std::abs(Length(row) - 1.0), std::abs(Length(column) - 1.0), std::abs(Dot(row, column))});
  if (!(error <= orthonormalTolerance))
  {
    Problem(NameOf(first) + ": direction cosines that are " + NumberText(error) +
            " off orthonormal; required at most " + NumberText(orthonormalTolerance));
    return false;
  }
  if (!(first.spacing[0] > 0.0 && first.spacing[1] > 0.0))
  {
    Problem(NameOf(first) + ": pixel spacing of " + NumberText(first.spacing[0]) + " x " +
            NumberText(first.spacing[1]) + " mm; required above 0");
    return false;
  }
  return true;
}

void
Builder::Append(std::size_t i)
{
  m_Entry.series.frames.push_back({m_Images[i].path, m_Images[i].frame, m_Images[i].classUid, m_Images[i].instanceUid});
}

/** step: from image i - 1 to i. */
void
Builder::CheckStep(std::size_t i, double step, double usual)
{
  const double tolerance = stepTolerance * usual + stepTolerance_mm;
  if (std::abs(step - usual) > tolerance)
  {
    const double steps = step / usual;
    // What is missing beside far more than there is cannot be filled, and its number may not fit into a whole one.
    const bool isShort = steps >= 1.5 && steps <= static_cast<double>(m_Images.size() + mostMissing);
    const auto whole = static_cast<std::int64_t>(std::round(isShort ? steps : 0.0));
    const bool isGap = whole >= 2 && std::abs(steps - static_cast<double>(whole)) <= wholeTolerance;
    const std::string between =
        "between " + NameOf(m_Images[i - 1]) + " and " + NameOf(m_Images[i]) + " lie " + NumberText(step) + " mm";
    if (isGap && m_Options.fillMissing && !m_Entry.series.isComplex)
    {
      for (std::int64_t k = 1; k < whole; ++k)
      {
        Append(i - 1);
        m_Entry.series.frames.back().isFilled = true;
      }
      m_Entry.series.warnings.push_back(std::to_string(whole - 1) + " slices interpolated: " + between);
    }
    else
    {
      const std::string what =
          isGap ? std::to_string(whole - 1) + (whole == 2 ? " slice is" : " slices are") + " missing: "
                : "uneven steps: ";
      const bool isFillable = isGap && !m_Entry.series.isComplex;
      Problem(what + between + "; required " + NumberText(usual) +
              (isFillable ? " (--fill-missing interpolates)" : ""));
    }
  }
  Append(i);
}

void
Builder::OrderSlices()
{
  DicomSeries & series = m_Entry.series;
  const DicomImage & first = m_Images.front();
  series.grid.spacing = {1.0, first.spacing[0], first.spacing[1]};
  if (m_Images.size() == 1)
  {
    series.grid.spacing.z = first.thickness > 0.0 ? first.thickness : 1.0;
    series.warnings.push_back(first.thickness > 0.0 ? "one slice: spacing along z is its thickness"
                                                    : "one slice without thickness: spacing along z set to 1 mm");
    return;
  }
  const auto duplicates = DuplicatePlaces(m_Images);
  if (!duplicates.empty())
  {
    const std::size_t i = duplicates.front();
    Problem(std::to_string(duplicates.size()) + (duplicates.size() == 1 ? " slice" : " slices") +
            " at the place of another: " + NameOf(m_Images[i - 1]) + " and " + NameOf(m_Images[i]) +
            "; required one at each");
    return;
  }
  std::vector<double> steps;
  for (std::size_t i = 1; i < m_Images.size(); ++i)
  {
    steps.push_back(PlaceAlongNormal(first, m_Images[i]) - PlaceAlongNormal(first, m_Images[i - 1]));
  }
  std::vector<double> sorted = steps;
  std::sort(sorted.begin(), sorted.end());
  const double usual = sorted[(sorted.size() - 1) / 2];
  series.frames.clear();
  Append(0);
  for (std::size_t i = 1; i < m_Images.size(); ++i)
  {
    CheckStep(i, steps[i - 1], usual);
  }
  series.grid.size.z = static_cast<std::int64_t>(series.frames.size());
  const double length = PlaceAlongNormal(first, m_Images.back()) - PlaceAlongNormal(first, first);
  series.grid.spacing.z = m_Entry.problems.empty() ? length / static_cast<double>(series.frames.size() - 1) : usual;
}

void
Builder::PlaceSlices()
{
  const DicomImage & first = m_Images.front();
  Grid & grid = m_Entry.series.grid;
  const Vector3 row = RowOf(first);
  const Vector3 column = ColumnOf(first);
  const Vector3 normal = Cross(row, column);
  grid.origin = first.position;
  grid.direction = {row[0], column[0], normal[0], row[1], column[1], normal[1], row[2], column[2], normal[2]};

  const Vector3 way = AddScaled(m_Images.back().position, -1.0, first.position);
  const double height = Dot(way, normal);
  const Vector3 shift = AddScaled(way, -height, normal);
  const double finest = std::min(first.spacing[0], first.spacing[1]);
  for (const DicomImage & image : m_Images)
  {
    const Vector3 here = AddScaled(image.position, -1.0, first.position);
    const double share = height > 0.0 ? Dot(here, normal) / height : 0.0;
    const Vector3 inPlane = AddScaled(AddScaled(here, -Dot(here, normal), normal), -share, shift);
    if (Length(inPlane) > shiftTolerance * finest)
    {
      return Problem(NameOf(image) + ": lies " + NumberText(Length(inPlane)) +
                     " mm beside the line through the first and the last slice; required one line");
    }
  }
  if (Length(shift) > shiftTolerance * finest)
  {
    const std::string angle = NumberText(std::round(std::atan2(Length(shift), height) * degrees * 100.0) / 100.0);
    const std::int64_t longer = std::max(grid.size.x, grid.size.y);
    if (!(Length(shift) <= finest * static_cast<double>(longer)))
    {
      return Problem("slices are shifted against each other by more than an image; required slices above each other");
    }
    if (m_Options.resampleTilt && !m_Entry.series.isComplex)
    {
      m_Entry.series.warnings.push_back("slices of a gantry tilted by " + angle + " degrees shifted onto a grid");
      return PlaceTilted(shift);
    }
    Problem("slices are shifted against each other, a tilted gantry of " + angle +
            " degrees; required slices above each other (--resample-tilt shifts them)");
  }
}

/** A grid that holds all slices, wider by their shift from the first to the last one. */
void
Builder::PlaceTilted(const Vector3 & shift)
{
  Grid & grid = m_Entry.series.grid;
  const DicomImage & first = m_Images.front();
  const auto widen = [&](const Vector3 & axis, double spacing, std::int64_t & size)
  {
    const double pixels = Dot(shift, axis) / spacing;
    const double extra = std::ceil(std::abs(pixels) - shiftTolerance);
    if (pixels < 0.0)
    {
      grid.origin = AddScaled(grid.origin, -extra * spacing, axis);
    }
    size += static_cast<std::int64_t>(std::max(extra, 0.0));
  };
  widen(RowOf(first), grid.spacing.x, grid.size.x);
  widen(ColumnOf(first), grid.spacing.y, grid.size.y);
}
} // namespace

DicomListing::Entry
VolumeOf(const DicomGroup & group, const DicomReadOptions & options)
{
  return Builder(group, options).Build();
}
} // namespace tweedie
