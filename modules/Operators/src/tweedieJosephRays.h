// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieJosephRays_h
#define tweedieJosephRays_h

#include "tweedieCTGeometry.h"
#include "tweedieJosephKernels.h"

#include <vector>

namespace tweedie
{
/** Where a detector row is in a stack of slices: between slice and slice + 1, with the weight of the latter. */
struct JosephRow
{
  std::int64_t slice;
  double weight;
};

/** The rays of a scan through a grid, view by view, each view's in the order in which neighbours follow each other in
 * memory: columns, within them rows; of a stack one ray for all rows. */
class JosephRays
{
public:
  /** The rays of a detector column: start + v startPerV, step + v stepPerV in voxels, the step being of the length
   * sqrt(squares of 1, v, v^2) in mm. */
  struct Column
  {
    Vector3 start{};
    Vector3 startPerV{};
    Vector3 step{};
    Vector3 stepPerV{};
    std::array<double, 3> squares{1.0, 0.0, 0.0};
  };

  /** Of what was checked before. */
  JosephRays(CTGeometry geometry, const CTDetector & detector, const Grid & grid);

  bool
  IsStack() const
  {
    return !m_Rows.empty();
  }
  /** Of a stack: its rows. */
  const std::vector<JosephRow> &
  Rows() const
  {
    return m_Rows;
  }
  const CTDetector &
  Detector() const
  {
    return m_Detector;
  }
  std::int64_t
  Views() const
  {
    return static_cast<std::int64_t>(m_Geometry.views.size());
  }
  std::int64_t PerView() const;
  /** Size of the grid along x, y, z. */
  const std::array<std::int64_t, 3> &
  Size() const
  {
    return m_Size;
  }

  /** Whether rays are whole lines. */
  bool
  AreLines() const
  {
    return m_Geometry.beam == CTBeam::Parallel;
  }
  Column ColumnOf(std::int64_t view, std::int64_t column) const;

  /** The rays of the views [begin, end): those that are kept, or made into buffer. */
  const JosephRay * Of(std::int64_t begin, std::int64_t end, std::vector<JosephRay> & buffer) const;

private:
  void FindRows();
  CTIndexRay IndexRay(std::int64_t view, std::int64_t row, std::int64_t column) const;
  JosephRay Make(const Vector3 & start, const Vector3 & step, double length) const;
  void Fill(std::int64_t begin, std::int64_t end, JosephRay * rays) const;

  CTGeometry m_Geometry;
  CTDetector m_Detector;
  std::array<std::int64_t, 3> m_Size;
  CTIndexMap m_Map;
  std::vector<JosephRow> m_Rows;
  std::vector<JosephRay> m_Kept; ///< all of them, where they are few
};
} // namespace tweedie

#endif
