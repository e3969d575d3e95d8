// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieFamiliarityAudit_h
#define tweedieFamiliarityAudit_h

#include <ATen/core/Tensor.h>

#include <vector>

namespace tweedie
{
class NetworkDenoiser;

/** Whether samples are images of the kind that the prior was trained on. */
struct FamiliarityAudit
{
  std::vector<double> errors;   ///< DenoisingErrors of the samples' median, a level each
  std::vector<double> training; ///< the largest quantile that the card states of training images
  double excess = 0.0;          ///< largest of errors / training; not-a-number where the card states none
};

/** images [n, 1, shape...] in units of the prior. */
FamiliarityAudit AuditFamiliarity(const NetworkDenoiser & prior, const at::Tensor & images);
} // namespace tweedie

#endif
