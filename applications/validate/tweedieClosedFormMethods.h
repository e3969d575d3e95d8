// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieClosedFormMethods_h
#define tweedieClosedFormMethods_h

#include "tweedieClosedFormProblem.h"

#include <string>
#include <vector>

namespace tweedie
{
/** One way to run a method. */
struct ClosedFormMethod
{
  std::string name;  ///< "daps-scalar"
  std::string label; ///< for people
  EstimatorOptions options;
};

/** Every row of EstimatorTable() with its defaults, and the variants that differ in bias. */
std::vector<ClosedFormMethod> ClosedFormMethods();

/** Options of a run: 200 levels from 50 largest deviations of the prior down to a twentieth of the posterior's; 100
 * from 20 where the posterior has no closed form. */
EstimatorOptions ClosedFormOptions(const ClosedFormProblem & problem,
                                   const ClosedFormMethod & method,
                                   std::int64_t draws,
                                   std::int64_t seed);
} // namespace tweedie

#endif
