// SPDX-License-Identifier: Apache-2.0
#include "tweedieExpectTensor.h"
#include "tweedieRestorationTest.h"
#include "tweedieScriptNetwork.h"
#include "tweedieVolumeTensor.h"

#include <nlohmann/json.hpp>

namespace tweedie
{
namespace
{
using test::ReadFile;
using test::Restoration;
using test::Tweedie;
using test::WriteFile;

TEST_F(Restoration, ANetworkOfTheUserIsTheOperator)
{
  const auto prior = Model("machinery.safetensors", 2);
  test::WriteScriptModule(File("camera.pt"), test::ScriptedBlur, 1, 1);
  const std::vector<std::string> network{"--operator-network", File("camera.pt")};
  const auto simulated = Tweedie(Degrade("blur-nonlinear", "learned.nii.gz", network));
  ASSERT_EQ(simulated.exitCode, 0) << simulated.error;
  EXPECT_FALSE(std::filesystem::exists(File("learned_kernel.nii.gz")));
  EXPECT_EQ(ReadFile(File("learned.json")).find("camera.pt"), std::string::npos); // no description names a program
  std::vector<std::string> flags{"--prior", prior, "--method", "dps", "--steps", "3", "--samples", "2"};
  ExpectFailureHere(Restore("learned.nii.gz", flags), 1, "weights needed");
  flags.insert(flags.end(), network.begin(), network.end());
  const auto result = Tweedie(Restore("learned.nii.gz", flags));
  ASSERT_EQ(result.exitCode, 0) << result.error;
  EXPECT_TRUE(ReadImage(File("out.nii.gz")).GetGrid().IsCongruent(ReadImage(File("learned.nii.gz")).GetGrid()));
  // The same from the image alone.
  std::filesystem::rename(File("learned.json"), File("learned.txt"));
  flags.insert(flags.end(), {"--task", "blur-nonlinear", "--noise", "4"});
  const auto plain = Tweedie(Restore("learned.nii.gz", flags));
  ASSERT_EQ(plain.exitCode, 0) << plain.error;
  std::filesystem::rename(File("learned.txt"), File("learned.json"));
  // What is not there, is another, or belongs to no such task.
  flags.resize(8);
  const auto with = [&](const std::string & path)
  {
    auto words = flags;
    words.insert(words.end(), {"--operator-network", path});
    return Restore("learned.nii.gz", words);
  };
  ExpectFailureHere(with(File("none.pt")), 2, "weights needed");
  test::WriteScriptModule(File("other.pt"), test::ScriptedBlur + std::string("\n"), 1, 1);
  WriteFile(File("other.pt"), ReadFile(File("other.pt")) + ' ');
  ExpectFailureHere(with(File("other.pt")), 2, "another than the one");
  ExpectFailureHere(
      Degrade("blur-nonlinear", "x.nii.gz", {"--operator-network", File("none.pt")}), 2, "weights needed");
  ExpectFailureHere(Degrade("denoise", "x.nii.gz", network), 1, "blur-nonlinear");
  WriteFile(File("code.json"), nlohmann::json({{"operator-network", File("camera.pt")}}).dump());
  ExpectFailureHere(Degrade("blur-nonlinear", "x.nii.gz", {"--config", File("code.json")}), 1, "on the command line");
  flags.insert(flags.end(), {"--config", File("code.json")});
  ExpectFailureHere(Restore("learned.nii.gz", flags), 1, "on the command line");
  const auto help = test::TweedieHere({"simulate", "restoration", "--help"});
  EXPECT_NE(help.output.find("naming it runs it"), std::string::npos) << help.output;
}
} // namespace
} // namespace tweedie
