// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhaseModel_h
#define tweediePhaseModel_h

#include "tweedieLinearOperator.h"
#include "tweediePhaseScan.h"
#include "tweediePropagationOperator.h"

namespace tweedie
{
/** A scan as the methods take it, batch entry = object. */
class PhaseModel
{
public:
  /** Throws DataError for an inconsistent scan, UsageError for distances that its sampling does not allow. */
  explicit PhaseModel(const PhaseScan & scan);

  /** A of |A x|: waves [objects or 1, patterns, 1, y, x] of objects [.., 1, 1, y, x]. */
  const LinearOperatorPointer &
  Wave() const
  {
    return m_Wave;
  }

  /** d of A^H A = diag(d); in the near field, which may lose waves that do not travel, <=: [1 or objects, 1, 1, y, x].
   */
  const at::Tensor &
  Diagonal() const
  {
    return m_Diagonal;
  }

  /** Amplitudes [objects, patterns, 1, y, x]: as they are, or of counts n with the mean m = g |A x|^2 + dark
   *
   *    b = (max(n + 1/4 - dark, 0) / g)^(1/2),   whose mean is |A x| up to a term in m^(-3/2)  (Bartlett 1947). */
  const at::Tensor &
  Amplitude() const
  {
    return m_Amplitude;
  }

  /** Standard deviation of an amplitude: the scan's noise, or of counts 1/2 (n / (n - dark) / g)^(1/2), like them.
   * Undefined where it is not known. */
  const at::Tensor &
  Deviation() const
  {
    return m_Deviation;
  }

  /** Zeros and ones like the amplitudes; undefined: all were measured. */
  const at::Tensor &
  Measured() const
  {
    return m_Measured;
  }

  /** Where objects may differ from zero: [1 or objects, 1, 1, y, x]. */
  const at::Tensor &
  Support() const
  {
    return m_Support;
  }

private:
  LinearOperatorPointer m_Wave;
  at::Tensor m_Diagonal;
  at::Tensor m_Amplitude;
  at::Tensor m_Deviation;
  at::Tensor m_Measured;
  at::Tensor m_Support;
};

/** What a near-field scan says of its planes, as parallel light. Throws UsageError for several distances behind a point
 * source, whose patterns have a pitch each. */
PropagationGeometry PropagationOf(const PhaseScan & scan);

/** Patterns or masks of a scan as a batch [objects, patterns, 1, y, x] (a view), and back on a grid. */
at::Tensor PatternBatch(const Volume & patterns);
Volume PatternVolume(const at::Tensor & batch, const Grid & grid);
} // namespace tweedie

#endif
