// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieFeatureMetrics.h"
#include "tweedieFeatureNetwork.h"
#include "tweedieRandom.h"
#include "tweedieScriptNetwork.h"
#include "tweedieTemporaryFolder.h"
#include "tweedieTestDevices.h"

#include <limits>

namespace
{
using namespace tweedie;

at::Tensor
Images(std::int64_t count, std::int64_t channels)
{
  RandomStreams streams(7, {0});
  return streams.Uniform({count, channels, 9, 11}, at::kFloat)[0];
}

at::Tensor
Kernel()
{
  RandomStreams streams(8, {0});
  return streams.Normal({4, 3, 3, 3}, at::kFloat)[0];
}

class FeatureNetworkTest : public test::TemporaryFolderTest
{
protected:
  /** Saves a module with a convolution of three channels as its parameter; code: its methods. */
  std::string
  Save(const std::string & code)
  {
    const std::string path = m_Folder.File("network" + std::to_string(m_Files++) + ".pt");
    test::WriteScriptModule(path, code, 4, 3);
    return path;
  }

  int m_Files = 0;
};

constexpr char twoMaps[] = R"(
def forward(self, x):
    y = torch.conv2d(x, self.weight)
    return [torch.relu(y), torch.max_pool2d(y, [2, 2])]
)";
// Float convolutions of 27 products, blocked differently for other batches and devices: a few roundings.
constexpr double rounding = 1e-5;

TEST_F(FeatureNetworkTest, GivesTheMapsOfAList)
{
  const at::Tensor images = Images(3, 3);
  const at::Tensor y = at::conv2d(images, Kernel());
  for (const c10::Device & device : test::Devices())
  {
    const auto features = FeatureNetwork(Save(twoMaps), device).Features(images);
    ASSERT_EQ(features.size(), 2U);
    EXPECT_TENSOR_CLOSE(features[0], at::relu(y), rounding);
    EXPECT_TENSOR_CLOSE(features[1], at::max_pool2d(y, {2, 2}), rounding);
    EXPECT_FALSE(features[0].requires_grad());
  }
}

TEST_F(FeatureNetworkTest, GivesOneTensorOrATuple)
{
  const at::Tensor images = Images(2, 3);
  const auto one = FeatureNetwork(Save("def forward(self, x):\n    return x.mean([2, 3])\n"), at::kCPU);
  ASSERT_EQ(one.Features(images).size(), 1U);
  EXPECT_TENSOR_EQUAL(one.Features(images)[0], images.mean({2, 3}));
  const auto tuple = FeatureNetwork(Save("def forward(self, x):\n    return x * 2, x.amax([2, 3])\n"), at::kCPU);
  ASSERT_EQ(tuple.Features(images).size(), 2U);
  EXPECT_TENSOR_EQUAL(tuple.Features(images)[0], images * 2);
  EXPECT_TENSOR_EQUAL(tuple.Features(images)[1], images.amax({2, 3}));
}

TEST_F(FeatureNetworkTest, RepeatsGreyscaleWhereTheNetworkWantsThreeChannels)
{
  const at::Tensor grey = Images(3, 1);
  const FeatureNetwork three(Save(twoMaps), at::kCPU);
  EXPECT_TENSOR_EQUAL(three.Features(grey)[0], three.Features(at::cat({grey, grey, grey}, 1))[0]);
  const FeatureNetwork any(Save("def forward(self, x):\n    return x.mean([2, 3])\n"), at::kCPU);
  EXPECT_EQ(any.Features(grey)[0].size(1), 1); // one channel is tried first
}

TEST_F(FeatureNetworkTest, AnImageDoesNotDependOnItsBatch)
{
  const at::Tensor images = Images(37, 3); // two batches of 16 and a rest
  const FeatureNetwork network(Save(twoMaps), at::kCPU);
  const auto together = network.Features(images);
  for (const std::int64_t i : {0, 15, 16, 36})
  {
    const auto alone = network.Features(images.narrow(0, i, 1));
    EXPECT_TENSOR_CLOSE(alone[0][0], together[0][i], rounding);
    EXPECT_TENSOR_CLOSE(alone[1][0], together[1][i], rounding);
  }
  for (int again = 0; again < 3; ++again) // an optimiser would act from the second call on
  {
    EXPECT_TENSOR_EQUAL(network.Features(images)[0], together[0]);
  }
}

