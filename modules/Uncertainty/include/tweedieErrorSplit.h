// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieErrorSplit_h
#define tweedieErrorSplit_h

#include "tweedieLikelihood.h"

#include <ATen/core/Tensor.h>

namespace tweedie
{
/** An error as the part that the data could have told and the part that only the prior could:
 *
 *    e = P_r e + P_n e,   |e|^2 = |P_r e|^2 + |P_n e|^2,   P_r: MeasuredPart */
struct ErrorSplit
{
  at::Tensor measured;      ///< P_r e, as the error
  at::Tensor unmeasured;    ///< P_n e
  double measuredRms = 0.0; ///< root mean square over all elements; of a complex one |e|^2
  double unmeasuredRms = 0.0;
  double unmeasuredShare = 0.0; ///< |P_n e|^2 / |e|^2; 0 for no error
};

/** error [B, shape...] in the units of the likelihood's image; linear forward model. steps, tolerance: as in
 * MeasuredPart. Throws DataError for an error that is not finite. */
ErrorSplit
SplitError(const Likelihood & likelihood, const at::Tensor & error, std::int64_t steps = 30, double tolerance = 1e-3);
} // namespace tweedie

#endif
