// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieOffResonanceSegments_h
#define tweedieOffResonanceSegments_h

#include <ATen/core/Tensor.h>

namespace tweedie
{
/** exp(-2 pi i f t) ~ sum_l c_l(f) b_l(t); see OffResonanceOperator. */
struct OffResonanceSegments
{
  at::Tensor basis;        ///< [segment, sample], complex double
  at::Tensor coefficients; ///< [segment, ...], as field
};

/** field: real [...] in Hz; times: real [sample] in s; name: of the operator, for messages. Throws DataError for other
 * types and numbers that are not finite, UsageError for a tolerance that is not between 1e-12 and 1. */
OffResonanceSegments
SegmentOffResonance(const at::Tensor & field, const at::Tensor & times, double tolerance, const char * name);
} // namespace tweedie

#endif
