// SPDX-License-Identifier: Apache-2.0
#include "tweedieAblationProblems.h"
#include "tweedieAccessibility.h"
#include "tweedieClosedFormProblems.h"
#include "tweedieConvergence.h"
#include "tweedieExpectTensor.h"
#include "tweedieGaussianLikelihood.h"
#include "tweedieGaussianMixtureDenoiser.h"
#include "tweedieOperatorCombinators.h"
#include "tweedieProgramTest.h"

#include <nlohmann/json.hpp>

namespace tweedie
{
namespace
{
using test::ReadFile;
using test::Tweedie;

const std::vector<ScalarComponent> skewed{{1.0, -0.7, 0.25}, {0.6, 0.1, 0.5}, {0.4, 1.6, 1.0}}; // weights of sum 2

/** The same law for one unknown, from the library. */
GaussianMixtureDenoiser
OnePixel()
{
  return {at::tensor({0.5, 0.3, 0.2}, at::kDouble),
          at::tensor({-0.7, 0.1, 1.6}, at::kDouble).reshape({3, 1, 1, 1, 1}),
          at::tensor({0.0625, 0.25, 1.0}, at::kDouble).reshape({3, 1, 1})};
}

TEST(ScalarLaws, MixtureIsTheLibrarysInEveryUnknown)
{
  const ScalarMixtureDenoiser law(skewed);
  const GaussianMixtureDenoiser pixel = OnePixel();
  EXPECT_NEAR(law.Mean(), pixel.Mean().item<double>(), 1e-14); // rounding, here and below
  EXPECT_NEAR(law.PriorVariance(), pixel.PriorVariance(), 1e-14);
  const auto x = at::linspace(-4.0, 5.0, 20, at::kDouble);
  for (const double sigma : {0.05, 0.7, 20.0})
  {
    SCOPED_TRACE(sigma);
    const auto many = x.reshape({1, 1, 1, 1, 20});
    const auto alone = x.reshape({20, 1, 1, 1, 1});
    EXPECT_TENSOR_NEAR(
        law.Denoise(many, test::Sigma(sigma)).flatten(), pixel.Denoise(alone, test::Sigma(sigma)).flatten(), 1e-12);
    EXPECT_TENSOR_NEAR(law.JacobianProduct(many, test::Sigma(sigma), many).flatten(),
                       pixel.JacobianProduct(alone, test::Sigma(sigma), alone).flatten(),
                       1e-11);
  }
}

TEST(ScalarLaws, DrawsHaveTheLawsMoments)
{
  const ScalarMixtureDenoiser law(skewed);
  auto random = test::Streams(3, 1);
  const auto draws = law.Draw(random, {1, 1, 1, 40000});
  // Four standard errors; the fourth moment of this law is 5.5 v^2.
  EXPECT_NEAR(draws.mean().item<double>(), law.Mean(), 4.0 * std::sqrt(law.PriorVariance() / 40000.0));
  EXPECT_NEAR(draws.var().item<double>() / law.PriorVariance(), 1.0, 4.0 * std::sqrt(4.5 / 40000.0));
}

TEST(ScalarLaws, QuadratureIsTheClosedForm)
{
  const ScalarMixtureDenoiser law(skewed);
  const Shape shape{1, 1, 1, 3};
  const auto data = at::tensor({-1.0, 0.5, 2.5}, at::kDouble).reshape({1, 1, 1, 1, 3});
  const auto noise = at::tensor({0.3, 0.8, 3.0}, at::kDouble).reshape({1, 1, 1, 1, 3});
  const GridPosterior grid(law, GaussianLikelihood(Identity(shape), data, noise));
  for (std::int64_t i = 0; i < 3; ++i)
  {
    SCOPED_TRACE(i);
    const double s = noise.flatten()[i].item<double>();
    const auto exact = OnePixel().Conditioned(at::ones({1, 1}, at::kDouble), data.flatten()[i].reshape({1}), s * s);
    // The grid reaches 8 prior deviations; a step of a twelfth of the narrowest component leaves nothing by aliasing.
    EXPECT_NEAR(grid.Mean().flatten()[i].item<double>(), exact->Mean().item<double>(), 1e-10);
    EXPECT_NEAR(grid.Variance().flatten()[i].item<double>(), exact->MarginalVariance().item<double>(), 1e-10);
    for (const double sigma : {0.02, 0.5, 50.0})
    {
      const auto x = at::full({1, 1, 1, 1, 3}, 0.4, at::kDouble);
      const auto pixel = at::full({1, 1, 1, 1, 1}, 0.4, at::kDouble);
      // At 0.02, a bare step of the grid, aliasing leaves exp(-2 pi^2 (0.02 / 0.017)^2) of the level: 1e-12.
      EXPECT_NEAR(grid.Denoise(x, test::Sigma(sigma)).flatten()[i].item<double>(),
                  exact->Denoise(pixel, test::Sigma(sigma)).item<double>(),
                  1e-10);
    }
  }
}

TEST(Convergence, SlopeOfAPowerLaw)
{
  // The first point, which is far off, is not counted.
  EXPECT_NEAR(LogLogSlope({1.0, 10.0, 100.0, 1000.0}, {7.0, 2e-1, 2e-2, 2e-3}, 10.0), -1.0, 1e-12); // rounding
}

class AblationSuite : public ::testing::Test
{
protected:
  const test::TemporaryFolder m_Folder;

