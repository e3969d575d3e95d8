// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseMethods.h"

#include "tweedieDiscrepancySearch.h"
#include "tweedieError.h"
#include "tweedieMagnitudeModel.h"
#include "tweediePhaseTotalVariation.h"
#include "tweedieWirtingerFlow.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace
{
constexpr std::int64_t usualIterations = 1000;
constexpr std::int64_t usualFlow = 2500;    // Candes, Li and Soltanolkotabi 2015
constexpr std::int64_t weightSearches = 10; // for total variation

/** A pattern with the beam's centre at floor(N / 2), and what was measured of it. */
at::Tensor
Centred(const at::Tensor & pattern, const std::array<std::int64_t, 2> & centre)
{
  return at::roll(pattern, {-centre[1], -centre[0]}, {-2, -1});
}

/** What the roll brought around from the other side was not measured. */
at::Tensor
CentredMask(const PhaseProblem & problem)
{
  const auto [right, down] = problem.centre;
  if (right == 0 && down == 0)
  {
    return problem.measured;
  }
  at::Tensor mask =
      problem.measured.defined() ? Centred(problem.measured, problem.centre).clone() : at::ones_like(problem.amplitude);
  const auto clear = [&](std::int64_t dimension, std::int64_t shift)
  {
    const std::int64_t size = mask.size(dimension);
    mask.narrow(dimension, shift > 0 ? size - shift : 0, std::abs(shift)).zero_();
  };
  clear(-1, right);
  clear(-2, down);
  return mask;
}

PhaseIterates
Iterated(const PhaseProblem & problem, const at::Tensor & starts, const char * method)
{
  PhaseIterationOptions options;
  options.method = method;
  options.iterations = problem.options.iterations.value_or(usualIterations);
  options.beta = problem.options.beta;
  options.finish = problem.options.finish;
  options.stages = problem.options.stages;
  options.shrinkWrap = problem.options.shrinkWrap;
  options.progress = problem.progress;
  if (problem.scan.experiment != PhaseExperiment::Fourier)
  {
    return IteratePhases(
        problem.wave, problem.diagonal, problem.amplitude, problem.measured, starts, problem.constraints, options);
  }
  const at::Tensor mask = CentredMask(problem);
  return IteratePhases(Centred(problem.amplitude, problem.centre)[0][0][0],
                       mask.defined() ? mask[0][0][0] : mask,
                       problem.support[0][0][0],
                       starts,
                       problem.constraints,
                       options);
}

PhaseIterates
Flowed(const PhaseProblem & problem, const at::Tensor & starts, bool isTruncated)
{
  WirtingerFlowOptions options;
  options.isTruncated = isTruncated;
  options.iterations = problem.options.iterations.value_or(usualFlow);
  options.progress = problem.progress;
  return FlowPhases(problem.wave, problem.amplitude, problem.measured, starts, problem.constraints, options);
}
} // namespace

const std::vector<PhaseMethod> &
PhaseMethods()
{
  static const std::vector<PhaseMethod> table = {
      {{"er", "error reduction, alternating projections"},
       [](const PhaseProblem & p, const at::Tensor & x) { return Iterated(p, x, "er"); },
       usualIterations},
      {{"hio", "hybrid input-output"},
       [](const PhaseProblem & p, const at::Tensor & x) { return Iterated(p, x, "hio"); },
       usualIterations},
      {{"oss", "hybrid input-output, smoothed outside the support; far field of an isolated object"},
       [](const PhaseProblem & p, const at::Tensor & x) { return Iterated(p, x, "oss"); },
       usualIterations},
      {{"raar", "relaxed averaged alternating reflections"},
       [](const PhaseProblem & p, const at::Tensor & x) { return Iterated(p, x, "raar"); },
       usualIterations},
      {{"difference-map", "the difference map"},
       [](const PhaseProblem & p, const at::Tensor & x) { return Iterated(p, x, "difference-map"); },
       usualIterations},
      {{"wirtinger-flow", "gradient descent on intensities from a spectral start"},
       [](const PhaseProblem & p, const at::Tensor & x) { return Flowed(p, x, false); },
       usualFlow},
      {{"truncated-wirtinger-flow", "the Poisson gradient without outliers"},
       [](const PhaseProblem & p, const at::Tensor & x) { return Flowed(p, x, true); },
       usualFlow},
      {{"paganin", "near field, one distance: thickness in m of an object of one material"}, RetrieveThickness, 0},
      {{"ctf", "near field, several distances: phase in rad of a weak object, by contrast transfer"},
       RetrieveWeakPhase,
       0},
  };
  return table;
}

PhaseIterates
RefinePhases(const PhaseProblem & problem, const PhaseIterates & ends)
{
  const std::int64_t starts = ends.image.size(0);
  PhaseIterates refined = ends;
  std::int64_t transforms = ends.transforms;
  const auto refine = [&](const at::Tensor & lambda)
  {
    refined = RefineByTotalVariation(
        problem.wave, problem.diagonal, problem.amplitude, problem.measured, ends.image, problem.constraints, lambda);
    transforms += refined.transforms;
  };
  if (problem.options.lambda)
  {
    refine(at::scalar_tensor(*problem.options.lambda, at::kDouble));
  }
  else if (!problem.expected)
  {
    throw UsageError("--lambda: not given, and the noise of the amplitudes is not known; required one of the two");
  }
  else
  {
    const auto solve = [&](const at::Tensor & lambda)
    {
      refine(lambda);
      const at::Tensor u = WaveOf(*problem.wave, refined.image);
      at::Tensor error = (u.abs() - problem.amplitude).square();
      error = problem.measured.defined() ? error * problem.measured : error;
      const at::Tensor sums = error.flatten(1).sum(1).to(at::kDouble).contiguous();
      return std::vector<double>(sums.data_ptr<double>(), sums.data_ptr<double>() + starts);
    };
    const double deviation = std::sqrt(*problem.expected / static_cast<double>(problem.amplitude.numel()));
    DiscrepancyOptions search;
    search.tolerance = 0.01;
    search.maximumSolves = weightSearches;
    SearchDiscrepancy(starts,
                      at::scalar_tensor(*problem.expected, at::kDouble),
                      at::scalar_tensor(deviation, at::kDouble),
                      search,
                      solve);
  }
  refined.transforms = transforms;
  return refined;
}
} // namespace tweedie
