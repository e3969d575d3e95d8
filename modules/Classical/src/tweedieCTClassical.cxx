// SPDX-License-Identifier: Apache-2.0
#include "tweedieCTClassical.h"

#include "tweedieAlgebraicReconstruction.h"
#include "tweedieCTProblem.h"
#include "tweedieError.h"
#include "tweedieFilteredBackProjection.h"
#include "tweedieJosephProjector.h"
#include "tweedieNormalParts.h"
#include "tweedieOperatorCombinators.h"
#include "tweedieOptionsJson.h"
#include "tweediePenalizedLeastSquares.h"
#include "tweedieThreadScope.h"
#include "tweedieTotalVariation.h"
#include "tweedieTransmissionLikelihood.h"
#include "tweedieTransmissionNoise.h"
#include "tweedieVolumeTensor.h"
#include "tweedieWorkMeter.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <limits>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr double leastCounts = 1.0; // below, a ray says no more than that it met much

CTSolution
SolveFbp(const CTProblem & p)
{
  CTSolution solution;
  const at::Tensor batch = p.lines.transpose(0, 1); // entries share the weights of the rays
  const at::Tensor images = FilteredBackProjection(
      p.model.Geometry(), p.model.Detector(), p.model.EntryGrid(), batch, p.options.filter, solution.warnings);
  solution.image = images.transpose(0, 1);
  return solution;
}

/** Views k, k + count, ... of the scan. */
MeasurementSubset
SubsetOf(const CTProblem & p, std::int64_t first, std::int64_t count)
{
  const CTGeometry & all = p.model.Geometry();
  CTGeometry part{all.beam, all.detectorRadius, {}};
  for (auto k = static_cast<std::size_t>(first); k < all.views.size(); k += static_cast<std::size_t>(count))
  {
    part.views.push_back(all.views[k]);
  }
  return {std::make_shared<const JosephProjector>(part, p.model.Detector(), p.model.EntryGrid()),
          p.lines.slice(2, first, c10::nullopt, count)};
}

CTSolution
SolveBySubsets(const CTProblem & p, std::int64_t subsets, std::int64_t passes)
{
  std::vector<MeasurementSubset> parts;
  if (subsets > static_cast<std::int64_t>(p.scan.geometry.views.size()))
  {
    throw UsageError("--subsets: given " + std::to_string(subsets) + " for " +
                     std::to_string(p.scan.geometry.views.size()) + " views; required at most as many");
  }
  for (std::int64_t k = 0; k < subsets; ++k)
  {
    parts.push_back(subsets == 1 ? MeasurementSubset{p.model.Projector(), p.lines} : SubsetOf(p, k, subsets));
  }
  SirtOptions options;
  options.iterations = passes;
  options.relaxation = p.options.relaxation;
  options.nonNegative = p.options.nonNegative;
  options.progress = [&](std::int64_t done)
  {
    p.report(done, passes);
    return true;
  };
  return {SolveSirt(parts, options), passes, {}};
}

CTSolution
SolveSirtOf(const CTProblem & p)
{
  return SolveBySubsets(p, 1, p.Iterations(50));
}

CTSolution
SolveOsSart(const CTProblem & p)
{
  return SolveBySubsets(p, p.options.subsets, p.Iterations(10));
}

CTSolution
SolveCglsOf(const CTProblem & p)
{
  CglsOptions options;
  options.iterations = p.Iterations(30);
  if (p.counts.defined())
  {
    options.expected = p.Rays();
  }
  options.progress = [&](std::int64_t done)
  {
    p.report(done, options.iterations);
    return true;
  };
  const CglsResult result = SolveCgls(p.model.Projector(), p.lines, p.weights, options);
  return {result.image, *std::max_element(result.iterationsOf.begin(), result.iterationsOf.end()), {}};
}

/** With a warning where the iterations ended before the tolerance. */
template <typename Result>
CTSolution
Stopped(const char * method, const char * what, const Result & result, const CTProblem & p)
{
  CTSolution solution{result.image, result.iterations, {}};
  const double gap = *std::max_element(result.relativeGap.begin(), result.relativeGap.end());
  if (gap > p.options.tolerance)
  {
    std::ostringstream warning;
    warning << method << ": " << what << " " << gap << " after " << result.iterations << " iterations";
    solution.warnings.push_back(warning.str());
  }
  return solution;
}

CTSolution
SolveTv(const CTProblem & p)
{
  const at::Tensor root = p.weights.sqrt();
  const LinearOperatorPointer A = Weigh(root, p.model.Projector());
  const at::Tensor y = root * p.lines;
  const at::Tensor largest = A->Adjoint(y).abs().flatten(1).amax(1).to(at::kDouble);
  TotalVariationOptions options;
  options.iterations = p.Iterations(500);
  options.tolerance = p.options.tolerance;
  options.progress = [&](std::int64_t done, double)
  {
    p.report(done, options.iterations);
    return true;
  };
  if (!p.options.lambda && !p.counts.defined())
  {
    throw UsageError("--lambda: not given for line integrals whose noise is not known; required the weight of total "
                     "variation");
  }
  const at::Tensor lambda = largest * p.options.lambda.value_or(1e-3);
  const TotalVariationResult result = p.options.lambda
                                          ? SolveTotalVariation(A, y, lambda, options)
                                          : SolveTotalVariationByDiscrepancy(A, y, p.Rays(), lambda, options);
  return Stopped("tv", "relative duality gap", result, p);
}

