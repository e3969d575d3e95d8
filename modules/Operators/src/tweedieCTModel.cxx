// SPDX-License-Identifier: Apache-2.0
#include "tweedieCTModel.h"

#include "tweedieError.h"
#include "tweedieJosephProjector.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr double heightTolerance = 0.01; // of a slice

/** Height of the first row along the axis, from the detector's own; the same in all views, or not-a-number. */
double
FirstHeight(const CTGeometry & geometry, const CTDetector & detector)
{
  double height = 0.0;
  for (std::size_t k = 0; k < geometry.views.size(); ++k)
  {
    const CTView & view = geometry.views[k];
    const double here = view.detector[1] + detector.originV * view.alongV[1];
    const bool isUpright = std::abs(view.alongV[1] - 1.0) < 1e-9;
    const bool isLevel = geometry.beam != CTBeam::Parallel || std::abs(view.source[1]) < 1e-9;
    if (!isUpright || !isLevel || (k > 0 && std::abs(here - height) > heightTolerance * detector.pitchV))
    {
      return std::nan("");
    }
    height = here;
  }
  return height;
}

/** Whether rows are slices; reversed: from the last to the first. */
bool
RowsAreSlices(const CTGeometry & geometry, const CTDetector & detector, const Grid & grid, bool & isReversed)
{
  const double up = grid.direction[8];
  if (geometry.beam == CTBeam::Cone || detector.rows != grid.size.z || std::abs(std::abs(up) - 1.0) > 1e-6)
  {
    return false;
  }
  isReversed = up < 0.0;
  const double last = static_cast<double>(grid.size.z - 1);
  const double lowest = grid.origin[2] + (isReversed ? up * last * grid.spacing.z : 0.0);
  const double pitch = detector.rows > 1 ? detector.pitchV : grid.spacing.z;
  const double tolerance = heightTolerance * grid.spacing.z;
  const double first = FirstHeight(geometry, detector);
  return std::abs(first - lowest) <= tolerance && std::abs(pitch - grid.spacing.z) * last <= tolerance;
}
/** Halfway between the lowest and the highest focal spot; 0 for detectors that do not stand upright. */
double
MiddleHeight(const CTGeometry & geometry)
{
  double low = geometry.views[0].source[1], high = low;
  for (const CTView & view : geometry.views)
  {
    if (std::abs(view.alongV[1] - 1.0) > 1e-9)
    {
      return 0.0;
    }
    low = std::min(low, view.source[1]);
    high = std::max(high, view.source[1]);
  }
  return 0.5 * (low + high);
}
} // namespace

CTModel::CTModel(const CTScan & scan, const Grid & image, bool asVolume)
    : m_Geometry(scan.geometry), m_Detector(DetectorOf(scan.projections.GetGrid())), m_Image(image), m_Entry(image)
{
  RequireScan(scan);
  m_IsSliced = !asVolume && RowsAreSlices(m_Geometry, m_Detector, image, m_IsReversed);
  if (m_IsSliced)
  {
    m_Detector.rows = 1;
    m_Entry = image.Slices(m_IsReversed ? image.size.z - 1 : 0, 1);
  }
  m_Projector = std::make_shared<const JosephProjector>(m_Geometry, m_Detector, m_Entry);
}

at::Tensor
CTModel::Batch(const Volume & projections) const
{
  const at::Tensor all = TensorView(projections); // [1, view, row, column]
  if (!m_IsSliced)
  {
    return all.unsqueeze(0);
  }
  const at::Tensor rows = all.permute({2, 0, 1, 3}).unsqueeze(3);
  return (m_IsReversed ? rows.flip({0}) : rows).contiguous();
}

Volume
CTModel::Projections(const at::Tensor & batch, const Grid & grid) const
{
  if (!m_IsSliced)
  {
    return VolumeFromTensor(batch[0], grid);
  }
  const at::Tensor rows = m_IsReversed ? batch.flip({0}) : batch;
  return VolumeFromTensor(rows.squeeze(3).permute({1, 2, 0, 3}), grid);
}

Volume
CTModel::Image(const at::Tensor & batch) const
{
  return m_IsSliced ? VolumeFromSliceBatch(batch, m_Image) : VolumeFromTensor(batch[0], m_Image);
}

at::Tensor
CTModel::ImageBatch(const Volume & volume) const
{
  const Axes<std::int64_t> & size = volume.GetGrid().size;
  if (size != m_Image.size || volume.IsComplex() || volume.Channels() != 1)
  {
    throw DataError("CT: given an image of another size than the grid, or not of one real number a voxel; required "
                    "such");
  }
  return m_IsSliced ? SliceBatch(volume) : TensorView(volume).unsqueeze(0);
}

Grid
ImageGridOf(const CTScan & scan)
{
  if (!scan.image)
  {
    throw UsageError("CT: given projections without a record of the image's grid; required --like, or --size and "
                     "--spacing");
  }
  return *scan.image;
}

Grid
CenteredImageGrid(const CTScan & scan, std::int64_t x, std::int64_t y, double spacingX, double spacingY)
{
  const CTDetector detector = DetectorOf(scan.projections.GetGrid());
  const bool isCone = scan.geometry.beam == CTBeam::Cone;
  Grid grid;
  grid.size = {isCone ? x : detector.rows, y, x};
  grid.spacing = {isCone ? spacingX : detector.pitchV, spacingY, spacingX};
  grid.origin = {-0.5 * static_cast<double>(x - 1) * spacingX,
                 -0.5 * static_cast<double>(y - 1) * spacingY,
                 -0.5 * static_cast<double>(grid.size.z - 1) * grid.spacing.z};
  if (isCone)
  {
    grid.origin[2] += MiddleHeight(scan.geometry);
  }
  else
  {
    const double first = FirstHeight(scan.geometry, detector);
    grid.origin[2] = std::isfinite(first) ? first : grid.origin[2];
  }
  return grid;
}
} // namespace tweedie