  nlohmann::json
  Run(const std::vector<std::string> & tables)
  {
    std::vector<std::string> words{"compare", "--suite", "rmp-ablation", "--output", m_Folder.File("ablation")};
    for (const std::string & table : tables)
    {
      words.insert(words.end(), {"--only", table});
    }
    const auto result = Tweedie(words);
    EXPECT_EQ(result.exitCode, 0) << result.error;
    return nlohmann::json::parse(ReadFile(m_Folder.File("ablation") + "/table.json"));
  }
};

TEST_F(AblationSuite, TheStartIsForgottenAndTheOrderIsOne)
{
  const auto json = Run({"start", "convergence"});
  std::map<std::string, nlohmann::json> rows;
  for (const auto & row : json["settings"])
  {
    EXPECT_EQ(row["table"], "start");
    EXPECT_EQ(row["network-evaluations"], 30);
    rows[row["setting"].get<std::string>()] = row;
  }
  const auto error = [&](const std::string & setting, const std::string & problem)
  { return rows.at(setting).at("error-" + problem).get<double>(); };
  const double far = error("from the prior's mean, s_T 50", "gaussian");
  EXPECT_LT(far, 1e-3);
  // What is left of the start is C / (s_T^2 + C), C < 1: five times the level, a 25th.
  EXPECT_NEAR(error("from the prior's mean, s_T 10", "gaussian") / far, 25.0, 0.5);
  // A mean that is propagated exactly ends beside the mean of posteriors that are not Gaussian.
  EXPECT_NEAR(error("from the prior's mean, s_T 50", "skewed"), 0.276, 0.005); // another quadrature, another rounding
  EXPECT_NEAR(error("from the prior's mean, s_T 50", "two-modes"), 0.362, 0.005);
  ASSERT_EQ(json["convergence"].size(), 6u);
  for (const auto & row : json["convergence"])
  {
    const std::string curve = row["curve"];
    SCOPED_TRACE(curve);
    if (curve.find("to the mean") != std::string::npos)
    {
      EXPECT_NEAR(row["error-10"].get<double>() / far, 1.0, 1e-6); // the same, whatever the levels
      EXPECT_NEAR(row["slope"].get<double>(), 0.0, 1e-6);
      continue;
    }
    EXPECT_NEAR(row["slope"].get<double>(), -1.0, 0.06); // 40 levels still bend it by 4 %
    // At the limit of VE itself: VP ends there too.
    EXPECT_LT(row["error-640"].get<double>(), 3e-3);
  }
  const std::string page = ReadFile(m_Folder.File("ablation") + "/report.html");
  EXPECT_NE(page.find("Start and highest noise level"), std::string::npos);
  EXPECT_NE(page.find("<svg"), std::string::npos);
  test::ExpectAccessible(page, "ablation");
  EXPECT_EQ(page.find("Weight zeta"), std::string::npos); // not asked for
  EXPECT_NE(ReadFile(m_Folder.File("ablation") + "/table.csv").find("start,"), std::string::npos);
  EXPECT_NE(ReadFile(m_Folder.File("ablation") + "/table.md").find("slope"), std::string::npos);
}

TEST_F(AblationSuite, RefusesATableThatIsNotThere)
{
  const auto result = test::TweedieHere(
      {"compare", "--suite", "rmp-ablation", "--only", "weather", "--output", m_Folder.File("ablation")});
  EXPECT_EQ(result.exitCode, 1);
  EXPECT_NE(result.error.find("step-size"), std::string::npos) << result.error;
  EXPECT_EQ(m_Folder.Count(), 0);
}
} // namespace
} // namespace tweedie
