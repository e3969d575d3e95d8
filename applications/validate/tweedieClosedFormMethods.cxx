// SPDX-License-Identifier: Apache-2.0
#include "tweedieClosedFormMethods.h"

#include "tweedieDapsEstimator.h"
#include "tweedieDpsEstimator.h"
#include "tweedieRmpEstimator.h"

namespace tweedie
{
namespace
{
ClosedFormMethod
Variant(const std::string & name, const std::string & method, const std::string & label)
{
  ClosedFormMethod variant{name, label, {}};
  variant.options.method = method;
  return variant;
}
} // namespace

std::vector<ClosedFormMethod>
ClosedFormMethods()
{
  std::vector<ClosedFormMethod> methods;
  for (const EstimatorRow & row : EstimatorTable())
  {
    methods.push_back(Variant(row.name, row.name, row.name));
  }
  methods.push_back(Variant("rmp-pigdm", "rmp", "rmp, pigdm with the covariance product"));
  methods.back().options.guidance = "pigdm";
  methods.push_back(Variant("rmp-proximal", "rmp", "rmp, proximal"));
  methods.back().options.guidance = "proximal";
  methods.push_back(Variant("dps-plain", "dps", "dps, un-normalised"));
  methods.back().options.Of<DpsSettings>().normalize = false;
  methods.push_back(Variant("daps-scalar", "daps", "daps, scalar r^2"));
  methods.back().options.covariance = "scalar";
  methods.push_back(Variant("daps-released", "daps", "daps, ODE, r = sigma, released weight 50"));
  DapsSettings & released = methods.back().options.Of<DapsSettings>();
  released.estimate = "flow";
  released.radius = "sigma";
  released.dataWeight = 50.0;
  return methods;
}

EstimatorOptions
ClosedFormOptions(const ClosedFormProblem & problem,
                  const ClosedFormMethod & method,
                  std::int64_t draws,
                  std::int64_t seed)
{
  EstimatorOptions options = method.options;
  const bool isClosed = problem.posterior != nullptr;
  options.steps = isClosed ? 200 : 100;
  options.samples = draws;
  options.start = "mean";
  options.schedule = "geometric";
  options.sigmaMaximum = (isClosed ? 50.0 : 20.0) * problem.largestDeviation;
  options.sigmaMinimum = 0.05 * problem.smallestDeviation;
  options.batch = draws;
  options.seed = seed;
  return options;
}
} // namespace tweedie
