// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieTuneSearch_h
#define tweedieTuneSearch_h

#include "tweedieTuneLog.h"
#include "tweedieTuneOptions.h"
#include "tweedieTuneTarget.h"

#include <string>
#include <vector>

namespace tweedie
{
/** What the trials depend on beside method and settings: files by their content, the measurement by its options. */
struct TuneProvenance
{
  std::string image; ///< file name, without folders
  std::string imageSha256;
  std::string prior; ///< likewise; empty: none
  std::string priorSha256;
  std::string slices;      ///< "axial 64:72:8"
  std::string measurement; ///< options of the simulation as JSON text
};

/** The two files, the slices, and the options of the simulation. */
TuneProvenance ProvenanceOf(const TuneFiles & files, const std::string & prior, const std::string & measurement);

/** The random search, trials 0 .. budget - 1. Each one is in the log as soon as it is finished, and those that are
 * there already are not run again. Throws UsageError where nothing is to be searched, where the method cannot run with
 * its settings as they stand, or where the log is that of another search; DataError; Aborted when progress returns
 * false. */
std::vector<TuneTrial> SearchSettings(const TuneTarget & target,
                                      const TuneSearchOptions & options,
                                      const TuneProvenance & provenance,
                                      const std::string & logPath,
                                      const ProgressCallback & progress);

/** A preset: description, configuration (the method, what is not as every method has it, the best settings), and how it
 * was found. Throws NumericalError where no trial gave an image. */
std::string PresetText(const TuneTarget & target,
                       const TuneSearchOptions & options,
                       const TuneProvenance & provenance,
                       const std::vector<TuneTrial> & trials);

/** One line for a terminal: the best trial and its settings. */
std::string
SearchReport(const TuneTarget & target, const TuneSearchOptions & options, const std::vector<TuneTrial> & trials);
} // namespace tweedie

#endif
