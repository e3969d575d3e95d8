// SPDX-License-Identifier: Apache-2.0
// What a search of settings asks of every method: ranges inside what the method takes, and a cost that can be kept.
#include "tweedieCallBudget.h"
#include "tweedieDapsEstimator.h"
#include "tweedieError.h"
#include "tweedieEstimatorProblems.h"
#include "tweedieExpectTensor.h"
#include "tweedieOptionsJson.h"
#include "tweedieSettingsSearch.h"

#include <nlohmann/json.hpp>

namespace tweedie
{
namespace
{
using test::AllChains;
using test::ThreeImages;
using test::UnitDenoiser;

/** Published inner loops and chains, whose step sizes are searched only there. */
std::vector<nlohmann::json>
Variants()
{
  return {nlohmann::json::object(),
          {{"rmp-propagation", "natural-gradient"}, {"rmp-precision", "learned"}},
          {{"daps-estimate", "flow"}, {"daps-inner", "underdamped"}}};
}

TEST(SearchedSettings, LieInsideWhatIsAllowed)
{
  std::size_t mostForRmp = 0;
  for (const EstimatorRow & row : EstimatorTable())
  {
    for (const nlohmann::json & variant : Variants())
    {
      EstimatorOptions options;
      JsonReader first(variant);
      options.Visit(first);
      options.method = row.name;
      std::size_t own = 0;
      for (const SearchedSetting & setting : SearchedSettings(options))
      {
        SCOPED_TRACE(setting.name);
        EXPECT_LT(setting.low, setting.high);
        for (const double end : {setting.low, setting.high})
        {
          EstimatorOptions atEnd = options;
          const nlohmann::json value{
              {setting.name, setting.isInteger ? nlohmann::json(std::llround(end)) : nlohmann::json(end)}};
          JsonReader reader(value);
          atEnd.Visit(reader);
          EXPECT_NO_THROW(ValidateOptions(atEnd));
        }
        own += setting.name.rfind(std::string(row.name) + '-', 0) == 0 || setting.name == "variance" ? 1 : 0;
      }
      EXPECT_EQ(own == 0, std::string(row.name) == "reference") << row.name; // closed forms have nothing to tune
      mostForRmp = std::string(row.name) == "rmp" ? std::max(mostForRmp, own) : mostForRmp;
    }
  }
  EXPECT_EQ(mostForRmp, 5u); // the inner loop: its steps, their size, zeta, the size for the precision, and r^2
}

TEST(SearchedSettings, InnerLoopsAreSearchedWhereTheyRun)
{
  const auto has = [](const EstimatorOptions & options, const std::string & name)
  {
    const auto settings = SearchedSettings(options);
    return std::any_of(
        settings.begin(), settings.end(), [&](const SearchedSetting & setting) { return setting.name == name; });
  };
  EstimatorOptions options;
  EXPECT_FALSE(has(options, "daps-rate"));
  options.Of<DapsSettings>().inner = "langevin";
  EXPECT_TRUE(has(options, "daps-rate"));
  EXPECT_FALSE(has(options, "daps-momentum"));
  options.method = "dds";
  EXPECT_FALSE(has(options, "variance")); // dds has gamma in its place
}

TEST(CallBudget, IsWhatARunCosts)
{
  for (const EstimatorOptions & chain : AllChains())
  {
    SCOPED_TRACE(chain.method + ' ' + chain.guidance);
    const PosteriorProblem problem = ThreeImages();
    const std::int64_t spent = RunEstimator(problem, chain).summary.networkEvaluations;
    const std::int64_t all = CallsPerImage(problem.prior, chain);
    EstimatorOptions fewer = chain;
    --fewer.steps;
    EXPECT_LE(spent, all);
    EXPECT_GT(spent, CallsPerImage(problem.prior, fewer)); // inner loops leave out the last level, which goes to 0
    EXPECT_EQ(LevelsWithin(all, problem.prior, chain), chain.steps);
    EXPECT_EQ(LevelsWithin(all - 1, problem.prior, chain), chain.steps - 1);
  }
}

TEST(CallBudget, KnowsWhatAMethodDoesWithANetwork)
{
  EstimatorOptions options;
  options.method = "rmp";
  options.schedule = "geometric";
  options.sigmaMaximum = 12.0;
  options.sigmaMinimum = 0.375;
  options.steps = 6; // 12, 6, 3, 1.5, 0.75, 0.375, of a prior of deviation 1
  const auto network = std::make_shared<const UnitDenoiser>(UnitDenoiser::Hook{}, true, true);
  const auto formula = std::make_shared<const UnitDenoiser>();
  EXPECT_EQ(CallsPerImage(network, options), 4 + 2 * 8); // the decoupled chain: rmp-draws from the deviation on
  EXPECT_EQ(CallsPerImage(formula, options), 6);         // the closed one
  options.samples = 4;
  EXPECT_EQ(CallsPerImage(network, options), 4 + 2 * 8); // not those beside the mean
  options.steps = 1;
  options.method = "dds";
  EXPECT_EQ(CallsPerImage(network, options), 4);
  options.samples = 0;
  EXPECT_EQ(CallsPerImage(network, options), 8);
  EXPECT_EQ(LevelsWithin(23, network, options), 2);
  options.method = "tds";
  EXPECT_EQ(CallsPerImage(network, options), 16); // its particles
  EXPECT_THROW_MESSAGE(LevelsWithin(15, network, options), UsageError, "required at least the 16 of one noise level");
}
} // namespace
} // namespace tweedie
