// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReconstructCommon_h
#define tweedieReconstructCommon_h

#include "tweedieCommandLine.h"
#include "tweedieOutputs.h"
#include "tweediePosteriorOptions.h"
#include "tweedieRunOptions.h"
#include "tweedieVolumeEstimate.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
constexpr char ClassicalHeading[] = "Classical methods";
constexpr char PosteriorHeading[] = "Posterior methods";

/** What every tweedie reconstruct reads and writes. */
struct ReconstructFiles
{
  std::string input;
  std::string output;
  std::string std;
  std::string samplesOutput;
  std::string part = "magnitude";

  void Visit(OptionVisitor & v);
};

/** What classical and posterior methods share. */
struct MethodOptions
{
  std::string method = "rmp";
  std::optional<double> noise;
  std::string device = "cpu";
  std::vector<std::string> classical;     ///< names of the classical methods of this measurement
  std::vector<std::string> withDeviation; ///< those of them that have a standard deviation

  void Visit(OptionVisitor & v);

  bool IsClassical() const;
};

/** Refuses flags that the method cannot serve, and warns of those without effect (and of unused ones), before any file
 * is read. */
void CheckMethodFlags(CommandLine & line,
                      const MethodOptions & method,
                      const PosteriorOptions & posterior,
                      std::vector<std::string> unused = {});

/** Hands the shared options on to the posterior methods. */
void ShareOptions(const MethodOptions & method, const ReconstructFiles & files, PosteriorOptions & posterior);

/** Whether --start names an image. */
bool StartsFromImage(const PosteriorOptions & posterior);

/** The files of a run, refused before the work when they cannot be made; pictures: .png may be among them. */
Outputs CheckedOutputs(const ReconstructFiles & files,
                       const PosteriorOptions & posterior,
                       const std::vector<std::string> & moreInputs,
                       bool overwrite,
                       bool pictures = false);

/** Runs a posterior method; an abort says how the run can be resumed. */
VolumeEstimate WithResumeHint(const PosteriorOptions & posterior, const std::function<VolumeEstimate()> & run);

/** Adds the reader's assumptions to the summary, says everything once, writes the files, prints one line. */
void FinishReconstruction(const ReconstructFiles & files,
                          const std::vector<std::string> & warnings,
                          VolumeEstimate & estimate,
                          const Outputs & outputs,
                          const CommandLine & line);
} // namespace tweedie

#endif
