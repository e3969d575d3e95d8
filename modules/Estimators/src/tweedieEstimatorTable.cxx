// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieEstimatorRows.h"

namespace tweedie
{
const std::vector<EstimatorRow> &
EstimatorTable()
{
  static const std::vector<EstimatorRow> table{
      {"rmp", "reverse mean propagation: one chain, an estimate of the mean", MakeRmpEstimator},
      {"dps", "ancestral samples pulled by the data gradient", MakeDpsEstimator},
      {"daps", "samples by decoupled annealing with exact inner draws", MakeDapsEstimator},
      {"reference", "reverse SDE with the exact conditional score, closed-form priors only", MakeReferenceEstimator},
  };
  return table;
}

std::unique_ptr<Estimator>
MakeEstimator(const std::string & name)
{
  std::string names;
  for (const EstimatorRow & row : EstimatorTable())
  {
    if (name == row.name)
    {
      return row.make();
    }
    names += (names.empty() ? "" : ", ") + std::string(row.name);
  }
  throw UsageError("method: given '" + name + "'; required one of " + names);
}
} // namespace tweedie
