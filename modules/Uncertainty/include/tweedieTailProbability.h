// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieTailProbability_h
#define tweedieTailProbability_h

#include <cstdint>

namespace tweedie
{
/** Both regularised incomplete gamma functions, P(a, x) + Q(a, x) = 1 (DLMF 8.2); the smaller one is computed and
 * keeps its digits. a > 0. */
struct GammaProbabilities
{
  double below; ///< P(a, x)
  double above; ///< Q(a, x)
};
GammaProbabilities IncompleteGamma(double a, double x);

/** P(X > x) of chi^2 with that many degrees of freedom. */
double ChiSquareTail(double x, double degreesOfFreedom);

/** 2 min(P(X <= x), P(X >= x)), at most 1. */
double ChiSquareTwoSided(double x, double degreesOfFreedom);

/** 2 P(Z > |z|) of a standard normal Z. */
double NormalTwoSided(double z);

/** 2 P(T > |t|) of Student's law. */
double StudentTwoSided(double t, double degreesOfFreedom);

/** P(X <= successes) of a binomial law. */
double BinomialBelow(std::int64_t successes, std::int64_t trials, double probability);

/** The smallest k with P(X <= k) >= level. */
std::int64_t BinomialQuantile(double level, std::int64_t trials, double probability);

/** Counts between the quantiles (1 - level)/2 and (1 + level)/2: at least `level` of all counts lie in [low, high]. */
struct CountBand
{
  std::int64_t low;
  std::int64_t high;
};
CountBand BinomialBand(double level, std::int64_t trials, double probability);

/** Clopper and Pearson (1934): the probabilities that a count does not contradict, covers with at least `level`. */
struct ProbabilityInterval
{
  double low;
  double high;
};
ProbabilityInterval BinomialInterval(double level, std::int64_t successes, std::int64_t trials);

/** P(D_n > d) of the Kolmogorov-Smirnov distance between n independent uniform numbers and their law. To 1e-7 up to
 * 1000 numbers (Marsaglia, Tsang and Wang 2003); above, Kolmogorov's series at (sqrt(n) + 0.12 + 0.11/sqrt(n)) d
 * (Stephens 1970), to 1e-3. */
double KolmogorovTail(double distance, std::int64_t count);
} // namespace tweedie

#endif
