// SPDX-License-Identifier: Apache-2.0
// The models of tests/Priors/families are random networks that compare-families.py --fixtures made, with outputs that
// the Python package of each family computed; Apache-2.0.
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieModelFile.h"
#include "tweedieNetworkDenoiser.h"
#include "tweediePriorTable.h"
#include "tweedieTemporaryFolder.h"
#include "tweedieTestDevices.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>

namespace
{
using namespace tweedie;

const c10::Device cpu(c10::kCPU);

std::string
Fixture(const std::string & name)
{
  return std::string(TWEEDIE_TEST_FAMILIES) + "/" + name + ".safetensors";
}

/** What loading says of a fixture that was changed. */
std::string
MessageAfter(const std::string & name, const std::function<void(ModelFile &)> & change)
{
  const test::TemporaryFolder folder;
  auto model = ReadModelFile(Fixture(name));
  change(model);
  WriteModelFile(folder.File("changed.safetensors"), model);
  try
  {
    LoadPrior(folder.File("changed.safetensors"), cpu);
  }
  catch (const DataError & e)
  {
    const std::string text = e.what();
    EXPECT_NE(text.find("changed.safetensors: "), std::string::npos) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos);
    return text;
  }
  return "";
}

std::function<void(ModelFile &)>
Card(const std::function<void(nlohmann::json &)> & change)
{
  return [change](ModelFile & model)
  {
    auto card = nlohmann::json::parse(model.card);
    change(card);
    model.card = card.dump();
  };
}

at::Tensor &
TensorOf(ModelFile & model, const std::string & name)
{
  return std::find_if(model.tensors.begin(), model.tensors.end(), [&](const auto & t) { return t.first == name; })
      ->second;
}

class Family : public ::testing::TestWithParam<const char *>
{
};
} // namespace

TEST_P(Family, ComputesWhatItsPythonPackageDoes)
{
  const auto model = ReadModelFile(Fixture(GetParam()));
  const at::NoGradGuard noGrad;
  for (const auto device : AvailableDevices())
  {
    const NetworkDenoiser prior(model, GetParam(), device);
    const auto x = model.Tensor("golden.x");
    const auto sigma = model.Tensor("golden.sigma");
    const auto expected = model.Tensor("golden.denoised");
    ASSERT_NE(x.size(3) % prior.Network().SizeMultiple(), 0); // the extended edge is looked at too
    EXPECT_EQ(prior.Network().SizeMultiple(), 2); // two levels; a larger one costs time and changes nothing here
    const auto actual = prior.DenoiseChannels(x.to(device), sigma.to(device)).cpu();
    // Float32 in another order of summation: 1e-6. Against what the network changes: D - x is next to 0 at low noise.
    for (std::int64_t i = 0; i < sigma.size(0); ++i)
    {
      const auto size = (expected[i] - x[i]).norm().item<double>();
      const double rounding = 2e-7 * x[i].norm().item<double>(); // of x - sigma F, which D - x undoes
      EXPECT_LT((actual[i] - expected[i]).norm().item<double>(), (device.is_cpu() ? 1e-5 : 1e-4) * size + rounding)
          << "sigma " << sigma[i].item<double>();
    }
    for (const auto & pair : VerifyPrior(Fixture(GetParam()), device))
    {
      EXPECT_LT(pair.relativeError, device.is_cpu() ? 1e-5 : GoldenTolerance);
    }
  }
}

TEST_P(Family, BatchEqualsLoopAtAnySize)
{
  const auto prior = LoadPrior(Fixture(GetParam()), cpu);
  const at::NoGradGuard noGrad;
  at::manual_seed(3);
  const auto x = at::randn({3, prior->Network().ImageChannels(), 13, 9});
  const auto sigma = at::tensor({0.05F, 0.4F, 3.0F});
  const auto batch = prior->DenoiseChannels(x, sigma);
  EXPECT_EQ(batch.sizes(), x.sizes());
  for (std::int64_t i = 0; i < 3; ++i)
  {
    // Convolutions may be blocked differently for another batch size: a few float roundings.
    EXPECT_TRUE(test::TensorClose(prior->DenoiseChannels(x.narrow(0, i, 1), sigma[i])[0], batch[i], 2e-5));
  }
}

TEST_P(Family, JacobianProductEqualsFiniteDifference)
{
  const auto prior = LoadPrior(Fixture(GetParam()), cpu);
  at::manual_seed(4);
  const std::vector<std::int64_t> shape{1, prior->Network().ImageChannels(), 1, 8, 10};
  const auto x = at::randn(shape);
  const auto u = at::randn(shape);
  const auto v = at::randn(shape);
  const auto sigma = at::scalar_tensor(0.7);
  const double h = 1e-2;
  const double difference =
      ((prior->Denoise(x + h * u, sigma) - prior->Denoise(x - h * u, sigma)) * v).sum().item<double>() / (2.0 * h);
  // <v, J u> = <J^T v, u>; step error h^2 and float cancellation 1e-7 / h: together below 1e-3 of |J^T v| |u|.
  const auto product = prior->JacobianProduct(x, sigma, v);
  EXPECT_NEAR(
      (product * u).sum().item<double>(), difference, 1e-3 * product.norm().item<double>() * u.norm().item<double>());
}

