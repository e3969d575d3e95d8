// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieTuneOptions_h
#define tweedieTuneOptions_h

#include "tweedieCommandLine.h"
#include "tweedieOutputs.h"
#include "tweedieVolume.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** What every tweedie tune reads and writes. */
struct TuneFiles
{
  std::string image;
  std::string axis = "axial";
  std::string slices;
  std::string output;
  std::string log; ///< empty: the output's name with .csv

  void Visit(OptionVisitor & v);
};

/** How it searches. */
struct TuneSearchOptions
{
  std::int64_t budget = 30;
  std::optional<std::int64_t> limitCalls;
  std::string objective = "psnr";
  std::int64_t seed = 1;

  void Visit(OptionVisitor & v);

  /** Of the simulated measurement and of the chains: other masks, kernels and noise than tweedie simulate makes with a
   * small seed, so that a reported measurement is not the one that was tuned on. */
  std::int64_t MeasurementSeed() const;
};

/** The name of the log. */
std::string TuneLogPath(const TuneFiles & files);

/** The output, and the log, which a search continues: both checked before the work. Throws UsageError. */
Outputs CheckedTuneOutputs(const TuneFiles & files, const std::string & prior, bool overwrite);

/** The tuning slices; ranges with commas, or all. Throws UsageError for other texts, DataError for an image that is not
 * real or has several channels. */
Volume TuningSlices(const TuneFiles & files);
} // namespace tweedie

#endif
