// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieNullSpaceAudit_h
#define tweedieNullSpaceAudit_h

#include "tweedieScanStudy.h"

#include <ATen/core/Tensor.h>

namespace tweedie
{
/** What of an image and of its uncertainty the data of a linear model do not see, by P_r = A^+ A (MeasuredPart):
 *
 *    share of energy     |P_n xbar|^2 / |xbar|^2
 *    share of variance   sum_i |P_n d_i|^2 / sum_i |d_i|^2,   d_i = x_i - xbar
 *
 * Source: Bhadra, Kelkar, Brooks and Anastasio (2021). */
struct NullSpaceAudit
{
  at::Tensor unmeasured;    ///< P_n xbar [B, shape...]: what only the prior says
  at::Tensor varianceShare; ///< of each pixel, [B, 1, z, y, x], in 0 ... 1
  double energyShare = 0.0;
  double varianceShareOfAll = 0.0;
};

/** images: [n, B, shape...], n >= 2. */
NullSpaceAudit AuditNullSpace(const ScanStudy & study, const at::Tensor & images);
} // namespace tweedie

#endif
