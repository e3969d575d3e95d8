// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePapersTasks_h
#define tweediePapersTasks_h

#include "tweedieDenoiser.h"
#include "tweediePosteriorOptions.h"
#include "tweedieProgress.h"
#include "tweedieSuite.h"
#include "tweedieVolume.h"
#include "tweedieVolumeEstimate.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tweedie
{
/** A simulated measurement of the judged slices, and the ways back from it. */
class PapersTask
{
public:
  virtual ~PapersTask() = default;

  /** What the results are held against: real or complex. */
  virtual const Volume & Truth() const = 0;

  /** What was measured, where that is an image, else empty. */
  virtual Volume
  Measured() const
  {
    return {};
  }

  /** Of the task in the names of tuned presets. */
  virtual std::string SettingsName() const = 0;

  /** With its tuned settings, where there are some (tweedieTunedSettings.h). */
  virtual VolumeEstimate Classical(const std::string & method, const ProgressCallback & progress) const = 0;
  virtual VolumeEstimate Posterior(const PosteriorOptions & options, const ProgressCallback & progress) const = 0;

  /** The prior as the chains of Posterior see it. */
  virtual DenoiserPointer Prior() const = 0;
};

/** A kind of measurement. Another one is a row more. */
struct PapersTaskRow
{
  std::string name;                   ///< "sr", "mri-coils8-equispaced-fraction-4", "ct-60"
  std::string description;            ///< one line
  std::vector<std::string> classical; ///< rivals that need no prior
  std::function<std::unique_ptr<PapersTask>(const Volume & image, const SuiteOptions & options)> make;
  bool isOfCT = false; ///< slices in Hounsfield units, a prior that was trained on them, and attenuation as result
};

/** The tasks of tweedie simulate restoration, with Gaussian noise of 0.05 of the 99.9th percentile, then the
 * measurements of the suite mri-brain, then ct-60: the 60 parallel views of the suite ct-head. */
std::vector<PapersTaskRow> PapersTaskTable();
} // namespace tweedie

#endif
