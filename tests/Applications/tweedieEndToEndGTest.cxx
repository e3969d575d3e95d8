// SPDX-License-Identifier: Apache-2.0
#include "tweedieMetrics.h"
#include "tweedieProgramTest.h"
#include "tweedieVolumeTensor.h"

#include <map>

namespace tweedie
{
namespace
{
using test::Tweedie;

/** Simulate, reconstruct with every classical method, compare. */
class EndToEnd : public test::ProgramTest
{
protected:
  static double
  Psnr(const std::string & name)
  {
    return PeakSignalToNoiseRatio(TensorView(ReadImage(File("truth.nii.gz"))), TensorView(ReadImage(File(name))));
  }
};

TEST_F(EndToEnd, MethodsRankAsTheyShould)
{
  std::map<std::string, double> psnr;
  for (const char * method : {"zero-filled", "sense", "tv"})
  {
    const std::string name = std::string(method) + ".nii.gz";
    const auto result = Tweedie({"reconstruct", "mri", File("scan"), "--method", method, "--output", File(name)});
    ASSERT_EQ(result.exitCode, 0) << result.error;
    EXPECT_EQ(result.output.rfind(File(name) + ": " + method, 0), 0U) << result.output;
    psnr[method] = Psnr(name);
  }
  RecordProperty("psnr",
                 "zero-filled " + std::to_string(psnr["zero-filled"]) + ", sense " + std::to_string(psnr["sense"]) +
                     ", tv " + std::to_string(psnr["tv"]));
  // Four coils at acceleration 2 determine the image: SENSE removes the aliasing that zero-filling leaves.
  EXPECT_GT(psnr["sense"], psnr["zero-filled"] + 3.0);
  // The phantom is piecewise constant, which is what TV assumes.
  EXPECT_GT(psnr["tv"], psnr["sense"]);
}
} // namespace
} // namespace tweedie