CTSolution
SolvePwls(const CTProblem & p)
{
  const Grid & grid = p.model.EntryGrid();
  PenalizedLeastSquaresOptions options;
  options.penalty.spacing = grid.spacing;
  options.penalty.edge = p.options.edge > 0.0 ? p.options.edge : std::numeric_limits<double>::infinity();
  options.nonNegative = p.options.nonNegative;
  options.iterations = p.Iterations(500);
  options.tolerance = p.options.tolerance;
  options.progress = [&](std::int64_t done, double)
  {
    p.report(done, options.iterations);
    return true;
  };
  const LinearOperatorPointer & A = p.model.Projector();
  const at::Tensor beta = DataCurvature(*A, p.weights, grid.spacing) * p.options.beta;
  const PenalizedLeastSquaresResult result = SolvePenalizedLeastSquares(A, p.lines, p.weights, beta, options);
  return Stopped("pwls", "relative gap", result, p);
}

CTSolution
SolveMlTr(const CTProblem & p)
{
  if (!p.counts.defined())
  {
    throw UsageError("method ml-tr: given line integrals; required counts, or one of the other methods");
  }
  TransmissionTomographyOptions options;
  options.iterations = p.Iterations(50);
  options.scatter = p.scan.scatter;
  options.electronic = p.scan.electronic;
  options.progress = [&](std::int64_t done)
  {
    p.report(done, options.iterations);
    return true;
  };
  const at::Tensor photons = at::scalar_tensor(*p.scan.photons, at::kDouble);
  return {SolveTransmission(p.model.Projector(), p.counts, photons, options), options.iterations, {}};
}

struct MethodRow
{
  CTClassicalRow info;
  CTSolution (*solve)(const CTProblem &);
};

const std::vector<MethodRow> &
Methods()
{
  static const std::vector<MethodRow> table = {
      {{"fbp", "filtered backprojection"}, SolveFbp},
      {{"fdk", "filtered backprojection of a cone (Feldkamp, Davis, Kress); the same method"}, SolveFbp},
      {{"sirt", "simultaneous iterations"}, SolveSirtOf},
      {{"os-sart", "simultaneous iterations by ordered subsets of the views"}, SolveOsSart},
      {{"cgls", "weighted least squares by conjugate gradients, stopped at the noise level"}, SolveCglsOf},
      {{"tv", "weighted least squares with total variation"}, SolveTv},
      {{"pwls", "weighted least squares with a penalty on differences that spares edges"}, SolvePwls},
      {{"ml-tr", "the most likely image of counts"}, SolveMlTr},
      {{"gaussian-field", "the posterior of a Gaussian Markov field"}, SolveGaussianFieldOf},
  };
  return table;
}

/** Weights of logarithms, and the lines with every ray that says nothing clamped. */
void
Prepare(const CTScan & scan, CTProblem & p, std::vector<std::string> & warnings)
{
  const at::Tensor data = p.model.Batch(scan.projections);
  if (!scan.isCounts)
  {
    p.lines = data;
    p.weights = at::ones_like(data);
    return;
  }
  std::int64_t clamped = 0;
  p.counts = data;
  p.lines = LogarithmOfCounts(data, *scan.photons, scan.scatter, leastCounts, clamped);
  TransmissionOptions options;
  options.electronic = scan.electronic;
  options.modelDeviation = p.options.modelDeviation;
  options.leastCounts = leastCounts;
  const TransmissionLikelihood likelihood(p.model.Projector(),
                                          data,
                                          at::scalar_tensor(*scan.photons, at::kDouble),
                                          at::scalar_tensor(scan.scatter, at::kDouble),
                                          {},
                                          options);
  p.weights = likelihood.Used() / likelihood.Deviations().square();
  if (clamped > 0)
  {
    warnings.push_back(std::to_string(clamped) + " of " + std::to_string(data.numel()) +
                       " rays count less than one photon above scatter: their logarithm is clamped");
  }
}

