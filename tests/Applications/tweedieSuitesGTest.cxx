// SPDX-License-Identifier: Apache-2.0
#include "tweedieProgramTest.h"

#include <nlohmann/json.hpp>

namespace tweedie
{
namespace
{
using test::ReadFile;
using test::Tweedie;

class Suites : public test::ProgramTest
{
};

TEST_F(Suites, ClosedFormHoldsMethodsToExactPosteriors)
{
  const std::string folder = File("closed-form");
  const auto result =
      Tweedie({"compare", "--suite", "closed-form", "--only", "diffpir", "--only", "rmp", "--output", folder});
  ASSERT_EQ(result.exitCode, 0) << result.error;
  const auto rows = nlohmann::json::parse(ReadFile(folder + "/table.json"));
  ASSERT_EQ(rows.size(), 2u);
  for (const auto & row : rows)
  {
    for (const char * problem : {"gaussian-mask", "gaussian-blur"})
    {
      const std::string method = row["method"];
      SCOPED_TRACE(method + ' ' + problem);
      const double error = row["error-" + std::string(problem)];
      const auto & variance = row["variance-" + std::string(problem)];
      if (method == "rmp")
      {
        EXPECT_LT(error, 1e-2); // what a start at 50 deviations leaves
        EXPECT_TRUE(variance.is_null());
        continue;
      }
      EXPECT_LT(error, 0.05); // 2000 draws: 0.016 by chance
      // Fresh noise alone leaves half of the variance; pooled over 16 pixels of 2000 draws, below 2 %.
      EXPECT_NEAR(variance.get<double>(), 0.5, 0.02);
    }
  }
  EXPECT_NE(ReadFile(folder + "/report.html").find("diffpir"), std::string::npos);
}

TEST_F(Suites, RefuseWhatTheyDoNotKnow)
{
  ExpectWrongUse({"compare", "--suite", "none", "--output", File("x")}, "closed-form");
  ExpectWrongUse({"compare", "--suite", "papers", "--output", File("x")}, "--image");
}
} // namespace
} // namespace tweedie
