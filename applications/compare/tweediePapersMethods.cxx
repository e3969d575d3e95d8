// SPDX-License-Identifier: Apache-2.0
#include "tweediePapersMethods.h"

#include "tweedieEstimator.h"

#include <cmath>

namespace tweedie
{
std::vector<PapersMethod>
PapersMethods(const std::vector<std::string> & classical, const std::vector<double> & calls)
{
  std::vector<PapersMethod> methods;
  for (const std::string & name : classical)
  {
    methods.push_back({name, name, name, 0});
  }
  for (const EstimatorRow & row : EstimatorTable())
  {
    for (const double most : calls)
    {
      const std::string number = std::to_string(std::llround(most));
      const std::string name = row.name;
      methods.push_back(
          {name + '-' + number, calls.size() == 1 ? name : name + ", " + number, name, std::llround(most)});
    }
  }
  return methods;
}
} // namespace tweedie
