// SPDX-License-Identifier: Apache-2.0
#include "tweedieClosedFormLearning.h"
#include "tweedieClosedFormModels.h"
#include "tweedieClosedFormProblem.h"
#include "tweedieGaussianLikelihood.h"
#include "tweedieJensenGap.h"
#include "tweedieOperatorDiagnostics.h"
#include "tweedieProgramTest.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <map>

namespace tweedie
{
namespace
{
using test::ReadFile;
using test::Tweedie;
using Json = nlohmann::json;

class ValidateClosedForm : public test::ProgramTest
{
protected:
  /** Rows of table.json by "method/problem", without what depends on the machine. */
  std::map<std::string, Json>
  Run(const std::string & folder, std::vector<std::string> arguments)
  {
    arguments.insert(arguments.begin(), {"validate", "closed-form", "--output", folder});
    const auto result = Tweedie(arguments);
    EXPECT_EQ(result.exitCode, 0) << result.error;
    std::map<std::string, Json> rows;
    const Json all = Json::parse(ReadFile(folder + "/table.json"));
    for (Json row : all["table"])
    {
      row.erase("seconds");
      rows[row["method"].get<std::string>() + "/" + row["problem"].get<std::string>()] = row;
    }
    return rows;
  }
};

double
Number(const Json & row, const char * key)
{
  return row.at(key).get<double>();
}

TEST_F(ValidateClosedForm, TellsExactMethodsFromBiasedOnes)
{
  const std::string folder = File("cut");
  const auto rows = Run(folder,
                        {"--only",
                         "reference/inpainting-gaussian",
                         "--only",
                         "daps/inpainting-gaussian",
                         "--only",
                         "diffpir/inpainting-gaussian",
                         "--only",
                         "dps/inpainting-gaussian",
                         "--only",
                         "rmp/inpainting-gaussian",
                         "--training-steps",
                         "0"});
  const Json & exact = rows.at("exact/inpainting-gaussian");
  for (const char * method : {"reference", "daps"})
  {
    SCOPED_TRACE(method);
    const Json & row = rows.at(std::string(method) + "/inpainting-gaussian");
    EXPECT_LT(Number(row, "mean-error"), 0.11);           // 300 draws: 0.058, and 0.01 of its own spread over 16 pixels
    EXPECT_NEAR(Number(row, "variance-ratio"), 1.0, 0.1); // 16 pixels of 300 draws that go partly together
    EXPECT_LT(Number(row, "sliced-wasserstein"), 1.6 * Number(exact, "sliced-wasserstein"));
    EXPECT_GT(Number(row, "mmd-p"), 0.01);
    EXPECT_NEAR(Number(row, "coverage-90"), 0.9, 0.15);         // 40 cases: 0.047
    EXPECT_NEAR(Number(row, "gap"), Number(exact, "gap"), 0.4); // dB; 480 numbers, 5 % of whose square errors is chance
  }
  const Json & narrow = rows.at("diffpir/inpainting-gaussian");
  EXPECT_NEAR(Number(narrow, "variance-ratio"), 0.5, 0.04); // fresh noise alone leaves half
  EXPECT_LT(Number(narrow, "coverage-90"), 0.75);
  EXPECT_LT(Number(narrow, "mmd-p"), 0.01);
  const Json & biased = rows.at("dps/inpainting-gaussian");
  EXPECT_GT(Number(biased, "sliced-wasserstein"), 3.0 * Number(exact, "sliced-wasserstein"));
  EXPECT_LT(Number(biased, "mmd-p"), 0.01);
  EXPECT_LT(Number(rows.at("rmp/inpainting-gaussian"), "mean-error"), 1e-2); // what a start at 50 deviations leaves
  EXPECT_TRUE(rows.at("rmp/inpainting-gaussian").at("variance-ratio").is_null());
  const Json card = Json::parse(ReadFile(folder + "/card.json"));
  EXPECT_EQ(card["table"].size(), 5u);
  EXPECT_NE(card["command"].get<std::string>().find("validate closed-form"), std::string::npos);
  EXPECT_NE(ReadFile(folder + "/report.html").find("What dps leaves out"), std::string::npos);
}

TEST_F(ValidateClosedForm, SameCommandSameNumbersWhateverTheThreads)
{
  const std::vector<std::string> arguments{"--only",
                                           "daps-scalar/tomography-bernoulli-laplace",
                                           "--only",
                                           "dps/inpainting-gaussian",
                                           "--draws",
                                           "30",
                                           "--cases",
                                           "3",
                                           "--training-steps",
                                           "30"};
  std::vector<std::string> one = arguments, two = arguments;
  one.insert(one.end(), {"--threads", "1"});
  two.insert(two.end(), {"--threads", "2"});
  const auto rows = Run(File("one"), one);
  EXPECT_EQ(rows.size(), 8u); // with those of exact draws, and the nearest method with a bare and a learned prior
  EXPECT_EQ(rows, Run(File("two"), two));
}

TEST_F(ValidateClosedForm, ThirdRunTellsWhatTheNetworkDidNotLearn)
{
  const auto rows = Run(File("learned"),
                        {"--only",
                         "daps/phase-gaussian",
                         "--only",
                         "daps/inpainting-gaussian",
                         "--cases",
                         "0",
                         "--draws",
                         "100",
                         "--training-steps",
                         "100"});
  for (const char * problem : {"inpainting-gaussian", "phase-gaussian"})
  {
    SCOPED_TRACE(problem);
    const double bare = Number(rows.at(std::string("daps-bare/") + problem), "sliced-wasserstein");
    EXPECT_GT(Number(rows.at(std::string("daps-learned/") + problem), "sliced-wasserstein"), 1.5 * bare);
  }
  // Amplitudes are not linear: daps uses no covariance there, and nothing but the denoiser of the exact prior.
  Json whole = rows.at("daps/phase-gaussian");
  Json bare = rows.at("daps-bare/phase-gaussian");
  for (const char * key : {"mean-error", "variance-ratio", "sliced-wasserstein"})
  {
    EXPECT_DOUBLE_EQ(Number(whole, key), Number(bare, key)) << key;
  }
  EXPECT_NE(ReadFile(File("learned") + "/table.md").find("network's excess error"), std::string::npos);
}

TEST(ClosedFormLearning, NetworkComesNearTheExactDenoiser)
{
  const ClosedFormPrior prior = ClosedFormGaussian();
  const LearnedPrior begun = LearnClosedForm(prior, 30, {});
  const LearnedPrior trained = LearnClosedForm(prior, 400, {});
  EXPECT_GT(begun.excess, 0.15);  // of the least loss; 1 and more without training
  EXPECT_LT(trained.excess, 0.1); // 0.06; 0.044 after 2000 steps
  const at::Tensor x = prior.denoiser->PriorMean().reshape({1, 1, 1, 4, 4}).to(at::kDouble) + 0.3;
  const at::Tensor sigma = at::full({1}, 0.5, at::kDouble);
  const at::Tensor exact = prior.denoiser->Denoise(x, sigma);
  EXPECT_TRUE(at::equal(trained.exact->Denoise(x, sigma), exact));
  EXPECT_FALSE(trained.exact->HasCovarianceProduct());
  EXPECT_LT((trained.network->Denoise(x, sigma) - exact).abs().max().item<double>(), 0.3); // a deviation is 0.4 there
}

TEST_F(ValidateClosedForm, RefusesNamesThatSelectNothing)
{
  ExpectWrongUse({"validate", "closed-form", "--only", "daps", "--only", "nonsense", "--output", File("x")},
                 "nonsense");
}

TEST(ClosedFormModels, AreWhatTheirMatricesSay)
{
  for (const ClosedFormModel & model : {ClosedFormInpainting(), ClosedFormTomography()})
  {
    const auto & linear = dynamic_cast<const LinearOperator &>(*model.model);
    const at::Tensor x = at::arange(16, at::kDouble).reshape({1, 1, 1, 4, 4});
    const at::Tensor all = linear.Forward(x).flatten();
    const at::Tensor measured = model.sampled.defined() ? all.masked_select(model.sampled.flatten().gt(0.0)) : all;
    EXPECT_LT((measured - at::matmul(model.matrix, x.flatten())).abs().max().item<double>(), 1e-12) << model.name;
    const auto basis = linear.Decompose(at::TensorOptions(at::kDouble));
    ASSERT_TRUE(basis) << model.name;
    const at::Tensor normal = basis->Synthesize(basis->Eigenvalues() * basis->Analyze(x));
    EXPECT_LT((normal - linear.Normal(x)).abs().max().item<double>(), 1e-11) << model.name; // rounding of 16 sums
  }
}

TEST(JensenGap, IsWithinTheBoundOfTheDensityAndVanishesWithTheNoise)
{
  const ClosedFormProblem problem = ClosedFormSettings().front().make({1, 0}, {}).first;
  const ClosedFormModel model = ClosedFormInpainting();
  const auto & likelihood = dynamic_cast<const GaussianLikelihood &>(*problem.problem.likelihood);
  const at::Tensor data = likelihood.Data().flatten().masked_select(model.sampled.flatten().gt(0.0));
  const std::vector<JensenGap> gaps = JensenGaps(problem, model.matrix, data);
  for (const JensenGap & gap : gaps)
  {
    EXPECT_LE(gap.density, gap.bound) << gap.sigma;
  }
  EXPECT_LT(gaps.front().logarithm, 0.1 * gaps.back().logarithm);
}
} // namespace
} // namespace tweedie
