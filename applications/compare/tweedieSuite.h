// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSuite_h
#define tweedieSuite_h

#include "tweedieCommandLine.h"
#include "tweedieOptions.h"
#include "tweedieProgress.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** Options of a whole protocol. */
struct SuiteOptions
{
  std::string suite; ///< a row of SuiteTable(); empty: no suite
  std::string image;
  std::string prior;
  std::string axis = "axial";
  std::string slices; ///< empty: the suite's own, as of tuningSlices, seeds, lambdas and tvIterations
  std::string tuningSlices;
  std::optional<std::int64_t> seeds;
  std::int64_t limit = 0;
  std::vector<double> size;
  std::vector<std::string> only;
  std::vector<double> calls{50.0, 200.0};
  std::vector<double> lambdas;
  std::optional<std::int64_t> tvIterations;
  std::string device = "cpu";
  std::string featureNetwork; ///< of --feature-network, which all of tweedie compare shares
  bool isFidUnbiased = false; ///< of --fid-unbiased

  void Visit(OptionVisitor & v);
};

/** A protocol: its name, what it does, and the function that runs it and fills the folder. */
struct SuiteRow
{
  const char * name;
  const char * purpose;
  bool needsFiles; ///< an image and a prior
  void (*run)(const SuiteOptions & options,
              const std::string & folder,
              const CommandLine & line,
              const ProgressCallback & progress);
};

/** Every protocol. A new one is a file and a row here. */
const std::vector<SuiteRow> & SuiteTable();

void RunBrainSuite(const SuiteOptions & options,
                   const std::string & folder,
                   const CommandLine & line,
                   const ProgressCallback & progress);
void RunCoilsSuite(const SuiteOptions & options,
                   const std::string & folder,
                   const CommandLine & line,
                   const ProgressCallback & progress);
void RunHeadCTSuite(const SuiteOptions & options,
                    const std::string & folder,
                    const CommandLine & line,
                    const ProgressCallback & progress);
void RunPhaseSuite(const SuiteOptions & options,
                   const std::string & folder,
                   const CommandLine & line,
                   const ProgressCallback & progress);
void RunPapersSuite(const SuiteOptions & options,
                    const std::string & folder,
                    const CommandLine & line,
                    const ProgressCallback & progress);
void RunAblationSuite(const SuiteOptions & options,
                      const std::string & folder,
                      const CommandLine & line,
                      const ProgressCallback & progress);
} // namespace tweedie

#endif
