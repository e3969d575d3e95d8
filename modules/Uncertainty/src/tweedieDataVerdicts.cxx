// SPDX-License-Identifier: Apache-2.0
#include "tweedieDataVerdicts.h"

#include "tweedieHolm.h"
#include "tweedieReportTable.h"

#include <limits>

namespace tweedie
{
namespace
{
// Bands of what a reader would still call right, beside three standard deviations of chance: they leave room for a
// model that is not that of the scanner to the last digit.
constexpr double chance = 3.0;
constexpr double largestCorrelation = 0.05;
constexpr double modelCorrelation = 0.5; // of the share that is the forward model's: its errors are smooth
constexpr double nominalCoverage = 0.9;
constexpr double coverageBand = 0.06;
constexpr double ratioLow = 0.75;
constexpr double ratioHigh = 1.33;
constexpr double noiseLow = 0.8;
constexpr double noiseHigh = 1.25;
constexpr double largestShift = 0.5;
// Of a held-out brain's samples 1.7, of a macaque's 3.2 (acceleration 4, 8 coils).
constexpr double largestExcess = 1.9;
constexpr double spacingLow = 0.8;
constexpr double spacingHigh = 1.25;

Verdict
InRange(const char * key, const char * label, double value, double low, double high)
{
  Verdict verdict;
  verdict.key = key;
  verdict.label = label;
  verdict.value = value;
  verdict.low = low;
  verdict.high = high;
  return JudgeRange(verdict);
}

/** A residual verdict where part of the stated variance is an allowance for the model: less than all of it may be
 * there. spread: tr K / m of the numbers that the verdict is about (ResidualCheck), 0 for those of samples: a misfit of
 * `share` of what is stated is (share - spread) / (1 - spread) of what the mean leaves. */
Verdict
WithAllowance(Verdict verdict, double noiseShare, double spread)
{
  if (verdict.state == VerdictState::NotTested || noiseShare >= 1.0)
  {
    return verdict;
  }
  verdict.low -= (1.0 - noiseShare) / (1.0 - spread);
  verdict = JudgeRange(verdict);
  verdict.statement += " Of the stated variance " + FormatSignificant(100.0 * (1.0 - noiseShare), 2) +
                       " % is an allowance for the forward model, which need not be used up.";
  return verdict;
}

Verdict
OfWhiteness(const ResidualAudit & audit, double p, double level, double noiseShare)
{
  Verdict verdict = InRange("whiteness-of-residual",
                            "Largest correlation of a sample's residual with itself",
                            audit.whiteness.lags.empty() ? std::numeric_limits<double>::quiet_NaN() : audit.correlation,
                            0.0,
                            largestCorrelation + modelCorrelation * (1.0 - noiseShare));
  if (verdict.state == VerdictState::NotTested)
  {
    verdict.statement = "The data have too few rows or columns.";
    return verdict;
  }
  verdict.pValue = p;
  const bool isWhite = p > level || verdict.state == VerdictState::Passed;
  verdict.state = isWhite ? VerdictState::Passed : VerdictState::Failed;
  verdict.statement = isWhite
                          ? "Neighbouring data are off by amounts that have nothing to do with each other."
                          : "Neighbouring data are off alike: the forward model or the noise model lacks something.";
  return verdict;
}

Verdict
OfStructure(const ResidualAudit & audit, double p, double level)
{
  Verdict verdict = InRange("structure-of-residual",
                            "Largest structure in the residual, in standard deviations of noise",
                            audit.structurePeak,
                            0.0,
                            audit.structureLevel);
  verdict.pValue = p;
  verdict.state = p > level ? VerdictState::Passed : VerdictState::Failed;
  verdict.statement = verdict.state == VerdictState::Passed
                          ? "What the mean leaves of the data looks like noise everywhere in the image."
                          : "Something in the data is not in the mean: see the map of the residual for where.";
  return verdict;
}

void
JudgeHeldOut(const ScanStudy & study, const HeldOutAudit & audit, std::vector<Verdict> & verdicts)
{
  const double band = coverageBand + chance * audit.coverageError;
  Verdict coverage = InRange("held-out-coverage",
                             "Share of held-out data inside their 90 % interval",
                             audit.coverage90,
                             nominalCoverage - band,
                             nominalCoverage + band);
  coverage.statement = coverage.state == VerdictState::Passed
                           ? "Data that the reconstruction did not see fall where it says that they will."
                       : audit.coverage90 < coverage.low
                           ? "Data that the reconstruction did not see miss its intervals too often: it is too sure."
                           : "Data that the reconstruction did not see hardly ever miss its intervals: it is not sure "
                             "enough.";
  verdicts.push_back(coverage);
  Verdict ratio = InRange("held-out-deviation",
                          "Predicted over found error of held-out data",
                          audit.deviationRatio,
                          ratioLow - chance * audit.deviationError,
                          ratioHigh + chance * audit.deviationError);
  ratio.statement = ratio.state == VerdictState::Passed
                        ? "The size of its errors at a left-out " + study.LineName() + " is as predicted."
                    : audit.deviationRatio < ratio.low
                        ? "Errors at a left-out " + study.LineName() + " are larger than predicted."
                        : "Errors at a left-out " + study.LineName() + " are smaller than predicted.";
  verdicts.push_back(ratio);
}

Verdict
OfNoise(double found)
{
  Verdict verdict = InRange("noise-level", "Noise found in the data over the stated one", found, noiseLow, noiseHigh);
  verdict.statement = verdict.state == VerdictState::Passed
                          ? "The noise level that was stated is the one that the data have."
                          : "The noise level that was stated is not the one that the data have.";
  return verdict;
}

Verdict
OfDoubling(const StabilityAudit & audit)
{
  Verdict verdict = InRange("step-doubling",
                            "Shift of the mean with twice the steps, in standard deviations",
                            audit.shift,
                            0.0,
                            largestShift);
  verdict.statement = verdict.state == VerdictState::Passed
                          ? "Twice as many steps do not move the mean by what would matter."
                          : "Twice as many steps move the mean: the number of steps is part of the answer.";
  return verdict;
}

Verdict
OfFamiliarity(const FamiliarityAudit & audit)
{
  Verdict verdict = InRange("kind-of-object",
                            "Denoising error of the samples over the largest of training images",
                            audit.excess,
                            0.0,
                            largestExcess);
  verdict.statement = verdict.state == VerdictState::Passed ? "The prior knows images of this kind."
                      : verdict.state == VerdictState::Failed
                          ? "The prior was not trained on objects or contrasts of this kind: where the data do not "
                            "decide, it is out of its depth."
                          : "The model card does not state it of its training images (tweedie train --describe).";
  return verdict;
}

/** Turned slices, and mirrored ones where training did not mirror, are images that a prior never saw. */
Verdict
OfOrientation(const std::string & image, const std::string & trained)
{
  const bool isKnown = trained.find(image) != std::string::npos;
  Verdict verdict =
      InRange("orientation", "Orientation as of training images (1: it is)", isKnown ? 1.0 : 0.0, 1.0, 1.0);
  verdict.state = isKnown ? VerdictState::Passed : VerdictState::Warned;
  verdict.statement = "x and y of the slices lead to " + image + ", those of the training images to " + trained +
                      (isKnown ? "." : ": the prior knows such slices turned or mirrored only.");
  return verdict;
}

Verdict
OfSpacing(double ratio)
{
  Verdict verdict =
      InRange("pixel-spacing", "Pixel spacing over that of the training images", ratio, spacingLow, spacingHigh);
  verdict.state = verdict.state == VerdictState::Failed ? VerdictState::Warned : verdict.state;
  verdict.statement = verdict.state == VerdictState::Passed
                          ? "Pixels are as large as those that the prior was trained on."
                          : "Pixels are not as large as those that the prior was trained on.";
  return verdict;
}

/** What the model card says of the training images, against this image. */
void
JudgePrior(DataValidation & result)
{
  std::vector<Verdict> & verdicts = result.verdicts;
  if (result.familiarity)
  {
    verdicts.push_back(OfFamiliarity(*result.familiarity));
  }
  if (result.spacingRatio)
  {
    verdicts.push_back(OfSpacing(*result.spacingRatio));
  }
  if (result.familiarity && !result.trainedOrientation.empty())
  {
    verdicts.push_back(OfOrientation(result.orientation, result.trainedOrientation));
  }
  else if (result.familiarity)
  {
    result.notTested.emplace_back("The orientation: the model card does not state where x and y of its training images "
                                  "lead (\"orientation\", which tweedie train writes).");
  }
}
} // namespace

void
JudgeData(const ScanStudy & study, const DataValidationOptions & options, DataValidation & result)
{
  std::vector<Verdict> & verdicts = result.verdicts;
  const ResidualCheck & check = result.residual.check;
  const double noiseShare = study.NoiseShare();
  verdicts.push_back(WithAllowance(SampleResidualVerdict(check), noiseShare, 0.0));
  verdicts.push_back(
      WithAllowance(MeanResidualVerdict(check), noiseShare, check.spread / static_cast<double>(check.numbers)));
  const std::vector<double> p = HolmAdjusted({result.residual.whiteness.pValue, result.residual.pOfStructure});
  verdicts.push_back(OfWhiteness(result.residual, p[0], options.level, noiseShare));
  verdicts.push_back(OfStructure(result.residual, p[1], options.level));
  if (result.heldOut)
  {
    JudgeHeldOut(study, *result.heldOut, verdicts);
  }
  else
  {
    result.notTested.emplace_back(options.folds == 0
                                      ? "Held-out data: --folds 0 leaves nothing out."
                                      : "Held-out data: of some part fewer than two samples fit the rest of the data.");
  }
  if (result.noiseRatio)
  {
    verdicts.push_back(OfNoise(*result.noiseRatio));
  }
  else
  {
    result.notTested.emplace_back("The noise level by itself: these data have no part that holds noise alone.");
  }
  if (result.doubling)
  {
    verdicts.push_back(OfDoubling(*result.doubling));
  }
  else
  {
    result.notTested.emplace_back(options.doubleSamples == 0 ? "Twice the steps: --double-samples 0."
                                                             : "Twice the steps: fewer than two samples fit the data.");
  }
  JudgePrior(result);
  if (!result.nullSpace)
  {
    result.notTested.emplace_back("The null space: the forward model is not linear.");
  }
  result.notTested.emplace_back("The error of the image itself: no truth is known.");
}
} // namespace tweedie
