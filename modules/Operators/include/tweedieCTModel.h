// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCTModel_h
#define tweedieCTModel_h

#include "tweedieCTScan.h"
#include "tweedieLinearOperator.h"

#include <ATen/core/Tensor.h>

namespace tweedie
{
/** The forward model of a scan and how its numbers become batches.
 *
 * Slice by slice (parallel rays and fans whose rows are the slices of the image): one projector of one slice, a batch
 * of all: data [slice, 1, view, 1, column], images [slice, 1, 1, y, x], in the order of the slices. Else, or where it
 * is asked for, the volume as a whole, a batch of one. */
class CTModel
{
public:
  /** Throws DataError as RequireScan and JosephProjector. */
  CTModel(const CTScan & scan, const Grid & image, bool asVolume = false);

  const LinearOperatorPointer &
  Projector() const
  {
    return m_Projector;
  }
  bool
  IsSliceBySlice() const
  {
    return m_IsSliced;
  }
  /** Geometry, detector and grid of one entry of the batch. */
  const CTGeometry &
  Geometry() const
  {
    return m_Geometry;
  }
  const CTDetector &
  Detector() const
  {
    return m_Detector;
  }
  const Grid &
  EntryGrid() const
  {
    return m_Entry;
  }
  /** Numbers on the detector as a batch. */
  at::Tensor Batch(const Volume & projections) const;
  /** The inverse of Batch, on the grid of the projections. */
  Volume Projections(const at::Tensor & batch, const Grid & grid) const;
  /** Images as a volume on the grid. */
  Volume Image(const at::Tensor & batch) const;
  /** A volume on the grid as images. */
  at::Tensor ImageBatch(const Volume & volume) const;

private:
  LinearOperatorPointer m_Projector;
  CTGeometry m_Geometry;
  CTDetector m_Detector;
  Grid m_Image;
  Grid m_Entry;
  bool m_IsSliced = false;
  bool m_IsReversed = false; ///< row 0 is the last slice
};

/** The grid to reconstruct on where none is given: the one that the scan recorded. Throws UsageError without one. */
Grid ImageGridOf(const CTScan & scan);

/** Pixels of this size, centred on the axis; slices at the rows of the detector (parallel, fan), or as many and as far
 * apart as pixels along x, about the middle of the focal spots' heights (cone). spacing: mm; x and y. */
Grid CenteredImageGrid(const CTScan & scan, std::int64_t x, std::int64_t y, double spacingX, double spacingY);
} // namespace tweedie

#endif
