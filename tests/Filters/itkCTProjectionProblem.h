// SPDX-License-Identifier: Apache-2.0
// Scans for the tests of the filters of CT.
#ifndef itkCTProjectionProblem_h
#define itkCTProjectionProblem_h

#include "itkCTBackProjectionImageFilter.h"
#include "itkCTProjectionImageFilter.h"
#include "itkPosteriorMeanTesting.h"
#include "tweedieCTScan.h"
#include "tweedieEllipsoidPhantom.h"
#include "tweedieRandom.h"

#include <cmath>

namespace tweedie
{
namespace test
{
using CTImage = itk::Image<float, 3>;
using CTProjectionFilter = itk::CTProjectionImageFilter<CTImage>;
using CTBackProjectionFilter = itk::CTBackProjectionImageFilter<CTImage>;

/** A geometry with the grids of both sides. */
struct CTProblem
{
  const char * name;
  CTGeometry geometry;
  Grid projections;
  Grid image;
};

/** Turned within the slices, by an angle that is no symmetry, and moved. */
inline Grid
TurnedGrid(std::int64_t x, std::int64_t y, std::int64_t z, double spacing, double between)
{
  Grid grid = CenteredGrid(x, y, z, spacing, between);
  const double c = std::cos(0.4), s = std::sin(0.4);
  grid.direction = {c, -s, 0.0, s, c, 0.0, 0.0, 0.0, 1.0};
  grid.origin = {
      c * grid.origin[0] - s * grid.origin[1] + 1.5, s * grid.origin[0] + c * grid.origin[1], grid.origin[2]};
  return grid;
}

/** The same values in space, slices from the last to the first. */
inline Grid
ReversedGrid(Grid grid)
{
  for (const std::size_t i : {2, 5, 8})
  {
    grid.origin[i / 3] += static_cast<double>(grid.size.z - 1) * grid.spacing.z * grid.direction[i];
    grid.direction[i] = -grid.direction[i];
  }
  return grid;
}

/** Leans out of the slices about two axes. */
inline Grid
LeaningGrid(std::int64_t size, double spacing)
{
  const double a = std::cos(0.3), b = std::sin(0.3), c = std::cos(0.5), s = std::sin(0.5);
  Grid grid;
  grid.size = {size, size, size};
  grid.spacing = {spacing, spacing, spacing};
  grid.direction = {c, -s * a, s * b, s, c * a, -c * b, 0.0, b, a};
  const double half = -0.5 * static_cast<double>(size - 1) * spacing;
  for (std::size_t i = 0; i < 3; ++i)
  {
    grid.origin[i] = half * (grid.direction[3 * i] + grid.direction[3 * i + 1] + grid.direction[3 * i + 2]);
  }
  return grid;
}

/** Rows are the slices of the image in all but the last two. The slices of the fourth are projected in two parts, and
 * so are the views of the last. */
inline std::vector<CTProblem>
CTProblems()
{
  CTGantry fan;
  fan.sid = 120.0;
  fan.sdd = 200.0;
  fan.gantryAngle = 7.0;
  CTGantry cone = fan;
  cone.sourceOffsetX = 1.0;
  cone.outOfPlaneAngle = 5.0;
  const CTDetector rows = CenteredDetector(33, 1.1, 3, 2.5);
  const CTDetector wide = CenteredDetector(37, 1.7, 3, 2.5);
  const CTDetector flat = CenteredDetector(31, 2.0, 25, 1.9);
  const CTGeometry parallel = Circle(CTBeam::Parallel, 40, 180.0, {});
  return {
      {"parallel", parallel, ProjectionGrid(rows, 40), TurnedGrid(20, 18, 3, 1.2, 2.5)},
      {"parallel, slices reversed", parallel, ProjectionGrid(rows, 40), ReversedGrid(TurnedGrid(20, 18, 3, 1.2, 2.5))},
      {"fan", Circle(CTBeam::Fan, 34, 360.0, fan), ProjectionGrid(wide, 34), TurnedGrid(17, 20, 3, 1.2, 2.5)},
      {"parallel, many slices",
       Circle(CTBeam::Parallel, 9, 180.0, {}),
       ProjectionGrid(CenteredDetector(17, 1.1, 37, 2.5), 9),
       ReversedGrid(TurnedGrid(12, 9, 37, 1.2, 2.5))},
      {"parallel, leaning", parallel, ProjectionGrid(rows, 40), LeaningGrid(14, 1.3)},
      {"cone", Circle(CTBeam::Cone, 64, 360.0, cone), ProjectionGrid(flat, 64), LeaningGrid(16, 1.4)},
  };
}

/** Noise from 0 to 0.04 per mm: any image does for a linear operator. */
inline Volume
NoiseVolume(const Grid & grid, std::uint64_t seed)
{
  const at::Tensor noise = RandomStreams(seed, {0}).Normal({1, grid.size.z, grid.size.y, grid.size.x}, at::kFloat)[0];
  return VolumeFromTensor(0.02 * (1.0 + noise.tanh()), grid);
}

inline CTProjectionFilter::Pointer
MakeCTProjectionFilter(const CTProblem & problem, const Volume & image)
{
  auto filter = CTProjectionFilter::New();
  filter->SetInput(ImageFromVolume<CTImage>(image));
  filter->SetGeometry(problem.geometry);
  filter->SetOutputParametersFromImage(
      ImageFromVolume<CTImage>(Volume(problem.projections, Volume::Element::Real)).GetPointer());
  return filter;
}

inline CTBackProjectionFilter::Pointer
MakeCTBackProjectionFilter(const CTProblem & problem, const Volume & projections)
{
  auto filter = CTBackProjectionFilter::New();
  filter->SetInput(ImageFromVolume<CTImage>(projections));
  filter->SetGeometry(problem.geometry);
  filter->SetOutputParametersFromImage(
      ImageFromVolume<CTImage>(Volume(problem.image, Volume::Element::Real)).GetPointer());
  return filter;
}

/** |a - b| / |b| over all elements. */
inline double
RelativeDifference(const at::Tensor & a, const at::Tensor & b)
{
  const at::Tensor reference = b.to(at::kDouble).flatten();
  return ((a.to(at::kDouble).flatten() - reference).norm() / reference.norm()).item<double>();
}
} // namespace test
} // namespace tweedie

#endif
