// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReconstructOptions_h
#define tweedieReconstructOptions_h

#include "tweedieCommandLine.h"
#include "tweedieMRIClassical.h"
#include "tweedieMRIPosterior.h"
#include "tweedieRunOptions.h"

#include <optional>
#include <string>

namespace tweedie
{
struct ReconstructFiles
{
  std::string scan;
  std::string output;
  std::string std;
  std::string samplesOutput;
  std::string part = "magnitude";
  std::string sensitivities;

  void Visit(OptionVisitor & v);
};

/** What classical and posterior methods share. */
struct MethodOptions
{
  std::string method = "rmp";
  std::optional<double> noise;
  std::string device = "cpu";

  void Visit(OptionVisitor & v);

  bool IsClassical() const;
};

/** Everything that tweedie reconstruct mri can be told. */
struct ReconstructOptions
{
  ReconstructFiles files;
  MethodOptions method;
  MRIClassicalOptions classical;
  MRIPosteriorOptions posterior;
  RunOptions run;

  /** Fills the options from the command line and hands the shared ones on to both kinds of method. Refuses what cannot
   * be done, and warns of flags without effect, before any file is read. False: a help was printed. */
  bool Parse(CommandLine & line);

  /** Whether --start names an image. */
  bool StartsFromImage() const;

private:
  void Check(CommandLine & line) const;
};
} // namespace tweedie

#endif
