// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomView.h"

#include "tweedieDicomFile.h"
#include "tweedieFieldText.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tweedie
{
namespace
{
// Chen et al., Medical Physics 42 (2015) 6964, and Moen et al., Medical Physics 48 (2021) 902, table IV.
constexpr DicomTag instanceNumber{0x0020, 0x0013, "InstanceNumber", DicomType::Text};
constexpr DicomTag seriesUid{0x0020, 0x000E, "SeriesInstanceUID", DicomType::Text};
constexpr DicomTag patientPosition{0x0018, 0x5100, "PatientPosition", DicomType::Text};
constexpr DicomTag oldWater{0x0018, 0x0061, "HUCalibrationFactor", DicomType::Text};
constexpr DicomTag samplesPerPixel{0x0028, 0x0002, "SamplesPerPixel", DicomType::Word};
constexpr DicomTag frames{0x0028, 0x0008, "NumberOfFrames", DicomType::Text};
constexpr DicomTag storedRows{0x0028, 0x0010, "Rows", DicomType::Word};
constexpr DicomTag storedColumns{0x0028, 0x0011, "Columns", DicomType::Word};
constexpr DicomTag bitsAllocated{0x0028, 0x0100, "BitsAllocated", DicomType::Word};
constexpr DicomTag pixelRepresentation{0x0028, 0x0103, "PixelRepresentation", DicomType::Word};
constexpr DicomTag rescaleIntercept{0x0028, 0x1052, "RescaleIntercept", DicomType::Text};
constexpr DicomTag rescaleSlope{0x0028, 0x1053, "RescaleSlope", DicomType::Text};
constexpr DicomTag transverseSpacing{0x7029, 0x1002, "DetectorElementTransverseSpacing", DicomType::Float};
constexpr DicomTag axialSpacing{0x7029, 0x1006, "DetectorElementAxialSpacing", DicomType::Float};
constexpr DicomTag detectorShape{0x7029, 0x100B, "DetectorShape", DicomType::Text};
constexpr DicomTag detectorRows{0x7029, 0x1010, "NumberofDetectorRows", DicomType::Word};
constexpr DicomTag detectorColumns{0x7029, 0x1011, "NumberofDetectorColumns", DicomType::Word};
constexpr DicomTag centreAngle{0x7031, 0x1001, "DetectorFocalCenterAngularPosition", DicomType::Float};
constexpr DicomTag centreHeight{0x7031, 0x1002, "DetectorFocalCenterAxialPosition", DicomType::Float};
constexpr DicomTag centreRadius{0x7031, 0x1003, "DetectorFocalCenterRadialDistance", DicomType::Float};
constexpr DicomTag radialDistance{0x7031, 0x1031, "ConstantRadialDistance", DicomType::Float};
constexpr DicomTag centralElement{0x7031, 0x1033, "DetectorCentralElement", DicomType::Float};
constexpr DicomTag angleShift{0x7033, 0x100B, "SourceAngularPositionShift", DicomType::Float};
constexpr DicomTag heightShift{0x7033, 0x100C, "SourceAxialPositionShift", DicomType::Float};
constexpr DicomTag radiusShift{0x7033, 0x100D, "SourceRadialDistanceShift", DicomType::Float};
constexpr DicomTag focalSpotMode{0x7033, 0x100E, "FlyingFocalSpotMode", DicomType::Text};
constexpr DicomTag sourceIndex{0x7033, 0x105D, "SourceIndex", DicomType::Word};
constexpr DicomTag spectrumIndex{0x7033, 0x1063, "SpectrumIndex", DicomType::Word};
constexpr DicomTag photonStatistics{0x7033, 0x1065, "PhotonStatistics", DicomType::Float};
constexpr DicomTag projectionType{0x7037, 0x1009, "TypeofProjectionData", DicomType::Text};
constexpr DicomTag projectionGeometry{0x7037, 0x100A, "TypeofProjectionGeometry", DicomType::Text};
constexpr DicomTag logFlag{0x7039, 0x1009, "LogFlag", DicomType::Text};
constexpr DicomTag water{0x7041, 0x1001, "WaterAttenuationCoefficient", DicomType::Text};

constexpr double pi = 3.14159265358979323846;

std::string
UpperText(const DicomFile & file, const DicomTag & tag)
{
  std::string text = file.Text(tag);
  std::transform(
      text.begin(), text.end(), text.begin(), [](char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; });
  return text;
}

double
Positive(const DicomFile & file, const DicomTag & tag)
{
  const double value = file.Number(tag);
  if (!(value > 0.0))
  {
    file.Refuse(NameOf(tag) + " of " + NumberText(value), "a positive length in mm");
  }
  return value;
}

void
RequireProjection(const DicomFile & file)
{
  if (!file.Has(detectorColumns) && !file.Has(centreAngle) && !file.Has(radialDistance))
  {
    file.Refuse(
        "a DICOM file without the geometry of a projection (groups 7029 and 7031), such as an ordinary CT image",
        "CT projection data in the DICOM-CT-PD format");
  }
  if (const auto count = file.NumberIfAny(frames); count && *count != 1.0)
  {
    file.Refuse(NameOf(frames) + " of " + NumberText(*count), "one view a file");
  }
  const std::string geometry = UpperText(file, projectionGeometry);
  if (!geometry.empty() && geometry != "FANBEAM" && geometry != "CONEBEAM")
  {
    file.Refuse(NameOf(projectionGeometry) + " " + geometry, "FANBEAM or CONEBEAM");
  }
  if (const std::string flag = UpperText(file, logFlag); !flag.empty() && flag != "YES")
  {
    file.Refuse(NameOf(logFlag) + " " + flag + ", intensities", "line integrals: YES");
  }
}

DicomDetector
ReadDetector(const DicomFile & file)
{
  DicomDetector detector;
  detector.rows = file.Integer(detectorRows, 1, 65535);
  detector.columns = file.Integer(detectorColumns, 1, 65535);
  detector.transverse = Positive(file, transverseSpacing);
  detector.axial = Positive(file, axialSpacing);
  detector.distance = Positive(file, radialDistance);
  const auto central = file.Numbers(centralElement, 2);
  detector.centralColumn = central[0];
  detector.centralRow = central[1];
  if (!file.Has(detectorShape))
  {
    file.Refuse("no " + NameOf(detectorShape), "it");
  }
  const std::string shape = UpperText(file, detectorShape);
  if (shape != "CYLINDRICAL" && shape != "FLAT")
  {
    file.Refuse(NameOf(detectorShape) + " " + shape, "CYLINDRICAL or FLAT: a spherical detector cannot be represented");
  }
  detector.isBent = shape == "CYLINDRICAL";
  if (detector.isBent && static_cast<double>(detector.columns) * detector.transverse >= pi * detector.distance)
  {
    file.Refuse("a bent detector of half a turn or more", "less than half a turn");
  }
  return detector;
}

void
ReadPlaces(const DicomFile & file, DicomView & view)
{
  view.focalCentre = {Positive(file, centreRadius), file.Number(centreAngle), file.Number(centreHeight)};
  if (view.focalCentre.radius >= view.detector.distance)
  {
    file.Refuse(NameOf(radialDistance) + " of " + NumberText(view.detector.distance),
                "more than " + NameOf(centreRadius) + ", " + NumberText(view.focalCentre.radius));
  }
  // A focal spot that flies says where to; one that does not may leave it out.
  const std::string mode = UpperText(file, focalSpotMode);
  const bool isFlying = !mode.empty() && mode != "FFSNONE";
  const auto shift = [&](const DicomTag & tag)
  { return isFlying ? file.Number(tag) : file.NumberIfAny(tag).value_or(0.0); };
  view.sourceShift = {shift(radiusShift), shift(angleShift), shift(heightShift)};
  if (view.focalCentre.radius + view.sourceShift.radius <= 0.0)
  {
    file.Refuse(NameOf(radiusShift) + " of " + NumberText(view.sourceShift.radius), "a focal spot off the axis");
  }
}

void
ReadPixelLayout(const DicomFile & file, DicomView & view)
{
  const std::int64_t rows = file.Integer(storedRows, 1, 65535), columns = file.Integer(storedColumns, 1, 65535);
  const DicomDetector & detector = view.detector;
  view.isSquare = rows == columns && rows > 1;
  view.isTransposed = rows == detector.columns && columns == detector.rows && !view.isSquare;
  if (!view.isTransposed && (rows != detector.rows || columns != detector.columns))
  {
    file.Refuse("stored rows and columns " + std::to_string(rows) + ", " + std::to_string(columns),
                std::to_string(detector.columns) + ", " + std::to_string(detector.rows) +
                    " as the detector has, or the other way round");
  }
  file.Integer(bitsAllocated, 16, 16);
  file.Integer(pixelRepresentation, 0, 0);
  if (file.Has(samplesPerPixel))
  {
    file.Integer(samplesPerPixel, 1, 1);
  }
  view.slope = file.Number(rescaleSlope);
  view.intercept = file.Number(rescaleIntercept);
  if (view.slope == 0.0)
  {
    file.Refuse(NameOf(rescaleSlope) + " of 0", "another number");
  }
  if (std::abs(view.slope) * 65535.0 + std::abs(view.intercept) > std::numeric_limits<float>::max())
  {
    file.Refuse(NameOf(rescaleSlope) + " and intercept beyond the range of floats", "smaller ones");
  }
  file.RequirePixels(static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(columns));
}

void
ReadPhotons(const DicomFile & file, DicomView & view)
{
  if (!file.Has(photonStatistics))
  {
    return;
  }
  const auto photons = file.Numbers(photonStatistics, 0);
  double sum = 0.0;
  for (const double count : photons)
  {
    sum += count;
  }
  view.photons = sum / static_cast<double>(photons.size());
  view.fewestPhotons = *std::min_element(photons.begin(), photons.end());
  view.mostPhotons = *std::max_element(photons.begin(), photons.end());
}
} // namespace

DicomView
ReadDicomView(const std::string & path)
{
  const DicomFile file(path);
  RequireProjection(file);
  DicomView view;
  view.path = path;
  view.series = file.Text(seriesUid);
  view.instance = file.Integer(instanceNumber, -2147483647, 2147483647);
  view.spectrum = file.Has(spectrumIndex) ? file.Integer(spectrumIndex, 0, 65535) : 1;
  view.tube = file.Has(sourceIndex) ? file.Integer(sourceIndex, 0, 65535) : 1;
  view.isAxial = UpperText(file, projectionType) != "HELICAL";
  view.detector = ReadDetector(file);
  ReadPlaces(file, view);
  ReadPixelLayout(file, view);
  ReadPhotons(file, view);
  view.saysLogarithm = file.Has(logFlag);
  view.patientPosition = UpperText(file, patientPosition);
  const auto mu = file.NumberIfAny(water);
  view.muWater = mu ? mu : file.NumberIfAny(oldWater);
  return view;
}

void
ReadDicomPixels(const DicomView & view, float * lineIntegrals)
{
  const auto rows = static_cast<std::size_t>(view.detector.rows);
  const auto columns = static_cast<std::size_t>(view.detector.columns);
  const DicomFile file(view.path);
  const std::uint16_t * words = file.Pixels(rows * columns);
  for (std::size_t row = 0; row < rows; ++row)
  {
    float * line = lineIntegrals + (rows - 1 - row) * columns;
    for (std::size_t column = 0; column < columns; ++column)
    {
      const std::size_t at = view.isTransposed ? column * rows + row : row * columns + column;
      line[column] = static_cast<float>(view.slope * static_cast<double>(words[at]) + view.intercept);
    }
  }
}

CTView
ViewOf(const DicomView & view)
{
  // The format's x, y, z (left-handed) are the scanner's x, z, y.
  const auto point = [](double radius, double angle, double height) {
    return Vector3{-radius * std::sin(angle), height, radius * std::cos(angle)};
  };
  const DicomPlace & centre = view.focalCentre;
  const DicomPlace & shift = view.sourceShift;
  const double outwards = centre.radius - view.detector.distance; // of the central element; below 0: across the axis
  return {point(centre.radius + shift.radius, centre.angle + shift.angle, centre.height + shift.height),
          point(outwards, centre.angle, centre.height),
          {std::cos(centre.angle), 0.0, std::sin(centre.angle)},
          {0.0, 1.0, 0.0}};
}

CTDetector
DetectorOf(const DicomDetector & d)
{
  return {d.columns,
          d.rows,
          d.transverse,
          d.axial,
          (1.0 - d.centralColumn) * d.transverse,
          (d.centralRow - static_cast<double>(d.rows)) * d.axial};
}
} // namespace tweedie
