// SPDX-License-Identifier: Apache-2.0
#include "tweedieClosedFormProblem.h"

#include "tweedieClosedFormModels.h"
#include "tweedieClosedFormPriors.h"
#include "tweedieGaussianLikelihood.h"
#include "tweedieIncrementGibbs.h"
#include "tweedieReferenceSampler.h"

#include <ATen/ATen.h>

#include <cmath>
#include <numeric>

namespace tweedie
{
namespace
{
constexpr std::uint64_t seedOfTruths = 78;
constexpr std::uint64_t seedOfDraws = 79;
constexpr std::int64_t laddersOfCase = 2;
constexpr double variance = ClosedFormNoise * ClosedFormNoise;
const Shape shape{1, 1, ClosedFormSide, ClosedFormSide};

/** Data of truths, and the likelihood of all of them together. */
struct Measured
{
  at::Tensor truths; ///< [cases, n]
  at::Tensor data;   ///< [cases, range...]
};

Measured
Measure(const ClosedFormPrior & prior, const ClosedFormModel & model, std::int64_t cases)
{
  std::vector<std::uint64_t> streams(static_cast<std::size_t>(cases));
  std::iota(streams.begin(), streams.end(), std::uint64_t{100});
  RandomStreams random(seedOfTruths, streams);
  Measured measured;
  measured.truths = prior.draw(random);
  const at::Tensor clean = model.model->Apply(measured.truths.reshape({cases, 1, 1, ClosedFormSide, ClosedFormSide}));
  measured.data = clean + ClosedFormNoise * random.NormalLike(clean);
  if (model.sampled.defined())
  {
    measured.data = measured.data * model.sampled;
  }
  return measured;
}

LikelihoodPointer
LikelihoodOf(const ClosedFormModel & model, const at::Tensor & data)
{
  ProximalOptions solver;
  solver.tolerance = 1e-10;
  solver.maximumIterations = 200;
  solver.decompose = model.matrix.defined();
  return std::make_shared<const GaussianLikelihood>(model.model, data, ClosedFormNoise, model.sampled, solver);
}

/** count of draws [iterations, chains, n] at random, none twice. */
at::Tensor
Chosen(const at::Tensor & draws, std::int64_t count)
{
  const at::Tensor all = draws.flatten(0, 1);
  const at::Tensor order = std::get<1>(RandomStreams(seedOfDraws, {0}).Uniform({all.size(0)}, at::kDouble)[0].sort());
  return all.index_select(0, order.slice(0, 0, count)).contiguous();
}

/** Of a law that knows no sign, each draw with one at random: amplitudes do not tell it. */
at::Tensor
WithSigns(const at::Tensor & draws)
{
  const at::Tensor uniform = RandomStreams(seedOfDraws, {1}).Uniform({draws.size(0), draws.size(1), 1}, at::kDouble)[0];
  return draws * (uniform.lt(0.5).to(at::kDouble) * 2.0 - 1.0);
}

void
SetMoments(ClosedFormProblem & problem, const at::Tensor & draws, std::int64_t count)
{
  const at::Tensor all = draws.flatten(0, 1);
  const ChainReport report = DiagnoseChains(draws);
  problem.mean = all.mean(0);
  problem.variance = all.var(0);
  problem.draws = Chosen(draws, count);
  problem.shrinkage = report.worstShrinkage;
  problem.meanError = (report.meanError.square() / problem.variance).mean().sqrt().item<double>();
}

void
SetClosedForm(ClosedFormProblem & problem, std::int64_t count)
{
  std::vector<std::uint64_t> streams(static_cast<std::size_t>(count));
  std::iota(streams.begin(), streams.end(), std::uint64_t{0});
  RandomStreams random(seedOfDraws, streams);
  problem.problem.conditioned = problem.posterior;
  problem.mean = problem.posterior->Mean().flatten();
  problem.variance = problem.posterior->MarginalVariance().flatten();
  problem.draws = problem.posterior->Draw(random).flatten(1);
}

/** The measured numbers alone, [m]. */
at::Tensor
MeasuredNumbers(const ClosedFormModel & model, const at::Tensor & data)
{
  const at::Tensor flat = data.flatten();
  return model.sampled.defined() ? flat.masked_select(model.sampled.flatten().gt(0.0)) : flat;
}

void
SetGibbs(ClosedFormProblem & problem,
         const ClosedFormPrior & prior,
         const LinearData & data,
         std::int64_t count,
         const ProgressCallback & progress)
{
  ReferenceSamplerOptions options;
  options.chains = 16;
  options.burnIn = count > CaseDraws ? 300 : 100;
  options.iterations = count > CaseDraws ? 600 : 150;
  options.thinning = count > CaseDraws ? 3 : 1;
  SetMoments(problem, SampleIncrementPosterior(*prior.increments, data, options, progress).draws, count);
}

/** The first by long ladders of its own; the others by short ones, all together. */
void
SetTempered(ClosedFormProblems & problems,
            const ClosedFormPrior & prior,
            std::int64_t count,
            const ProgressCallback & progress)
{
  ReferenceSamplerOptions options;
  options.method = "tempered";
  options.chains = 8;
  options.burnIn = 1000;
  options.iterations = 3000;
  options.thinning = 2; // for an R-hat below 1.01
  const auto first = prior.target(problems.first.problem.likelihood);
  const auto known = [&prior](const at::Tensor & draws) { return prior.increments ? WithSigns(draws) : draws; };
  SetMoments(problems.first, known(SampleReference(first, options, progress).draws), count);
  const auto cases = static_cast<std::int64_t>(problems.cases.size());
  if (cases == 0)
  {
    return;
  }
  options.chains = cases * laddersOfCase;
  options.burnIn = 400;
  options.iterations = 400;
  options.thinning = 1;
  const at::Tensor rows = at::arange(cases, at::kLong).repeat_interleave(laddersOfCase * options.temperatures);
  const auto together = prior.target(problems.together->Select(rows));
  const at::Tensor draws = known(SampleReference(together, options, progress).draws);
  for (std::int64_t i = 0; i < cases; ++i)
  {
    SetMoments(problems.cases[static_cast<std::size_t>(i)],
               draws.slice(1, i * laddersOfCase, (i + 1) * laddersOfCase).contiguous(),
               CaseDraws);
  }
}

ClosedFormProblem
Bare(const ClosedFormPrior & prior, const ClosedFormModel & model, const Measured & measured, std::int64_t i)
{
  ClosedFormProblem problem;
  problem.name = model.name + "-" + prior.name;
  problem.label = model.label + ", " + prior.label;
  problem.largestDeviation = prior.largestDeviation;
  problem.truth = measured.truths[i];
  const at::Tensor data = measured.data.slice(0, i, i + 1).contiguous();
  const LikelihoodPointer likelihood = LikelihoodOf(model, data);
  problem.problem.prior = prior.denoiser;
  problem.problem.likelihood = likelihood;
  problem.problem.shape = shape;
  problem.problem.type = at::kDouble;
  if (prior.condition && model.matrix.defined())
  {
    problem.posterior = prior.condition(model.matrix, MeasuredNumbers(model, data), variance);
  }
  problem.logDensity = [likelihood, density = prior.logDensity](const at::Tensor & x) {
    return density(x) - likelihood->NegativeLog(x.reshape({x.size(0), 1, 1, ClosedFormSide, ClosedFormSide}));
  };
  return problem;
}

/** All but what only a long run over all cases tells. */
ClosedFormProblem
MakeProblem(const ClosedFormPrior & prior,
            const ClosedFormModel & model,
            const Measured & measured,
            std::int64_t i,
            std::int64_t count,
            const ProgressCallback & progress)
{
  ClosedFormProblem problem = Bare(prior, model, measured, i);
  if (problem.posterior)
  {
    SetClosedForm(problem, count);
  }
  else if (model.matrix.defined())
  {
    const at::Tensor data = MeasuredNumbers(model, measured.data[i]);
    SetGibbs(problem, prior, {model.matrix, data, ClosedFormNoise}, count, progress);
  }
  return problem;
}

ClosedFormProblems
MakeProblems(const ClosedFormPrior & prior,
             const ClosedFormModel & model,
             const ClosedFormCounts & counts,
             const ProgressCallback & progress)
{
  const Measured measured = Measure(prior, model, counts.cases + 1);
  ClosedFormProblems problems;
  problems.first = MakeProblem(prior, model, measured, 0, 2 * counts.draws, progress);
  for (std::int64_t i = 1; i <= counts.cases; ++i)
  {
    problems.cases.push_back(MakeProblem(prior, model, measured, i, CaseDraws, progress));
  }
  problems.together = counts.cases > 0 ? LikelihoodOf(model, measured.data.slice(0, 1).contiguous()) : nullptr;
  if (!model.matrix.defined())
  {
    SetTempered(problems, prior, 2 * counts.draws, progress);
  }
  const auto narrowest = [](const ClosedFormProblem & one) { return one.variance.sqrt().min().item<double>(); };
  problems.first.smallestDeviation = narrowest(problems.first);
  for (ClosedFormProblem & one : problems.cases)
  {
    one.smallestDeviation = narrowest(one);
  }
  return problems;
}
} // namespace

std::vector<ClosedFormSetting>
ClosedFormSettings()
{
  std::vector<ClosedFormSetting> settings;
  for (const ClosedFormModel & model : {ClosedFormInpainting(), ClosedFormTomography(), ClosedFormPhase()})
  {
    // The tempered run needs a density, which an atom has not.
    const IncrementPrior other =
        model.matrix.defined() ? BernoulliLaplaceIncrements(ClosedFormUnknowns) : StudentIncrements(ClosedFormUnknowns);
    for (const ClosedFormPrior & prior : {ClosedFormGaussian(),
                                          ClosedFormMixture(),
                                          ClosedFormIncrements(LaplaceIncrements(ClosedFormUnknowns)),
                                          ClosedFormIncrements(other)})
    {
      settings.push_back({model.name + "-" + prior.name,
                          model.label + ", " + prior.label,
                          prior.condition && model.matrix.defined(),
                          prior,
                          [prior, model](const ClosedFormCounts & counts, const ProgressCallback & progress)
                          { return MakeProblems(prior, model, counts, progress); }});
    }
  }
  return settings;
}
} // namespace tweedie