/** What a method says of its spread. */
void
AddSpread(const CTSolution & solution, const CTProblem & problem, VolumeEstimate & result)
{
  Summary & summary = result.summary;
  summary.figures = solution.figures;
  if (!solution.variance.defined())
  {
    return;
  }
  SetDeviation(result, TensorView(problem.model.Image(solution.variance)));
  summary.deviationKind = DeviationKind::GaussianPosterior;
  summary.deviationOf = problem.options.method;
  summary.samples = problem.options.samples;
  summary.seed = static_cast<std::uint64_t>(problem.options.seed);
  if (solution.samples.defined())
  {
    std::vector<at::Tensor> volumes;
    for (std::int64_t i = 0; i < solution.samples.size(0); ++i)
    {
      volumes.push_back(TensorView(problem.model.Image(solution.samples[i])));
    }
    result.samples = VolumeFromTensor(at::cat(volumes), result.mean.GetGrid());
  }
}
} // namespace

at::Tensor
CTProblem::Rays() const
{
  return weights.gt(0).flatten(1).sum(1).to(at::kDouble);
}

void
CTClassicalOptions::Visit(OptionVisitor & v)
{
  std::vector<std::string> names;
  for (const CTClassicalRow & row : CTClassicalTable())
  {
    names.emplace_back(row.name);
  }
  v.Visit(Field("method", "classical method").Choices(names), method);
  filter.Visit(v);
  v.Visit(
      Field("iterations",
            "at most; absent: 50 (sirt, ml-tr), 10 passes (os-sart), 30 (cgls), 500 (tv, pwls), 2000 (gaussian-field)")
          .Range(1, 1e9),
      iterations);
  v.Visit(Field("subsets", "os-sart: of the views").Range(1, 100000), subsets);
  v.Visit(Field("relaxation", "sirt, os-sart").Above(0).Range(0, 1.999), relaxation);
  v.Visit(Field("non-negative", "sirt, os-sart, pwls: nothing below zero"), nonNegative);
  v.Visit(
      Field("lambda",
            "tv: weight, as a share of the largest |A^T W L|, absent: by the discrepancy principle; gaussian-field: "
            "precision of a difference of neighbours, mm^2, absent: the most likely")
          .Range(0),
      lambda);
  v.Visit(
      Field("beta", "pwls: weight of the penalty, as a share of the curvature that the data give to a voxel").Range(0),
      beta);
  v.Visit(
      Field("edge", "pwls: larger differences between neighbours cost linearly; 0: none do").Unit("1/mm").Range(0, 10),
      edge);
  v.Visit(Field("tolerance", "tv: relative duality gap, pwls: relative gap").Above(0).Range(0, 1), tolerance);
  v.Visit(Field("model-deviation", "what the projector is wrong by, of a line integral, beside the noise of counts")
              .Range(0, 10),
          modelDeviation);
  v.Visit(Field("threads", "of the computation; 0: all").Range(0, 4096), threads);
}

const std::vector<CTClassicalRow> &
CTClassicalTable()
{
  static const std::vector<CTClassicalRow> rows = []
  {
    std::vector<CTClassicalRow> infos;
    for (const MethodRow & row : Methods())
    {
      infos.push_back(row.info);
    }
    return infos;
  }();
  return rows;
}

VolumeEstimate
ReconstructCTClassical(const CTScan & scan,
                       const Grid & image,
                       const CTClassicalOptions & options,
                       const ProgressCallback & progress)
{
  const auto begin = std::chrono::steady_clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); };
  ValidateOptions(options);
  const at::NoGradGuard noGradient;
  const ThreadScope threads(options.threads);
  const CTModel model(scan, image);
  VolumeEstimate result;
  Summary & summary = result.summary;
  summary.warnings = scan.warnings;
  CTProblem problem{scan, model, options, {}, {}, {}, {}};
  problem.report = [&](std::int64_t done, std::int64_t of)
  {
    ProgressReport report;
    report.task = options.method;
    report.step = done;
    report.steps = of;
    report.elapsedSeconds = elapsed();
    if (progress && !progress(report))
    {
      throw Aborted(options.method + ": stopped at the user's wish");
    }
  };
  Prepare(scan, problem, summary.warnings);
  const auto row = std::find_if(
      Methods().begin(), Methods().end(), [&](const MethodRow & r) { return options.method == r.info.name; });
  const WorkMeter meter;
  const CTSolution solution = row->solve(problem);
  problem.report(1, 1);
  summary.operatorEvaluations = meter.Of(WorkKind::Operator).calls;
  summary.operatorSeconds = meter.Of(WorkKind::Operator).seconds;
  result.mean = model.Image(solution.image);
  result.mean.RequireFinite(options.method.c_str());
  AddSpread(solution, problem, result);
  if (scan.isCounts)
  {
    const at::Tensor residual = problem.lines - model.Projector()->Forward(solution.image.to(problem.lines.options()));
    summary.dataFit =
        (residual.square() * problem.weights).sum().item<double>() / problem.weights.gt(0).sum().item<double>();
  }
  summary.method = options.method;
  summary.steps = solution.iterations;
  summary.options = OptionsText(options);
  summary.warnings.insert(summary.warnings.end(), solution.warnings.begin(), solution.warnings.end());
  summary.wallSeconds = elapsed();
  return result;
}
} // namespace tweedie
