// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieProgress_h
#define tweedieProgress_h

#include <cstdint>
#include <functional>
#include <string>

namespace tweedie
{
/** What a long computation reports after each step. */
struct ProgressReport
{
  std::string task;        ///< what is being done, for people ("rmp slices 0-7")
  std::int64_t step = 0;   ///< steps done, over the whole task
  std::int64_t steps = 0;  ///< steps in all
  double noiseLevel = 0.0; ///< current sigma of the chain; 0 where it has no meaning
  double elapsedSeconds = 0.0;
  std::string note; ///< a short figure worth watching ("loss 0.123"); may be empty
};

/** Called after each step; returning false stops the computation with tweedie::Aborted. May be empty. */
using ProgressCallback = std::function<bool(const ProgressReport &)>;
} // namespace tweedie

#endif
