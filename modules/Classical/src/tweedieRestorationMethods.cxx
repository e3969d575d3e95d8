// SPDX-License-Identifier: Apache-2.0
#include "tweedieAdmmTotalVariation.h"
#include "tweedieConjugateGradient.h"
#include "tweedieDiscrepancySearch.h"
#include "tweedieError.h"
#include "tweedieFieldText.h"
#include "tweedieRestorationProblem.h"
#include "tweedieRichardsonLucy.h"
#include "tweedieTikhonov.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace tweedie
{
namespace
{
constexpr double smallShare = 0.5; // of the variance

/** Says that the numbers of some samples stayed above the tolerance. */
void
WarnOfTolerance(const RestorationProblem & problem,
                const char * what,
                const std::vector<double> & reached,
                std::vector<std::string> & warnings)
{
  const double worst = *std::max_element(reached.begin(), reached.end());
  if (!(worst <= problem.options.tolerance))
  {
    warnings.push_back(problem.method + ": " + what + " " + NumberText(worst) + " after " +
                       std::to_string(problem.options.iterations) + " iterations; asked for " +
                       NumberText(problem.options.tolerance));
  }
}

std::function<bool(std::int64_t, double)>
IterationReport(const RestorationProblem & problem)
{
  return [&problem](std::int64_t iteration, double)
  {
    problem.Report(iteration, problem.options.iterations);
    return true;
  };
}

at::Tensor
Lambda(const RestorationProblem & problem)
{
  return at::full({1}, *problem.options.lambda, at::kDouble);
}

/** 1 / |f|^2 with f in cycles per pixel, centred; at zero frequency that of the lowest other one. [1, 1, 1, y, x]. */
at::Tensor
InverseSquare(const at::Tensor & image)
{
  const auto frequencies = [&](std::int64_t dimension)
  {
    const std::int64_t n = image.size(dimension);
    return at::arange(n, image.options().dtype(at::kDouble)).sub(n / 2).div(static_cast<double>(n));
  };
  const at::Tensor squared = frequencies(-2).square().unsqueeze(1) + frequencies(-1).square().unsqueeze(0);
  const double lowest = 1.0 / static_cast<double>(std::max(image.size(-2), image.size(-1)));
  const at::Tensor spectrum = squared.clamp_min(lowest * lowest).reciprocal();
  return spectrum.view({1, 1, 1, image.size(-2), image.size(-1)});
}

/** What total variation cannot see, and whether a weight that it chose itself reaches the noise level. */
void
WarnOfTotalVariation(const RestorationProblem & problem,
                     const std::vector<double> & squaredResidual,
                     std::vector<std::string> & warnings)
{
  if (problem.op->DomainShape()[1] > 1)
  {
    warnings.emplace_back("the task couples the slices; total variation sees edges within them alone");
  }
  if (!problem.options.lambda)
  {
    problem.WarnOfMisfit(squaredResidual, warnings);
  }
}
} // namespace

RestorationClassicalResult
RestoreByTotalVariation(const RestorationProblem & problem)
{
  TotalVariationOptions options;
  options.iterations = problem.options.iterations;
  options.tolerance = problem.options.tolerance;
  options.progress = IterationReport(problem);
  const auto solution =
      problem.options.lambda
          ? SolveTotalVariation(problem.op, problem.data, Lambda(problem), options)
          : SolveTotalVariationByDiscrepancy(
                problem.op, problem.data, problem.Noise().square() * problem.samples, problem.Noise(), options);
  RestorationClassicalResult result;
  result.image = solution.image;
  result.iterations = solution.iterations;
  WarnOfTolerance(problem, "relative duality gap", solution.relativeGap, result.warnings);
  WarnOfTotalVariation(problem, solution.squaredResidual, result.warnings);
  return result;
}

RestorationClassicalResult
RestoreByAdmm(const RestorationProblem & problem)
{
  AdmmOptions options;
  options.iterations = problem.options.iterations;
  options.tolerance = problem.options.tolerance;
  options.progress = IterationReport(problem);
  const auto solution =
      problem.options.lambda
          ? SolveAdmmTotalVariation(problem.op, problem.data, Lambda(problem), options)
          : SolveAdmmTotalVariationByDiscrepancy(
                problem.op, problem.data, problem.Noise().square() * problem.samples, problem.Noise(), options);
  RestorationClassicalResult result;
  result.image = solution.image;
  result.iterations = solution.iterations;
  WarnOfTolerance(problem, "relative primal residual", solution.primalResidual, result.warnings);
  WarnOfTolerance(problem, "relative dual residual", solution.dualResidual, result.warnings);
  WarnOfTotalVariation(problem, solution.squaredResidual, result.warnings);
  return result;
}

namespace
{
/** The prior variance of each sample for which ||A x - y||^2 = (samples) sigma^2, searched from the image's own. Counts
 * the equations solved. */
at::Tensor
DiscrepancyVariance(const RestorationProblem & problem,
                    const at::Tensor & mean,
                    const at::Tensor & ofImage,
                    RestorationClassicalResult & result)
{
  TikhonovOptions options;
  options.tolerance = problem.options.tolerance;
  options.iterations = problem.options.iterations;
  std::vector<double> squaredResidual;
  at::Tensor precision;
  const auto solve = [&](const at::Tensor & next)
  {
    precision = next;
    const at::Tensor image =
        SolveTikhonov(problem.op, problem.data, problem.noise, mean, next.reciprocal(), options).mean;
    const at::Tensor residual = problem.op->Forward(image) - problem.data;
    const at::Tensor squared = SampleDot(residual, residual).cpu().contiguous();
    const double * values = squared.data_ptr<double>();
    squaredResidual.assign(values, values + squared.numel());
    ++result.iterations;
    problem.Report(0, 1 + problem.options.probes);
    return squaredResidual;
  };
  SearchDiscrepancy(problem.data.size(0), problem.Expected(), ofImage.reciprocal(), {}, solve);
  problem.WarnOfMisfit(squaredResidual, result.warnings);
  const at::Tensor variance = precision.reciprocal();
  const double share = (variance / ofImage).min().item<double>();
  if (problem.options.probes > 0 && share < smallShare)
  {
    result.warnings.push_back(
        "tikhonov: the prior variance that fits the noise is " + NumberText(share) +
        " of the image's own: the standard deviation may be too small in what is hardly measured");
  }
  return variance;
}
} // namespace

RestorationClassicalResult
RestoreByTikhonov(const RestorationProblem & problem)
{
  const at::Tensor noise = problem.Noise();
  const at::Tensor mean = problem.ConstantImage();
  RestorationClassicalResult result;
  at::Tensor variance;
  if (problem.options.variance)
  {
    variance = at::full_like(noise, *problem.options.variance);
  }
  else
  {
    const at::Tensor residual = problem.data - problem.op->Forward(mean);
    variance = DiscrepancyVariance(problem, mean, problem.PriorScale(residual, problem.Passed()), result);
  }
  TikhonovOptions options;
  options.tolerance = problem.options.tolerance;
  options.iterations = problem.options.iterations;
  options.probes = problem.options.probes;
  options.progress = [&](std::int64_t done, std::int64_t of)
  {
    problem.Report(done, of);
    return true;
  };
  const auto posterior = SolveTikhonov(problem.op, problem.data, noise, mean, variance, options);
  result.image = posterior.mean;
  result.standardDeviation = posterior.standardDeviation;
  result.iterations += 1 + std::min(options.probes, mean[0].numel());
  return result;
}

RestorationClassicalResult
RestoreByWiener(const RestorationProblem & problem)
{
  const at::Tensor noise = problem.Noise();
  const at::Tensor mean = problem.ConstantImage();
  const at::Tensor shape = InverseSquare(mean);
  at::Tensor scale = at::Tensor();
  if (problem.options.variance)
  {
    scale = at::full_like(noise, *problem.options.variance) / shape.mean().cpu();
  }
  else
  {
    const at::Tensor l = CirculantSpectrum(*problem.op, mean.options());
    const at::Tensor trace = (l * shape).flatten(1).sum(1, false, at::kDouble);
    scale = problem.PriorScale(problem.data - problem.op->Forward(mean), trace);
  }
  problem.Report(1, 2);
  const at::Tensor spectrum = shape * scale.to(shape.device()).view({-1, 1, 1, 1, 1});
  const auto posterior = SolveWiener(problem.op, problem.data, noise, mean, spectrum);
  problem.Report(2, 2);
  RestorationClassicalResult result;
  result.image = posterior.mean;
  result.standardDeviation = posterior.standardDeviation;
  result.iterations = 1;
  return result;
}

RestorationClassicalResult
RestoreByRichardsonLucy(const RestorationProblem & problem)
{
  RestorationClassicalResult result;
  if (problem.data.is_complex())
  {
    throw DataError("richardson-lucy: given complex data; required real ones");
  }
  at::Tensor data = problem.data;
  const at::Tensor negative = data.lt(0.0);
  if (negative.any().item<bool>())
  {
    const double share = negative.to(at::kDouble).mean().item<double>();
    result.warnings.push_back("richardson-lucy: " + NumberText(100.0 * share) +
                              " % of the data are negative and were taken as 0, which raises the mean");
    data = data.clamp_min(0.0);
  }
  RichardsonLucyOptions options;
  options.iterations = problem.options.iterations;
  options.background = problem.options.background;
  options.expected = problem.Expected();
  options.progress = [&](std::int64_t iteration)
  {
    problem.Report(iteration, problem.options.iterations);
    return true;
  };
  const auto solution = RichardsonLucy(problem.op, data, options);
  result.image = solution.image;
  result.iterations = *std::max_element(solution.iterationsOf.begin(), solution.iterationsOf.end());
  if (!options.expected.defined() || result.iterations == options.iterations)
  {
    result.warnings.push_back("richardson-lucy: stopped by the number of iterations, " +
                              std::to_string(result.iterations) + ", and not by the noise level");
  }
  return result;
}
} // namespace tweedie
