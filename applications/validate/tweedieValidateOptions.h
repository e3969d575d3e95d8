// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieValidateOptions_h
#define tweedieValidateOptions_h

#include "tweedieOptions.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tweedie
{
/** What is validated where the posterior is known, and how closely. */
struct ValidateClosedFormOptions
{
  std::string output;
  std::vector<std::string> only;
  std::int64_t draws = 300;
  std::int64_t cases = 30;
  std::int64_t trainingSteps = 2000;

  void Visit(OptionVisitor & v);
};
} // namespace tweedie

#endif
