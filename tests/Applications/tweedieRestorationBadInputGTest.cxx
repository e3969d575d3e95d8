// SPDX-License-Identifier: Apache-2.0
#include "tweedieRestorationTest.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <limits>

namespace tweedie
{
namespace
{
using test::ReadFile;
using test::Restoration;
using test::TweedieHere;
using test::WriteFile;

/** What can be wrong with a degraded image and what belongs to it: one line, the right code, no file, and none lost. */
class RestorationBadInput : public Restoration
{
protected:
  void
  SetUp() override
  {
    Restoration::SetUp();
    WriteFile(File("out.nii.gz"), "precious"); // which --overwrite would replace
  }
  void
  TearDown() override
  {
    EXPECT_TRUE(ReadFile(File("out.nii.gz")) == "precious"); // not printed, whatever it became
    std::filesystem::remove(File("out.nii.gz"));
  }
  /** An image of somebody else, restored without a network. */
  static std::vector<std::string>
  Plain(const std::string & image, const std::string & task, const std::vector<std::string> & more = {})
  {
    std::vector<std::string> words{"--task", task, "--noise", "4", "--method", "tikhonov"};
    words.insert(words.end(), more.begin(), more.end());
    return Restore(image, words);
  }
  static std::string
  Image(const std::string & name, const at::Tensor & values)
  {
    Grid grid = test::PhantomImage().GetGrid();
    grid.size = {values.size(1), values.size(2), values.size(3)};
    WriteImage(File(name), VolumeFromTensor(values, grid));
    return File(name);
  }
  /** A float image with one value that is none, which no writer of ours would make. */
  static std::string
  Poisoned(const std::string & name, const std::string & from)
  {
    WriteImage(File(name), ReadImage(from));
    std::string bytes = ReadFile(File(name));
    const float bad = std::numeric_limits<float>::quiet_NaN();
    bytes.replace(bytes.size() - 400, sizeof(bad), reinterpret_cast<const char *>(&bad), sizeof(bad));
    WriteFile(File(name), bytes);
    return File(name);
  }
  void
  Simulated(const std::string & task, const std::string & output, const std::vector<std::string> & more = {})
  {
    auto words = Degrade(task, output, more);
    words.emplace_back("--overwrite");
    const auto result = TweedieHere(words);
    ASSERT_EQ(result.exitCode, 0) << result.error;
  }
};

TEST_F(RestorationBadInput, AKernelLargerThanTheImage)
{
  ExpectFailureHere(Degrade("blur-gaussian", "x.nii.gz", {"--size", "8,8"}), 1, "kernel");
  ExpectFailureHere(Degrade("blur-motion", "x.nii.gz", {"--size", "8,40"}), 1, "kernel");
  ExpectFailureHere(Degrade("blur-nonlinear", "x.nii.gz", {"--size", "40,8"}), 1, "kernel");
  const auto kernel = Image("large.nii.gz", at::full({1, 1, 41, 3}, 1.0 / 123.0)); // of 40 rows
  ExpectFailureHere(Plain("head.nii.gz", "blur-gaussian", {"--kernel", kernel}), 1, "kernel");
  ExpectFailureHere(Plain("head.nii.gz", "blur-gaussian"), 2, "no kernel");
  const auto kernels = Image("kernels.nii.gz", at::full({1, 4, 3, 3}, 1.0 / 9.0)); // for six slices
  ExpectFailureHere(Plain("head.nii.gz", "blur-gaussian", {"--kernel", kernels}), 2, "kernel of 4 slices");
  ExpectFailureHere(Plain("head.nii.gz", "blur-gaussian", {"--kernel", File("none.nii.gz")}), 2, "none.nii.gz");
}

TEST_F(RestorationBadInput, AMaskThatKeepsNothing)
{
  ExpectFailureHere(Degrade("inpaint-random", "x.nii.gz", {"--keep", "0"}), 1, "at least one pixel");
  const auto none = Image("none-kept.nii.gz", at::zeros({1, 1, 40, 48}));
  ExpectFailureHere(Plain("head.nii.gz", "inpaint-box", {"--mask", none}), 2, "keeps nothing");
  at::Tensor one = at::ones({1, 6, 40, 48});
  one[0][3].zero_();
  ExpectFailureHere(Plain("head.nii.gz", "inpaint-box", {"--mask", Image("one.nii.gz", one)}), 2, "keeps nothing");
  const auto small = Image("small.nii.gz", at::ones({1, 1, 20, 48}));
  ExpectFailureHere(Plain("head.nii.gz", "inpaint-box", {"--mask", small}), 2, "48 x 20");
  ExpectFailureHere(Plain("head.nii.gz", "inpaint-box"), 2, "no mask");
  // Beside a description.
  Simulated("inpaint-box", "box.nii.gz");
  Image("box_mask.nii.gz", at::zeros({1, 2, 40, 48}));
  ExpectFailureHere(Restore("box.nii.gz", {"--method", "tikhonov"}), 2, "keeps nothing");
}

TEST_F(RestorationBadInput, AFactorThatDoesNotDivide)
{
  for (const char * task : {"sr", "sr-bicubic"})
  {
    ExpectFailureHere(Degrade(task, "x.nii.gz", {"--factor", "7"}), 1, "divides the extent");
    ExpectFailureHere(Degrade(task, "x.nii.gz", {"--factor", "0"}), 1, "--factor");
    ExpectFailureHere(Degrade(task, "x.nii.gz", {"--axis-factor", "2,2,4"}), 1, "divides the extent");
  }
  // A description that says other than the data are.
  Simulated("sr", "low.nii.gz", {"--factor", "4"});
  const std::string text = ReadFile(File("low.json"));
  const std::string four = "\"factor\": 4";
  ASSERT_NE(text.find(four), std::string::npos) << text;
  for (const auto & [factor, code] : {std::pair{"\"factor\": 3", 1}, std::pair{"\"factor\": 2", 2}})
  {
    std::string changed = text;
    WriteFile(File("low.json"), changed.replace(changed.find(four), four.size(), factor));
    ExpectFailureHere(Restore("low.nii.gz", {"--method", "tikhonov"}), code, code == 1 ? "divides" : "given data");
  }
}

TEST_F(RestorationBadInput, CountsThatAreNone)
{
  Volume head = ReadImage(File("head.nii.gz"));
  TensorView(head)[0][1][20][20] = -5.0F;
  WriteImage(File("negative.nii.gz"), head);
  const std::vector<std::string> simulate{
      "simulate", "restoration", "--image", File("negative.nii.gz"), "--noise-model", "poisson", "--task", "denoise"};
  auto words = simulate;
  words.insert(words.end(), {"--output", File("x.nii.gz")});
  ExpectFailureHere(words, 2, "not negative");
  Simulated("denoise", "counts.nii.gz", {"--noise-model", "poisson", "--counts", "50"});
  const Volume counts = ReadImage(File("counts.nii.gz"));
  const auto prior = Model("machinery.safetensors", 2);
  const double unit = TensorView(counts).masked_select(TensorView(counts).gt(0)).min().item<double>();
  for (const double bad : {-1.0, 0.5}) // counts
  {
    Volume changed = counts.Clone();
    TensorView(changed)[0][0][5][5] = bad * unit;
    WriteImage(File("counts.nii.gz"), changed);
    ExpectFailureHere(Restore("counts.nii.gz", {"--prior", prior, "--steps", "2"}), 2, "counts");
  }
  ExpectFailureHere(Degrade("denoise", "x.png", {"--noise-model", "poisson"}), 1, "counts");
}

TEST_F(RestorationBadInput, ValuesThatAreNoNumbers)
{
  const auto image = Poisoned("nan.nii", File("head.nii.gz"));
  ExpectFailureHere(
      {"simulate", "restoration", "--image", image, "--task", "sr", "--output", File("x.nii.gz")}, 2, "finite");
  ExpectFailureHere(Plain("nan.nii", "denoise"), 2, "finite");
  const auto mask = Poisoned("nan-mask.nii", Image("mask.nii.gz", at::ones({1, 1, 40, 48})));
  ExpectFailureHere(Plain("head.nii.gz", "inpaint-box", {"--mask", mask}), 2, "finite");
  const auto kernel = Poisoned("nan-kernel.nii", Image("kernel.nii.gz", at::full({1, 1, 15, 15}, 1.0 / 225.0)));
  ExpectFailureHere(Plain("head.nii.gz", "blur-gaussian", {"--kernel", kernel}), 2, "finite");
  const auto zero = Image("zero.nii.gz", at::zeros({1, 1, 40, 48}));
  ExpectFailureHere(
      {"simulate", "restoration", "--image", zero, "--task", "sr", "--output", File("x.nii.gz")}, 2, "zero");
  ExpectFailureHere(Plain("zero.nii.gz", "denoise"), 2, "zero");
}

TEST_F(RestorationBadInput, FilesThatAreCutShort)
{
  Simulated("blur-gaussian", "soft.nii.gz");
  for (const char * name : {"soft.nii.gz", "soft_kernel.nii.gz", "soft.json"})
  {
    SCOPED_TRACE(name);
    const std::string whole = ReadFile(File(name));
    WriteFile(File(name), whole.substr(0, whole.size() / 2));
    ExpectFailureHere(Restore("soft.nii.gz", {"--method", "wiener"}), 2, name);
    std::filesystem::rename(File(name), File("aside"));
    const bool description = std::string(name) == "soft.json"; // without one the task has to be said
    ExpectFailureHere(
        Restore("soft.nii.gz", {"--method", "wiener"}), description ? 1 : 2, description ? "--task" : name);
    std::filesystem::remove(File("aside"));
    WriteFile(File(name), whole);
  }
}
} // namespace
} // namespace tweedie
