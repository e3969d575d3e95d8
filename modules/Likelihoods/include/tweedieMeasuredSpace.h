// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMeasuredSpace_h
#define tweedieMeasuredSpace_h

#include "tweedieLikelihood.h"

#include <ATen/core/Tensor.h>

namespace tweedie
{
/** P_r x = A^+ A x: the part of x [B, shape...] that a linear forward model sees, by conjugate gradients from zero,
 * whose limit is the solution of least norm.
 *
 *    argmin_z |z|^2  over all z with  A z = A x
 *
 * What is not reached in at most that many steps, or to that residual of the normal equations, counts as not seen:
 * directions that A weakens much. What was not measured (a mask) has no part in A; the noise plays none. The
 * likelihood's batch must be 1 or B. Source: Bhadra, Kelkar, Brooks and Anastasio (2021), where A^+ is the
 * pseudo-inverse. */
at::Tensor
MeasuredPart(const Likelihood & likelihood, const at::Tensor & x, std::int64_t steps = 30, double tolerance = 1e-3);
} // namespace tweedie

#endif
