// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieTuneCommand_h
#define tweedieTuneCommand_h

#include "tweedieReconstructCommon.h"
#include "tweedieTuneOptions.h"
#include "tweedieTuneTarget.h"

#include <string>
#include <vector>

namespace tweedie
{
/** What the objects of tweedie tune share. */
struct TuneCommand
{
  TuneFiles files;
  TuneSearchOptions search;
  MethodOptions method;
  RunOptions run;
  std::vector<std::string> given; ///< flags of methods that stand on the command line: they are not searched

  /** Options of posterior methods that belong to the search or have no place in it. */
  static std::vector<std::string> Hidden();

  /** After parsing: checks the method's flags and hands the shared ones on. */
  void Finish(CommandLine & line, PosteriorOptions & posterior);

  /** Before any file is read: threads, and the outputs. */
  Outputs Begin(const std::string & prior) const;

  /** Searches, writes the preset, prints one line. measurement: the options of the simulation as JSON texts. */
  void Run(const TuneTarget & target,
           const std::string & prior,
           const std::vector<std::string> & measurement,
           const Outputs & outputs) const;
};
} // namespace tweedie

#endif
