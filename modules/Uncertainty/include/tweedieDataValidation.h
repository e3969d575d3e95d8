// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDataValidation_h
#define tweedieDataValidation_h

#include "tweedieFamiliarityAudit.h"
#include "tweedieHeldOutAudit.h"
#include "tweedieNullSpaceAudit.h"
#include "tweedieOptions.h"
#include "tweedieResidualAudit.h"
#include "tweedieScanStudy.h"
#include "tweedieStabilityAudit.h"
#include "tweedieVerdict.h"

#include <optional>
#include <vector>

namespace tweedie
{
struct DataValidationOptions
{
  std::int64_t samples = 32;      ///< of all of the data
  std::int64_t folds = 4;         ///< 0: nothing is left out
  std::int64_t foldSamples = 8;   ///< of each
  std::int64_t doubleSamples = 8; ///< with twice the steps; 0: none
  std::int64_t seed = 1;
  bool classical = true; ///< set a classical reconstruction beside
  double level = 0.01;   ///< chance that a report of what is right raises any flag of a p-value: shared by Holm (1979)

  void Visit(OptionVisitor & v);
};

/** What can be known of a reconstruction of a scan whose truth nobody knows. */
struct DataValidation
{
  VolumeEstimate estimate; ///< with its samples
  ResidualAudit residual;
  std::optional<HeldOutAudit> heldOut;
  std::optional<NullSpaceAudit> nullSpace; ///< of linear models
  std::optional<StabilityAudit> doubling;
  std::optional<FamiliarityAudit> familiarity; ///< of learned priors
  std::optional<double> spacingRatio;          ///< pixels of the image over those of the training images
  std::string orientation;                     ///< of the image (SliceOrientation)
  std::string trainedOrientation;              ///< of the training images; empty: the card does not state it
  std::optional<VolumeEstimate> classical;     ///< of the same data
  std::optional<double> noiseRatio;            ///< found in the data over the stated one
  std::vector<Verdict> verdicts;
  std::vector<std::string> notTested; ///< with the reason
  double seconds = 0.0;               ///< wall time of all of it
};

/** Runs the study on all of its data, without each part of its lines, and with twice the steps, and judges what comes
 * out. prior: that of the runs, where it is a network; null: another. progress: one bar over all of it. Throws as the
 * study's runs. */
DataValidation ValidateData(const ScanStudy & study,
                            const DataValidationOptions & options,
                            const NetworkDenoiser * prior = nullptr,
                            const ProgressCallback & progress = {});
} // namespace tweedie

#endif
