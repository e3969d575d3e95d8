// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePapersMethods_h
#define tweediePapersMethods_h

#include "tweediePosteriorOptions.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tweedie
{
/** One row of the suite: a method, and how often it may ask the network. */
struct PapersMethod
{
  std::string name;       ///< of files and rows: "rmp-200", "tv"
  std::string label;      ///< for people
  std::string method;     ///< a row of a method table
  std::int64_t calls = 0; ///< network calls for an image at most, samples included; 0: a classical method
};

/** The classical methods of these names, then every row of EstimatorTable() with every number of calls. */
std::vector<PapersMethod> PapersMethods(const std::vector<std::string> & classical, const std::vector<double> & calls);

/** Sets samples and steps of options.method so that an image costs at most that many network calls:
 *
 *    a sampler        2 to 8 samples of at least 12 calls, all alike
 *    rmp              half for the mean over 2 or 4 noisy states, half for the samples of options.sampler beside it
 *    pnp-dm           the square root of a sample's share in each iteration's reverse diffusion
 *    red-diff         up to 10 steps of Adam a level
 *    another point    one chain */
void SpendCalls(std::int64_t calls, PosteriorOptions & options);
} // namespace tweedie

#endif
