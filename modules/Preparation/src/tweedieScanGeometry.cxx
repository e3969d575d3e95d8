// SPDX-License-Identifier: Apache-2.0
#include "tweedieScanGeometry.h"

#include "tweedieError.h"
#include "tweedieVector3.h"

#include <algorithm>
#include <map>

namespace tweedie
{
namespace
{
constexpr double largestCosine = 1e-3; // of directions that are meant to be orthogonal
constexpr double unevenSteps = 0.01;   // of the distance between slices
constexpr double samePlace = 1e-3;     // mm

Vector3
Unit(const Vector3 & vector)
{
  return AddScaled({0.0, 0.0, 0.0}, 1.0 / Length(vector), vector);
}

void
ApplyDirections(ScanPlaces & places, const MRIReadout & readout, std::vector<std::string> & warnings)
{
  if (!(Length(readout.readDirection) > 0.0) || !(Length(readout.phaseDirection) > 0.0))
  {
    warnings.emplace_back(
        "the data do not say how the image lies (directions of length zero): its axes are taken to be "
        "those of the patient");
    return;
  }
  places.read = Unit(readout.readDirection);
  const Vector3 phase = Unit(readout.phaseDirection);
  const double cosine = Dot(places.read, phase);
  if (std::abs(cosine) > largestCosine)
  {
    throw DataError("raw data: given read and phase directions with a cosine of " + std::to_string(cosine) +
                    " between them; required a right angle");
  }
  places.phase = Unit(AddScaled(phase, -cosine, places.read)); // what float numbers leave
  places.normal = Cross(places.read, places.phase);
  if (Length(readout.sliceDirection) > 0.0)
  {
    const double along = Dot(Unit(readout.sliceDirection), places.normal);
    if (std::abs(along) < 1.0 - largestCosine)
    {
      throw DataError("raw data: given a slice direction with a cosine of " + std::to_string(along) +
                      " to the normal of read and phase; required 1 or -1");
    }
    places.isLeftHanded = along < 0.0;
  }
}

void
ApplySteps(ScanPlaces & places, const std::map<std::int64_t, Vector3> & positions, std::vector<std::string> & warnings)
{
  const auto & order = places.slicesInOrder;
  const auto gap = [&](std::size_t i) { return AddScaled(positions.at(order[i]), -1.0, positions.at(order[i - 1])); };
  const Vector3 whole = AddScaled(positions.at(order.back()), -1.0, positions.at(order.front()));
  const double step = Dot(whole, places.normal) / static_cast<double>(order.size() - 1);
  if (step < samePlace)
  {
    warnings.emplace_back("all slices claim to be at one place: they are taken to touch each other");
    return;
  }
  for (std::size_t i = 1; i < order.size(); ++i)
  {
    const double along = Dot(gap(i), places.normal);
    const double beside = Length(AddScaled(gap(i), -along, places.normal));
    if (std::abs(along - step) > unevenSteps * step || beside > unevenSteps * step)
    {
      throw DataError("raw data: given slices " + std::to_string(order[i - 1]) + " and " + std::to_string(order[i]) +
                      " at " + std::to_string(along) + " mm from each other (" + std::to_string(beside) +
                      " mm aside) and others at " + std::to_string(step) + " mm; required even steps");
    }
  }
  places.step = step;
}
} // namespace

ScanPlaces
PlacesOf(const std::vector<const MRIReadout *> & readouts, std::vector<std::string> & warnings)
{
  ScanPlaces places;
  std::map<std::int64_t, Vector3> positions;
  for (const MRIReadout * readout : readouts)
  {
    positions.emplace(readout->index.slice, readout->position);
  }
  ApplyDirections(places, *readouts.front(), warnings);
  for (const auto & slice : positions)
  {
    places.slicesInOrder.push_back(slice.first);
  }
  std::stable_sort(places.slicesInOrder.begin(),
                   places.slicesInOrder.end(),
                   [&](std::int64_t a, std::int64_t b)
                   { return Dot(positions[a], places.normal) < Dot(positions[b], places.normal) - samePlace; });
  places.position = positions[places.slicesInOrder.front()];
  if (positions.size() > 1)
  {
    ApplySteps(places, positions, warnings);
  }
  return places;
}

Grid
ScanGrid(const ScanPlaces & places, const Axes<std::int64_t> & size, const Axes<double> & spacing, bool isSlab)
{
  Grid grid;
  grid.size = size;
  grid.spacing = spacing;
  const auto middle = [](std::int64_t length) { return static_cast<double>(length / 2); };
  const std::int64_t behind = places.isLeftHanded ? size.z - 1 - size.z / 2 : size.z / 2;
  Vector3 origin = AddScaled(places.position, -middle(size.x) * spacing.x, places.read);
  origin = AddScaled(origin, -middle(size.y) * spacing.y, places.phase);
  grid.origin = isSlab ? AddScaled(origin, -static_cast<double>(behind) * spacing.z, places.normal) : origin;
  for (std::size_t i = 0; i < 3; ++i)
  {
    grid.direction[3 * i] = places.read[i];
    grid.direction[3 * i + 1] = places.phase[i];
    grid.direction[3 * i + 2] = places.normal[i];
  }
  return grid;
}
} // namespace tweedie
