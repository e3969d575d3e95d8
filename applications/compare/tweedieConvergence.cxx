// SPDX-License-Identifier: Apache-2.0
#include "tweedieConvergence.h"

#include "tweedieGaussianLikelihood.h"
#include "tweedieRmpEstimator.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr double highest = 50.0;
constexpr double lowest = 0.02;
constexpr double settled = 40.0; // fewer levels, and terms of second order bend the line

const AblationProblem &
Find(const std::vector<AblationProblem> & problems, const std::string & name)
{
  return *std::find_if(
      problems.begin(), problems.end(), [&name](const AblationProblem & problem) { return problem.name == name; });
}

at::Tensor
End(const AblationProblem & problem,
    const std::string & guidance,
    const std::string & schedule,
    std::int64_t steps,
    const ProgressCallback & progress)
{
  EstimatorOptions options;
  options.method = "rmp";
  options.guidance = guidance;
  options.schedule = schedule;
  options.steps = steps;
  options.sigmaMaximum = highest;
  options.sigmaMinimum = lowest;
  options.start = "zero";
  options.Of<RmpSettings>().propagation = "closed";
  return RunEstimator(problem.problem, options, progress).mean;
}

/** Where the chain with the likelihood of dps ends for a prior N(0, 1), in the limit of many levels. */
at::Tensor
LimitOfDps(const AblationProblem & problem)
{
  const auto & likelihood = dynamic_cast<const GaussianLikelihood &>(*problem.problem.likelihood);
  const at::Tensor & y = likelihood.Data();
  const at::Tensor k = 1.0 / likelihood.ComponentVariance();
  const auto time = [](double sigma) { return 1.0 / (1.0 + sigma * sigma); };
  const at::Tensor u = y * (1.0 - (-k * (time(lowest) - time(highest))).exp());
  return u + k * (y - u) * (lowest * lowest * time(lowest)); // D_y at the last level
}

/** The chain's error is of first order. */
at::Tensor
Extrapolated(const AblationProblem & problem, const ProgressCallback & progress)
{
  const at::Tensor near = End(problem, "exact", "geometric", 2560, progress);
  return near * 2.0 - End(problem, "exact", "geometric", 1280, progress);
}
} // namespace

double
LogLogSlope(const std::vector<double> & x, const std::vector<double> & y, double from)
{
  double n = 0.0, sx = 0.0, sy = 0.0, sxx = 0.0, sxy = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i)
  {
    if (x[i] >= from)
    {
      const double u = std::log(x[i]);
      const double v = std::log(y[i]);
      n += 1.0;
      sx += u;
      sy += v;
      sxx += u * u;
      sxy += u * v;
    }
  }
  return (n * sxy - sx * sy) / (n * sxx - sx * sx);
}

std::vector<ConvergenceCurve>
ConvergenceCurves(const std::vector<AblationProblem> & problems, const ProgressCallback & progress)
{
  struct Case
  {
    std::string name, label, guidance;
    const AblationProblem & problem;
    at::Tensor limit;
  };
  const AblationProblem & gaussian = Find(problems, "gaussian");
  const AblationProblem & modes = Find(problems, "two-modes");
  const std::vector<Case> cases{
      {"gaussian-exact", "Gaussian, exact guidance, to the mean", "exact", gaussian, gaussian.mean.unsqueeze(0)},
      {"gaussian-dps", "Gaussian, dps, to its limit", "dps", gaussian, LimitOfDps(gaussian)},
      {"two-modes-exact", "two modes, exact guidance, to its limit", "exact", modes, Extrapolated(modes, progress)}};
  std::vector<ConvergenceCurve> curves;
  for (const Case & one : cases)
  {
    for (const std::string kind : {"VE", "VP"})
    {
      ConvergenceCurve curve;
      curve.name = one.name + (kind == "VE" ? "-ve" : "-vp");
      curve.label = kind + ", " + one.label;
      for (const std::int64_t steps : {10, 20, 40, 80, 160, 320, 640})
      {
        const at::Tensor end = End(one.problem, one.guidance, kind == "VE" ? "geometric" : "vp", steps, progress);
        const at::Tensor error = ((end - one.limit) / one.problem.deviation).square().mean().sqrt();
        curve.steps.push_back(static_cast<double>(steps));
        curve.errors.push_back(error.item<double>());
      }
      curve.slope = LogLogSlope(curve.steps, curve.errors, settled);
      curves.push_back(std::move(curve));
    }
  }
  return curves;
}
} // namespace tweedie