TEST_P(Family, TensorsThatDoNotFitAreNamed)
{
  const auto weightOf = [](const ModelFile & model)
  {
    return std::find_if(model.tensors.begin(), model.tensors.end(), [](const auto & t) { return t.second.dim() == 4; })
        ->first;
  };
  const auto name = weightOf(ReadModelFile(Fixture(GetParam())));
  const auto missing = MessageAfter(GetParam(),
                                    [&](ModelFile & model)
                                    {
                                      const auto isIt = [&](const auto & t) { return t.first == name; };
                                      auto & all = model.tensors;
                                      all.erase(std::remove_if(all.begin(), all.end(), isIt), all.end());
                                    });
  EXPECT_NE(missing.find("no tensor '" + name + "'"), std::string::npos) << missing;
  const auto wrong = MessageAfter(GetParam(),
                                  [&](ModelFile & model)
                                  {
                                    auto & weight = TensorOf(model, name);
                                    weight = weight.narrow(0, 0, weight.size(0) - 1).contiguous();
                                  });
  EXPECT_NE(wrong.find("tensor '" + name + "' has shape ["), std::string::npos) << wrong;
  const auto more = MessageAfter(GetParam(),
                                 [](ModelFile & model) {
                                   model.tensors.emplace_back("label_emb.weight", at::zeros({10, 4}));
                                 });
  EXPECT_NE(more.find("'label_emb.weight'"), std::string::npos) << more;
}

TEST_P(Family, OptionsThatAreNotItsOwnAreNamed)
{
  const auto unknown = MessageAfter(GetParam(), Card([](auto & card) { card["network"]["classes"] = 10; }));
  EXPECT_NE(unknown.find("option 'classes'"), std::string::npos) << unknown;
  const auto missing = MessageAfter(GetParam(), Card([](auto & card) { card["network"].erase("blocks"); }));
  EXPECT_NE(missing.find("no option 'blocks'"), std::string::npos) << missing;
  const auto text = MessageAfter(GetParam(), Card([](auto & card) { card["network"]["widths"] = "wide"; }));
  EXPECT_NE(text.find("widths"), std::string::npos) << text;
  const auto levels = MessageAfter(GetParam(), Card([](auto & card) { card["network"]["widths"] = {8.0, 8.0, 8.0}; }));
  EXPECT_NE(levels.find("levels"), std::string::npos) << levels;
  const auto channels = MessageAfter(GetParam(), Card([](auto & card) { card["channels"] = {"a", "b", "c"}; }));
  EXPECT_NE(channels.find("3"), std::string::npos) << channels;
}

INSTANTIATE_TEST_SUITE_P(All,
                         Family,
                         ::testing::Values("diffusers", "guided-diffusion", "monai", "edm"),
                         [](const auto & param)
                         {
                           std::string name = param.param;
                           name.erase(std::remove(name.begin(), name.end(), '-'), name.end());
                           return name;
                         });

TEST(NetworkFamilies, AnotherFamilyOrParametrisationIsRefused)
{
  const auto family = MessageAfter("diffusers", Card([](auto & card) { card["architecture"] = "transformer"; }));
  EXPECT_NE(family.find("architecture 'transformer'"), std::string::npos) << family;
  EXPECT_NE(family.find("diffusers-unet2d"), std::string::npos) << family;
  const auto other = MessageAfter("diffusers", Card([](auto & card) { card["parametrisation"] = "flow"; }));
  EXPECT_NE(other.find("parametrisation 'flow'"), std::string::npos) << other;
  const auto stepless = MessageAfter("diffusers", Card([](auto & card) { card["parametrisation"] = "edm"; }));
  EXPECT_NE(stepless.find("none required"), std::string::npos) << stepless;
  const auto rising = MessageAfter("diffusers",
                                   [](ModelFile & model)
                                   {
                                     auto & schedule = TensorOf(model, "schedule.alphas_cumprod");
                                     schedule = schedule.flip(0).contiguous();
                                   });
  EXPECT_NE(rising.find("alphas_cumprod of step 1"), std::string::npos) << rising;
  const auto groups = MessageAfter("diffusers", Card([](auto & card) { card["network"]["groups"] = 3; }));
  EXPECT_NE(groups.find("in 3 groups"), std::string::npos) << groups;
  const auto heads = MessageAfter("diffusers", Card([](auto & card) { card["network"]["head-channels"] = 5; }));
  EXPECT_NE(heads.find("heads of 5"), std::string::npos) << heads;
}

TEST(NetworkFamilies, AnImageSmallerThanItsExtensionIsRefused)
{
  const auto prior = LoadPrior(Fixture("diffusers"), cpu);
  EXPECT_THROW(prior->DenoiseChannels(at::zeros({1, 1, 1, 8}), at::scalar_tensor(1.0)), DataError);
  EXPECT_THROW(prior->Denoise(at::zeros({1, 3, 1, 8, 8}), at::scalar_tensor(1.0)), DataError);
}

TEST(NetworkFamilies, OfOthersComputeInFloat32)
{
  EXPECT_FALSE(LoadPrior(Fixture("diffusers"), cpu, true)->UsesBrainFloat());
}

TEST(NetworkFamilies, OnlyOurOwnNetworkIsTrained)
{
  EXPECT_THROW(LoadPrior(Fixture("diffusers"), cpu)->OwnNetwork(), DataError);
}

TEST(NetworkFamilies, AModelWithoutGoldenPairsLoads)
{
  const test::TemporaryFolder folder;
  auto model = ReadModelFile(Fixture("monai"));
  const auto isGolden = [](const auto & t) { return t.first.rfind("golden.", 0) == 0; };
  model.tensors.erase(std::remove_if(model.tensors.begin(), model.tensors.end(), isGolden), model.tensors.end());
  WriteModelFile(folder.File("bare.safetensors"), model);
  EXPECT_NO_THROW(LoadPrior(folder.File("bare.safetensors"), cpu));
  EXPECT_TRUE(VerifyPrior(folder.File("bare.safetensors"), cpu).empty());
}
