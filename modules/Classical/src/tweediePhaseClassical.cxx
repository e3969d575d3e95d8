// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseClassical.h"

#include "tweedieError.h"
#include "tweedieOptionsJson.h"
#include "tweediePhaseMethods.h"
#include "tweediePhaseModel.h"
#include "tweedieThreadScope.h"
#include "tweedieVolumeTensor.h"
#include "tweedieWorkMeter.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace tweedie
{
namespace
{
const PhaseMethod &
FindMethod(const std::string & name)
{
  const auto & table = PhaseMethods();
  const auto row = std::find_if(table.begin(), table.end(), [&](const PhaseMethod & m) { return name == m.info.name; });
  if (row == table.end())
  {
    throw UsageError("--method: given '" + name + "'; required a classical method of phase retrieval");
  }
  return *row;
}

at::Tensor
Entry(const at::Tensor & batch, std::int64_t i)
{
  return batch.defined() && batch.size(0) > 1 ? batch.narrow(0, i, 1) : batch;
}

/** Whole pixels from floor(N / 2) to the beam's centre, x and y; a warning where that leaves a fraction. */
std::array<std::int64_t, 2>
WholeCentre(const PhaseScan & scan, std::vector<std::string> & warnings)
{
  const Axes<std::int64_t> size = scan.patterns.GetGrid().size;
  const std::array<std::int64_t, 2> middle{size.x / 2, size.y / 2};
  std::array<std::int64_t, 2> centre{};
  double rest = 0.0;
  for (std::size_t i = 0; i < 2; ++i)
  {
    centre[i] = std::llround(scan.beamCentre[i]) - middle[i];
    rest = std::max(rest, std::abs(scan.beamCentre[i] - std::round(scan.beamCentre[i])));
  }
  if (rest > 0.01 && scan.experiment == PhaseExperiment::Fourier)
  {
    warnings.push_back("the centre of the beam was taken at the nearest pixel, " + std::to_string(rest) +
                       " pixels away; the posterior methods take it where it is");
  }
  return centre;
}

PhaseProblem
ProblemOf(const PhaseScan & scan, const PhaseModel & model, const PhaseClassicalOptions & options, std::int64_t i)
{
  const LinearOperatorPointer wave =
      model.Wave()->BatchSize() == 1
          ? model.Wave()
          : std::dynamic_pointer_cast<const LinearOperator>(model.Wave()->Select(at::full({1}, i, at::kLong)));
  PhaseProblem problem{scan,
                       wave,
                       Entry(model.Diagonal(), i),
                       model.Amplitude().narrow(0, i, 1),
                       Entry(model.Measured(), i),
                       Entry(model.Support(), i),
                       {},
                       {scan.isReal, scan.isNonNegative},
                       {},
                       options,
                       {}};
  if (model.Deviation().defined())
  {
    const at::Tensor variance = model.Deviation().narrow(0, i, 1).square();
    const at::Tensor counted = problem.measured.defined() ? variance * problem.measured : variance;
    problem.expected = counted.sum().item<double>();
  }
  return problem;
}

/** ||A x| - b|^2 over the variances, over the number measured. */
double
DataFitOf(const PhaseProblem & problem, const PhaseModel & model, const at::Tensor & x, std::int64_t i)
{
  if (!model.Deviation().defined())
  {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const at::Tensor wide = x.to(at::kComplexDouble);
  at::Tensor error =
      ((problem.wave->Forward(wide).abs() - problem.amplitude) / model.Deviation().narrow(0, i, 1)).square();
  error = problem.measured.defined() ? error * problem.measured : error;
  const double count = problem.measured.defined() ? problem.measured.sum().to(at::kDouble).item<double>()
                                                  : static_cast<double>(error.numel());
  return error.sum().item<double>() / count;
}

/** What came of one object. */
struct Outcome
{
  at::Tensor image; ///< [1, 1, 1, y, x]
  at::Tensor ends;  ///< [1, starts, 1, y, x]
  double dataFit;
  double residual;
  double spread;
  std::int64_t transforms;
};

/** Refined by total variation, which brings every residual to the noise: those of the ends before it decide. */
PhaseIterates
Refined(const PhaseProblem & problem, PhaseIterates found)
{
  if (!problem.options.keepStarts)
  {
    const auto best = found.residual.argmin().item<std::int64_t>();
    found.image = found.image.narrow(0, best, 1);
  }
  const at::Tensor residual = found.residual;
  PhaseIterates refined = RefinePhases(problem, found);
  refined.residual = problem.options.keepStarts ? residual : residual.min().reshape({1});
  return refined;
}

Outcome
Retrieve(const PhaseMethod & method, const PhaseProblem & problem, const PhaseModel & model, std::int64_t i)
{
  const double energy =
      problem.amplitude.square().sum().item<double>() / problem.diagonal.mean().to(at::kDouble).item<double>();
  const auto seed = static_cast<std::uint64_t>(problem.options.seed + i);
  const auto type = problem.constraints.isReal ? at::kFloat : at::kComplexFloat;
  const at::Tensor starts = RandomPhaseStarts(problem.support[0][0][0], energy, problem.options.starts, seed, type);
  PhaseIterates found = method.retrieve(problem, starts);
  if (problem.options.totalVariation && method.iterations > 0)
  {
    found = Refined(problem, found);
  }
  const at::Tensor image = found.image.narrow(0, found.residual.argmin().item<std::int64_t>(), 1);
  const double least = found.residual.min().item<double>();
  return {image,
          found.image.transpose(0, 1),
          method.iterations > 0 ? DataFitOf(problem, model, image, i) : std::numeric_limits<double>::quiet_NaN(),
          least,
          found.residual.max().item<double>() - least,
          found.transforms * problem.options.starts};
}

/** Images and mean figures of all objects. */
VolumeEstimate
Together(const std::vector<Outcome> & outcomes, const PhaseScan & scan, const PhaseClassicalOptions & options)
{
  VolumeEstimate result;
  Summary & summary = result.summary;
  std::vector<at::Tensor> images;
  std::vector<at::Tensor> ends;
  const double share = 1.0 / static_cast<double>(outcomes.size());
  summary.dataFit = 0.0;
  for (const Outcome & one : outcomes)
  {
    images.push_back(one.image);
    ends.push_back(one.ends);
    summary.dataFit += one.dataFit * share;
    summary.figures["residual"] += one.residual * share;
    summary.figures["residual-spread"] += one.spread * share;
    summary.operatorEvaluations += one.transforms / static_cast<std::int64_t>(outcomes.size());
  }
  result.mean = VolumeFromSliceBatch(at::cat(images), scan.object);
  result.mean.RequireFinite(options.method.c_str());
  if (options.keepStarts)
  {
    result.samples = VolumeFromSliceBatch(at::cat(ends), scan.object);
  }
  return result;
}
} // namespace

void
PhaseClassicalOptions::Visit(OptionVisitor & v)
{
  std::vector<std::string> names;
  for (const PhaseClassicalRow & row : PhaseClassicalTable())
  {
    names.emplace_back(row.name);
  }
  v.Visit(Field("method", "classical method").Choices(names), method);
  v.Visit(Field("iterations", "absent: 1000; Wirtinger flow: 2500").Range(1, 1e9), iterations);
  v.Visit(Field("beta", "hio, oss, raar, difference-map: feedback").Above(0).Range(0, 2), beta);
  v.Visit(Field("finish", "hio, raar, difference-map: share of the iterations, the last, that are er").Range(0, 1),
          finish);
  v.Visit(Field("stages", "oss: of the filter").Range(1, 1000), stages);
  v.Visit(Field("shrink-wrap", "far field: iterations between two supports, found in the iterate; 0: the given one")
              .Range(0, 1e9),
          shrinkWrap);
  v.Visit(Field("material-delta", "paganin, ctf: of the refractive index 1 - delta + i beta").Above(0), materialDelta);
  v.Visit(Field("material-beta", "paganin, ctf: likewise").Above(0), materialBeta);
  v.Visit(Field("starts", "random starts, side by side; the end of the least residual is the result").Range(1, 10000),
          starts);
  v.Visit(Field("starts-seed", "of the random starts").Range(0), seed);
  v.Visit(Field("total-variation", "refine every end by total variation"), totalVariation);
  v.Visit(Field("lambda", "weight of total variation; absent: by the discrepancy principle").Range(0), lambda);
  v.Visit(Field("keep-starts", "every end as a sample"), keepStarts);
  v.Visit(Field("threads", "of the computation; 0: all").Range(0, 4096), threads);
}

const std::vector<PhaseClassicalRow> &
PhaseClassicalTable()
{
  static const std::vector<PhaseClassicalRow> rows = []
  {
    std::vector<PhaseClassicalRow> infos;
    for (const PhaseMethod & row : PhaseMethods())
    {
      infos.push_back(row.info);
    }
    return infos;
  }();
  return rows;
}

VolumeEstimate
ReconstructPhaseClassical(const PhaseScan & scan,
                          const PhaseClassicalOptions & options,
                          const ProgressCallback & progress)
{
  const auto begin = std::chrono::steady_clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); };
  ValidateOptions(options);
  const PhaseMethod & method = FindMethod(options.method);
  const at::NoGradGuard noGradient;
  const ThreadScope threads(options.threads);
  const PhaseModel model(scan);
  std::vector<std::string> warnings = scan.warnings;
  const auto centre = WholeCentre(scan, warnings);
  const std::int64_t objects = model.Amplitude().size(0);
  std::vector<Outcome> outcomes;
  const WorkMeter meter;
  for (std::int64_t i = 0; i < objects; ++i)
  {
    PhaseProblem problem = ProblemOf(scan, model, options, i);
    problem.centre = centre;
    problem.progress = [&, i](std::int64_t done, std::int64_t of)
    {
      ProgressReport report;
      report.task = options.method;
      report.step = i * of + done;
      report.steps = objects * of;
      report.elapsedSeconds = elapsed();
      return !progress || progress(report);
    };
    outcomes.push_back(Retrieve(method, problem, model, i));
  }
  VolumeEstimate result = Together(outcomes, scan, options);
  Summary & summary = result.summary;
  summary.warnings = warnings;
  summary.method = options.method + (options.totalVariation ? " + tv" : "");
  summary.steps = options.iterations.value_or(method.iterations);
  summary.operatorSeconds = meter.Of(WorkKind::Operator).seconds;
  summary.figures["starts"] = static_cast<double>(options.starts);
  summary.seed = static_cast<std::uint64_t>(options.seed);
  summary.options = OptionsText(options);
  summary.wallSeconds = elapsed();
  return result;
}
} // namespace tweedie
