// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSuiteOutcome_h
#define tweedieSuiteOutcome_h

#include "tweedieSuiteScore.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace tweedie
{
/** One way to measure. */
struct SuiteConfiguration
{
  std::string name;  ///< "coils8-equispaced-fraction-4"
  std::string label; ///< "8 coils, equispaced-fraction, 4"
};

/** One way to reconstruct. */
struct SuiteMethod
{
  std::string name;  ///< "rmp-20"
  std::string label; ///< "RMP, 20 steps"
  std::string method;
  std::int64_t effort = 0; ///< of a posterior method: noise levels or network calls, as the protocol says; 0: classical
  std::int64_t samples = 0;
  std::string beside = ""; ///< of samples: the method whose mean their deviation goes with, earlier in the list
  std::string start = "";  ///< the method whose mean it starts from, earlier in the list
  bool isWeighted = false; ///< by total variation, with a weight that is chosen on other slices
};

/** Everything known of one configuration. */
struct SuiteOutcome
{
  SuiteConfiguration configuration;
  std::vector<SuiteMethod> methods;
  std::map<std::string, double> lambdas;                  ///< of methods that are weighted
  std::set<std::string> lambdasAtEnd;                     ///< whose best weight is the first or last one tried
  std::map<std::string, std::vector<SuiteScore>> results; ///< by method, one per seed

  /** By its name, which must be one of methods. */
  const SuiteMethod & Method(const std::string & name) const;

  /** The weight of a method; 0 for one that has none. */
  double Lambda(const std::string & method) const;

  /** The results of a method, one per seed; none where it was not run. */
  const std::vector<SuiteScore> & Of(const std::string & method) const;

  /** All values of one kind over seeds and slices, seed by seed. */
  std::vector<double> Values(const std::string & method, std::vector<double> SuiteScore::*member) const;

  /** The same of SuiteScore::figures. */
  std::vector<double> Figures(const std::string & method, const std::string & figure) const;

  /** Mean over seeds; NaN for none. */
  double MeanOf(const std::string & method, double SuiteScore::*member) const;

  /** Mean PSNR of a method above that of TV, dB. */
  double GainOverTotalVariation(const std::string & method) const;

  /** rms(s sqrt(1 + 1/n)) / rms(error), pooled over seeds by their pixels; found: whose error. */
  double PooledRatio(const std::string & samples, double SuiteScore::*found) const;
  double PooledCoverage(const std::string & samples, double SuiteScore::*coverage) const;
};
} // namespace tweedie

#endif
