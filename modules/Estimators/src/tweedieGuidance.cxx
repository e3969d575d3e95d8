// SPDX-License-Identifier: Apache-2.0
#include "tweedieGuidance.h"

#include "tweedieError.h"
#include "tweedieGuidanceRows.h"

namespace tweedie
{
const std::vector<GuidanceRow> &
GuidanceTable()
{
  static const std::vector<GuidanceRow> table{
      {"exact", "the conditional mean itself, for closed-form priors", MakeExactGuidance},
      {"pigdm", "covariance product or r^2, network Jacobian; exact for Gaussian priors", MakePigdmGuidance},
      {"dps", "gradient of the data fit of D(x) through the network", MakeDpsGuidance},
      {"proximal", "data fit against the distance to D(x), no Jacobian", MakeProximalGuidance},
  };
  return table;
}

GuidancePointer
MakeGuidance(const std::string & name, const GuidanceInputs & inputs)
{
  std::string names;
  for (const GuidanceRow & row : GuidanceTable())
  {
    if (name == row.name)
    {
      const bool exact = name == "exact" && inputs.conditioned;
      return !inputs.likelihood && !exact ? MakePriorGuidance(inputs) : row.make(inputs);
    }
    names += (names.empty() ? "" : ", ") + std::string(row.name);
  }
  throw UsageError("guidance: given '" + name + "'; required one of " + names);
}
} // namespace tweedie
