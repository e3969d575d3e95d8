// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieEstimatorOptions_h
#define tweedieEstimatorOptions_h

#include "tweedieMethodSettings.h"
#include "tweedieOptions.h"

#include <cstdint>
#include <string>

namespace tweedie
{
/** Options of the estimators, shared by every facade; units are those of the prior's state. */
struct EstimatorOptions
{
  std::string method = "rmp";    ///< a row of EstimatorTable()
  std::string guidance = "auto"; ///< a row of GuidanceTable(), or auto; daps draws exactly and needs none
  std::int64_t steps = 20;       ///< noise levels
  std::int64_t samples = 0;      ///< posterior samples per image; 0: rmp none, a sampler 8
  std::string sampler = "daps";  ///< draws the samples beside rmp
  std::int64_t sampleSteps = 40; ///< noise levels of the sampler beside rmp
  std::int64_t seed = 1;
  std::string schedule = "edm"; ///< a row of NoiseScheduleTable()
  double sigmaMaximum = 0.0;    ///< 0: from the prior
  double sigmaMinimum = 0.0;    ///< 0: from the prior
  std::string start = "zero";   ///< zero | mean (of the prior) | noise | anything else: the given image
  double startSigma = 0.0;      ///< noise level a given image starts at; 0: sigmaMaximum
  std::int64_t batch = 8;       ///< chains (samples of images) that run together
  bool keepSamples = false;
  std::string checkpoint;          ///< file to write to and resume from; empty: none
  double checkpointSeconds = 60.0; ///< time between two checkpoints

  double variance = 0.0;              ///< v in r^2 = v s^2 / (v + s^2); 0: guidance asks the prior for r^2, daps for v
  std::string covariance = "auto";    ///< of x0 given x, in pigdm and daps: auto | product | scalar (r^2)
  std::int64_t innerIterations = 200; ///< of conjugate gradients in data space, at most
  double innerTolerance = 1e-5;       ///< their relative residual

  MethodSettingsSet methods; ///< what one method alone has

  /** The settings of one method: options.Of<RmpSettings>().draws = 4. */
  template <typename TSettings>
  TSettings &
  Of()
  {
    return methods.Of<TSettings>();
  }
  template <typename TSettings>
  const TSettings &
  Of() const
  {
    return methods.Of<TSettings>();
  }

  void Visit(OptionVisitor & v);
};
} // namespace tweedie

#endif
