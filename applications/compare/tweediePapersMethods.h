// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePapersMethods_h
#define tweediePapersMethods_h

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
} // namespace tweedie

#endif