TEST_F(FeatureNetworkTest, RunsInEvaluationMode)
{
  const std::string code = R"(
def forward(self, x):
    if self.training:
        return x * 0.0
    return x
)";
  const at::Tensor images = Images(2, 3);
  EXPECT_TENSOR_EQUAL(FeatureNetwork(Save(code), at::kCPU).Features(images)[0], images);
}

TEST_F(FeatureNetworkTest, FeedsTheMetrics)
{
  const FeatureNetwork network(Save(twoMaps), at::kCPU);
  const at::Tensor images = Images(4, 1);
  RandomStreams streams(9, {0});
  const at::Tensor noise = streams.Normal({4, 1, 9, 11}, at::kFloat)[0];
  const auto reference = network.Features(images);
  const at::Tensor near = PerceptualDistance(reference, network.Features(images + 0.01 * noise));
  const at::Tensor far = PerceptualDistance(reference, network.Features(images + 0.3 * noise));
  EXPECT_TENSOR_EQUAL(PerceptualDistance(reference, network.Features(images)), at::zeros({4}, at::kDouble));
  EXPECT_TRUE((far > 4.0 * near).all().item<bool>()) << near << far; // squares of distances 30 times apart, saturated
}

TEST_F(FeatureNetworkTest, RefusesFilesThatAreNoNetwork)
{
  const auto load = [](const std::string & path) { FeatureNetwork(path, at::kCPU); };
  EXPECT_THROW_MESSAGE(load(m_Folder.File("none.pt")), DataError, "is no file");
  EXPECT_THROW_MESSAGE(load(m_Folder.Path().string()), DataError, "is no file");
  test::WriteFile(m_Folder.File("text.pt"), "not a network\nat all\n");
  EXPECT_THROW_MESSAGE(load(m_Folder.File("text.pt")), DataError, "required a TorchScript file");
  test::WriteFile(m_Folder.File("empty.pt"), "");
  EXPECT_THROW_MESSAGE(load(m_Folder.File("empty.pt")), DataError, "required a TorchScript file");
  const std::string whole = test::ReadFile(Save(twoMaps));
  test::WriteFile(m_Folder.File("half.pt"), whole.substr(0, whole.size() / 2));
  EXPECT_THROW_MESSAGE(load(m_Folder.File("half.pt")), DataError, "required a TorchScript file");
  EXPECT_THROW_MESSAGE(load(Save("")), DataError, "has no forward");
}

TEST_F(FeatureNetworkTest, RefusesOtherImagesAndOutputs)
{
  const FeatureNetwork network(Save(twoMaps), at::kCPU);
  EXPECT_THROW_MESSAGE(network.Features(Images(2, 2)), DataError, "[n, 1 or 3, y, x]");
  EXPECT_THROW_MESSAGE(network.Features(Images(2, 3)[0]), DataError, "[n, 1 or 3, y, x]");
  EXPECT_THROW_MESSAGE(network.Features(at::Tensor()), DataError, "[n, 1 or 3, y, x]");
  const at::Tensor poisoned = Images(2, 3) * std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW_MESSAGE(network.Features(poisoned), DataError, "not finite");
  // Below the size of the kernel: the message is the network's own.
  EXPECT_THROW_MESSAGE(network.Features(at::ones({1, 3, 2, 2})), DataError, "Kernel size");
  EXPECT_THROW_MESSAGE(network.Features(at::ones({1, 1, 2, 2})), DataError, "Kernel size");
  for (const char * output : {"3", "'text'", "x.sum()", "x[:1]", "x > 0.5", "(x, 1)", "[x, x[:1]]", "{'a': x}", "None"})
  {
    const FeatureNetwork other(Save("def forward(self, x):\n    return " + std::string(output) + "\n"), at::kCPU);
    EXPECT_THROW_MESSAGE(other.Features(Images(2, 3)), DataError, "another kind of output");
  }
}
} // namespace
