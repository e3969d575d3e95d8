// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieStudyInput_h
#define tweedieStudyInput_h

#include "tweedieCommandLine.h"
#include "tweediePhaseScanFile.h"
#include "tweediePosteriorOptions.h"
#include "tweedieScanProtocol.h"
#include "tweedieScanStudy.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
class NetworkDenoiser;

/** A scan to be validated and what has to be known beside it, whatever was measured. */
struct StudyInputOptions
{
  std::string kind; ///< mri, ct, phase; empty: by the file
  std::string scan;
  std::string geometry;
  std::string like;
  std::string sensitivities;
  double modelDeviation = 0.005;
  std::optional<double> muWater;
  std::optional<double> noise;
  bool needsProtocol = false; ///< whether calibrated scales are to be held against the scan

  void Visit(OptionVisitor & v);

  /** From the words "[mri|ct|phase] SCAN". Throws UsageError for others. */
  void SetWords(const std::vector<std::string> & words);
};

/** A study and what it reads. */
struct StudyInput
{
  std::unique_ptr<ScanStudy> study;
  std::vector<std::string> warnings;
  double factor = 1.0; ///< image units = image of the study * factor + offset
  double offset = 0.0;
  std::string units;
  std::shared_ptr<const NetworkDenoiser> prior;
  std::string digest;         ///< SHA-256 of the scan's numbers
  std::string priorDigest;    ///< of the model file
  PosteriorOptions posterior; ///< as the study draws it
  std::string priorScope;     ///< what it was trained on
  std::string noiseSource;    ///< in words
  Grid image;                 ///< of the result
  ProtocolFacts protocol;     ///< where it is needed: all but the number of samples
};

/** Reads the scan. shared: how its posterior is drawn; where a kind has other defaults, and line does not say
 * otherwise, those. Throws as the readers and the studies. */
StudyInput ReadStudy(const StudyInputOptions & options,
                     const PosteriorOptions & shared,
                     const PhaseReadOptions & patterns,
                     CommandLine & line);
} // namespace tweedie

#endif
