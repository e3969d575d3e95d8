// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieNoiseSchedule_h
#define tweedieNoiseSchedule_h

#include <cstdint>
#include <string>
#include <vector>

namespace tweedie
{
/** Noise levels of a chain, in double: sigma_max = s[0] > s[1] > ... > s[steps - 1] = sigma_min > 0, and s[steps] = 0
 * appended, steps + 1 values. One level alone is sigma_max. Throws UsageError unless steps >= 1 and
 * 0 < sigmaMinimum < sigmaMaximum (one step: sigmaMaximum > 0). */

/** s[i] = (smax^(1/p) + i / (steps - 1) (smin^(1/p) - smax^(1/p)))^p (Karras et al. 2022, eq. 5). */
std::vector<double> EdmSchedule(std::int64_t steps, double sigmaMaximum, double sigmaMinimum, double p = 7.0);

/** s[i] = smax (smin / smax)^(i / (steps - 1)) (Song and Ermon 2019). */
std::vector<double> GeometricSchedule(std::int64_t steps, double sigmaMaximum, double sigmaMinimum);

/** Levels of the variance-preserving diffusion x_vp = sqrt(ab) x0 + sqrt(1 - ab) n in the variables of this library,
 * x = x_vp / sqrt(ab), sigma^2 = (1 - ab) / ab, for data of unit variance. A chain of means or an ancestral chain is
 * the same in either variables, so that a schedule is all that tells VP from VE.
 *
 * Discrete: ab[i] = prod (1 - beta), 1000 betas linear from 1e-4 to 2e-2 (Ho et al. 2020); equal steps of i, linear in
 * log sigma between two. Throws UsageError beyond its levels, 0.01 to 157.4. Continuous: beta(t) = 0.1 + 19.9 t (Song
 * et al. 2021, SDE of eq. 11); equal steps of t. */
std::vector<double> DiscreteVPSchedule(std::int64_t steps, double sigmaMaximum, double sigmaMinimum);
std::vector<double> ContinuousVPSchedule(std::int64_t steps, double sigmaMaximum, double sigmaMinimum);

struct NoiseScheduleRow
{
  const char * name;
  const char * description; ///< one line
  std::vector<double> (*make)(std::int64_t steps, double sigmaMaximum, double sigmaMinimum);
};

/** edm | geometric | ddpm | vp. */
const std::vector<NoiseScheduleRow> & NoiseScheduleTable();

/** The schedule of a row. Throws UsageError for an unknown name. */
std::vector<double>
MakeNoiseSchedule(const std::string & name, std::int64_t steps, double sigmaMaximum, double sigmaMinimum);
} // namespace tweedie

#endif
