// SPDX-License-Identifier: Apache-2.0
#include "tweediePythonScans.h"

#include "tweediePythonArrays.h"

#include "tweedieError.h"

#include <pybind11/stl.h>

#include <algorithm>
#include <iterator>
#include <string>

namespace py = pybind11;

namespace tweedie
{
namespace python
{
namespace
{
constexpr const char * beamNames[] = {"parallel", "fan", "cone"};

CTBeam
BeamOf(const std::string & name)
{
  const auto * const found = std::find(std::begin(beamNames), std::end(beamNames), name);
  if (found == std::end(beamNames))
  {
    throw UsageError("beam: given " + name + "; required parallel, fan or cone");
  }
  return static_cast<CTBeam>(found - std::begin(beamNames));
}

} // namespace

Grid
SizedGridOf(const py::object & tree)
{
  const auto grid = tree.cast<py::dict>();
  const auto size = grid["size"].cast<std::array<std::int64_t, 3>>();
  return GridOf(grid, size[2], size[1], size[0]);
}
MRIScan
MRIScanOf(const py::dict & tree)
{
  MRIScan scan;
  scan.kspace = VolumeOf(tree["kspace"]);
  scan.mask = VolumeOf(tree["mask"]);
  scan.trajectory = VolumeOf(tree["trajectory"]);
  scan.density = VolumeOf(tree["density"]);
  if (!tree["image_grid"].is_none())
  {
    scan.imageGrid = SizedGridOf(tree["image_grid"]);
  }
  scan.field.frequency = VolumeOf(tree["field_map"]);
  scan.field.dwellTime = tree["dwell_time"].cast<double>();
  scan.sensitivities = VolumeOf(tree["sensitivities"]);
  scan.noise = tree["noise"].cast<std::optional<double>>();
  scan.scale = tree["scale"].cast<double>();
  scan.warnings = tree["warnings"].cast<std::vector<std::string>>();
  return scan;
}

py::dict
TreeOf(const MRIScan & scan)
{
  py::dict tree;
  tree["kspace"] = ImageOf(scan.kspace);
  tree["mask"] = ImageOf(scan.mask);
  tree["trajectory"] = ImageOf(scan.trajectory);
  tree["density"] = ImageOf(scan.density);
  tree["image_grid"] = IsCartesian(scan) ? py::object(py::none()) : TreeOf(scan.imageGrid);
  tree["field_map"] = ImageOf(scan.field.frequency);
  tree["dwell_time"] = scan.field.dwellTime;
  tree["sensitivities"] = ImageOf(scan.sensitivities);
  tree["noise"] = scan.noise;
  tree["scale"] = scan.scale;
  tree["warnings"] = scan.warnings;
  return tree;
}

CTGeometry
CTGeometryOf(const py::dict & tree)
{
  const auto views = py::array_t<double, py::array::c_style | py::array::forcecast>::ensure(tree["views"]);
  if (!views || views.ndim() != 3 || views.shape(1) != 4 || views.shape(2) != 3)
  {
    throw DataError("geometry: views of another shape; required [view, 4, 3]: source, detector, along u, along v");
  }
  CTGeometry geometry;
  geometry.beam = BeamOf(tree["beam"].cast<std::string>());
  geometry.detectorRadius = tree["detector_radius"].cast<double>();
  const auto numbers = views.unchecked<3>();
  for (py::ssize_t view = 0; view < views.shape(0); ++view)
  {
    const auto vector = [&](py::ssize_t row) {
      return Vector3{numbers(view, row, 0), numbers(view, row, 1), numbers(view, row, 2)};
    };
    geometry.views.push_back({vector(0), vector(1), vector(2), vector(3)});
  }
  geometry.Require();
  return geometry;
}

py::dict
TreeOf(const CTGeometry & geometry)
{
  py::array_t<double> views({static_cast<py::ssize_t>(geometry.views.size()), py::ssize_t{4}, py::ssize_t{3}});
  auto numbers = views.mutable_unchecked<3>();
  for (std::size_t i = 0; i < geometry.views.size(); ++i)
  {
    const CTView & view = geometry.views[i];
    const Vector3 rows[] = {view.source, view.detector, view.alongU, view.alongV};
    for (py::ssize_t row = 0; row < 4; ++row)
    {
      for (py::ssize_t axis = 0; axis < 3; ++axis)
      {
        numbers(static_cast<py::ssize_t>(i), row, axis) = rows[row][static_cast<std::size_t>(axis)];
      }
    }
  }
  py::dict tree;
  tree["beam"] = beamNames[static_cast<std::size_t>(geometry.beam)];
  tree["detector_radius"] = geometry.detectorRadius;
  tree["views"] = views;
  return tree;
}

CTScan
CTScanOf(const py::dict & tree)
{
  CTScan scan;
  scan.geometry = CTGeometryOf(tree["geometry"].cast<py::dict>());
  scan.projections = VolumeOf(tree["projections"]);
  scan.isCounts = tree["is_counts"].cast<bool>();
  scan.photons = tree["photons"].cast<std::optional<double>>();
  scan.electronic = tree["electronic"].cast<double>();
  scan.scatter = tree["scatter"].cast<double>();
  if (!tree["image_grid"].is_none())
  {
    scan.image = SizedGridOf(tree["image_grid"]);
  }
  scan.muWater = tree["mu_water"].cast<std::optional<double>>();
  scan.warnings = tree["warnings"].cast<std::vector<std::string>>();
  return scan;
}

py::dict
TreeOf(const CTScan & scan)
{
  py::dict tree;
  tree["geometry"] = TreeOf(scan.geometry);
  tree["projections"] = ImageOf(scan.projections);
  tree["is_counts"] = scan.isCounts;
  tree["photons"] = scan.photons;
  tree["electronic"] = scan.electronic;
  tree["scatter"] = scan.scatter;
  tree["image_grid"] = scan.image ? py::object(TreeOf(*scan.image)) : py::object(py::none());
  tree["mu_water"] = scan.muWater;
  tree["warnings"] = scan.warnings;
  return tree;
}
} // namespace python
} // namespace tweedie
