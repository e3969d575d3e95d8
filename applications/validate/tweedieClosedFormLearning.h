// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieClosedFormLearning_h
#define tweedieClosedFormLearning_h

#include "tweedieClosedFormPriors.h"
#include "tweedieProgress.h"

#include <cstdint>

namespace tweedie
{
/** A network in the place of an exact denoiser, and that denoiser again, both of which tell D(x, sigma), its Jacobian
 * and the prior's variance, and no covariance in closed form: a method treats the data alike with both. */
struct LearnedPrior
{
  DenoiserPointer exact; ///< null: none
  DenoiserPointer network;
  /** E|D_network - D|^2 / E|x0 - D|^2 at states x0 + sigma n, over noise levels whose logarithms are uniform between a
   * twentieth of the largest deviation and twice it: the share by which the network's loss is above the least. */
  double excess = 0.0;
};

/** Trains the U-Net of tweedie train, all pixels of which are channels of one, on 50000 draws of the prior. */
LearnedPrior LearnClosedForm(const ClosedFormPrior & prior, std::int64_t steps, const ProgressCallback & progress);
} // namespace tweedie

#endif
