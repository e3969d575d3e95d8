// SPDX-License-Identifier: Apache-2.0
#include "tweedieDataValidation.h"

#include "tweedieDataVerdicts.h"
#include "tweedieError.h"
#include "tweedieLinearOperator.h"
#include "tweedieNetworkDenoiser.h"
#include "tweedieSliceOrientation.h"

#include <ATen/ATen.h>

#include <chrono>
#include <cmath>

namespace tweedie
{
namespace
{
/** Runs of unequal length behind one bar: weights are their samples times steps. */
class Stages
{
public:
  Stages(const ProgressCallback & progress, double whole) : m_Progress(progress), m_Whole(whole) {}

  /** Progress of the next stage. */
  ProgressCallback
  Next(const std::string & name, double weight)
  {
    const double before = m_Before;
    m_Before += weight;
    if (!m_Progress)
    {
      return {};
    }
    return [this, name, before, weight](const ProgressReport & report)
    {
      constexpr double parts = 1000.0;
      ProgressReport all = report;
      all.task = name + (report.task.empty() ? "" : ": " + report.task);
      const double share =
          report.steps > 0 ? static_cast<double>(report.step) / static_cast<double>(report.steps) : 0.0;
      all.step = static_cast<std::int64_t>(parts * (before + weight * share) / m_Whole);
      all.steps = static_cast<std::int64_t>(parts);
      return m_Progress(all);
    };
  }

private:
  const ProgressCallback & m_Progress;
  double m_Whole;
  double m_Before = 0.0;
};
} // namespace

void
DataValidationOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("samples", "posterior samples of all of the data").Range(2, 100000), samples);
  v.Visit(Field("folds", "parts of the lines (views, pixels) that are left out in turn and predicted; 0: none")
              .Range(0, 1000),
          folds);
  v.Visit(Field("fold-samples", "posterior samples without each part").Range(2, 100000), foldSamples);
  v.Visit(Field("double-samples", "samples with twice as many steps, to see whether that changes anything; 0: none")
              .Range(0, 100000),
          doubleSamples);
  v.Visit(Field("classical", "set a classical reconstruction and its noise beside (mri: sense; ct: fbp)"), classical);
  v.Visit(Field("seed", "of all random numbers").Range(0), seed);
  v.Visit(Field("level", "chance of a false flag in a report of what is right, over all of its p-values")
              .Above(0)
              .Range(0, 0.5),
          level);
}

namespace
{
/** Pixel size of an image over that of the training images. */
std::optional<double>
SpacingRatio(const Grid & grid, const ModelCard & card)
{
  if (card.spacing.size() != 2)
  {
    return std::nullopt;
  }
  return std::sqrt(grid.spacing.y * grid.spacing.x / (card.spacing[0] * card.spacing[1]));
}
} // namespace

DataValidation
ValidateData(const ScanStudy & study,
             const DataValidationOptions & options,
             const NetworkDenoiser * prior,
             const ProgressCallback & progress)
{
  const auto start = std::chrono::steady_clock::now();
  const auto samples = static_cast<double>(options.samples);
  const auto inFolds = static_cast<double>(options.folds * options.foldSamples);
  const auto doubled = 2.0 * static_cast<double>(options.doubleSamples);
  const double audit = 0.05 * samples;
  Stages stages(progress, samples + inFolds + doubled + audit);
  DataValidation result;
  result.estimate = study.Run({options.samples, 1.0, options.seed}, stages.Next("samples", samples));
  const at::Tensor images = study.Images(result.estimate.samples);
  if (images.size(0) < 2)
  {
    throw DataError("samples: given " + std::to_string(options.samples) + ", of which " +
                    std::to_string(images.size(0)) + " fit the data; required two that do (more --samples or --steps)");
  }
  result.residual = AuditResiduals(study, images, options.seed, stages.Next("residuals", audit));
  if (options.folds > 0)
  {
    const StudyRun run{options.foldSamples, 1.0, options.seed + 1};
    const HeldOutPrediction prediction = PredictHeldOut(study, options.folds, run, stages.Next("held out", inFolds));
    if (prediction.predicted.size(0) > 1)
    {
      result.heldOut = AuditHeldOut(prediction, options.folds, options.seed);
    }
  }
  if (dynamic_cast<const LinearOperator *>(&study.Data().Model()) != nullptr)
  {
    result.nullSpace = AuditNullSpace(study, images);
  }
  if (options.doubleSamples > 0)
  {
    const StudyRun run{options.doubleSamples, 2.0, options.seed + 2};
    const VolumeEstimate other = study.Run(run, stages.Next("twice the steps", doubled));
    const at::Tensor others = study.Images(other.samples);
    if (others.size(0) > 1)
    {
      result.doubling = AuditStability(images, others, options.seed);
    }
  }
  if (options.classical)
  {
    result.classical = study.Classical({});
  }
  result.noiseRatio = study.NoiseRatio();
  if (prior != nullptr)
  {
    result.familiarity = AuditFamiliarity(*prior, study.InPriorUnits(images, prior->Card()));
    result.orientation = SliceOrientation(result.estimate.mean.GetGrid());
    result.trainedOrientation = prior->Card().orientation;
    result.spacingRatio = SpacingRatio(result.estimate.mean.GetGrid(), prior->Card());
  }
  JudgeData(study, options, result);
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}
} // namespace tweedie
