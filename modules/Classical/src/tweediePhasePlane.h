// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhasePlane_h
#define tweediePhasePlane_h

#include "tweedieMagnitudeProjector.h"
#include "tweediePhaseIterations.h"

#include <limits>
#include <vector>

namespace tweedie
{
/** One start on its way: the padded plane, whose first rows and columns hold the object. */
template <typename TNumber> class PhasePlane
{
public:
  using Projector = MagnitudeProjector<TNumber>;
  using Real = typename Projector::Real;

  /** support, start: of rows x columns of the object. */
  PhasePlane(const Projector & projector,
             const PhaseIterationOptions & options,
             bool isNonNegative,
             const Real * support,
             const TNumber * start,
             std::int64_t rows,
             std::int64_t columns);

  /** Iterations first to last - 1 of options.iterations. */
  void Advance(std::int64_t first, std::int64_t last);

  /** Looks at the last iterate once more; writes the best one and returns its residual. */
  double Finish(TNumber * image);

  std::int64_t
  Transforms() const
  {
    return m_Transforms;
  }

private:
  using Plane = std::vector<TNumber>;

  void Iterate(std::int64_t iteration);
  void Smooth(std::int64_t iteration);
  void StepOfDifferenceMap(std::int64_t iteration);
  void Look();
  void ConsiderProjected();
  void Consider(const Plane & allowed);
  void ShrinkSupport(std::int64_t iteration);
  double Project(const Plane & from, Plane & to);

  const Projector & m_Projector;
  const PhaseIterationOptions & m_Options;
  Real m_Limit; // of pixels inside
  std::int64_t m_Rows;
  std::int64_t m_Columns;
  std::vector<Real> m_Support; // of the plane, as it is now
  std::vector<Real> m_Widest;  // as given
  Plane m_Iterate;
  Plane m_Projected;
  Plane m_Work;
  Plane m_Best;
  double m_LeastResidual = std::numeric_limits<double>::infinity();
  std::int64_t m_Transforms = 0;
};
} // namespace tweedie

#endif
