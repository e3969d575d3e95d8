// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSummary_h
#define tweedieSummary_h

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace tweedie
{
/** What a standard deviation means. */
enum class DeviationKind
{
  None,
  Posterior,        ///< spread of posterior samples
  Replica,          ///< spread over re-drawn measurement noise
  GaussianPosterior ///< from a closed-form Gaussian posterior
};

/** How a result came about; written as summary.json beside it. */
struct Summary
{
  std::string method;
  std::string guidance;    ///< empty for classical methods
  std::string prior;       ///< name or file of the prior, empty for classical methods
  std::string deviationOf; ///< method that made the standard deviation, e.g. "daps" beside rmp
  DeviationKind deviationKind = DeviationKind::None;
  std::int64_t steps = 0;               ///< noise levels, or iterations of a classical method
  std::int64_t samples = 0;             ///< posterior samples behind the standard deviation
  std::int64_t networkEvaluations = 0;  ///< denoiser calls per image (mean plus samples)
  std::int64_t operatorEvaluations = 0; ///< calls of the operator per image, see WorkKind
  double wallSeconds = 0.0;
  /** Those of wallSeconds that went by inside network and operator; NaN where a device runs behind the host. */
  double networkSeconds = std::numeric_limits<double>::quiet_NaN();
  double operatorSeconds = std::numeric_limits<double>::quiet_NaN();
  std::uint64_t seed = 0;
  /** ||y - A mean||^2 over its expectation for the truth, sum of the noise variances: 1 = at the noise level. */
  double dataFit = std::numeric_limits<double>::quiet_NaN();
  /** rms(mean - sample mean) over its Monte-Carlo standard error; NaN where there is no second mean. */
  double meanDisagreement = std::numeric_limits<double>::quiet_NaN();
  bool nonGaussianPosterior = false; ///< the flag raised by meanDisagreement
  /** What a method has to say beyond this, e.g. "effective-sample-size"; means over images. */
  std::map<std::string, double> figures;
  std::string options; ///< the options of the run as JSON text
  std::vector<std::string> warnings;

  /** One line for a terminal. */
  std::string BriefReport() const;

  /** Every field as JSON text (one object, keys in lower-case-hyphen). */
  std::string ToJson() const;
};

const char * ToString(DeviationKind kind);
} // namespace tweedie

#endif
