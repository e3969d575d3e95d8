// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieFunctionDenoiser.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace tweedie
{
namespace
{
constexpr double variance = 0.25;

at::Tensor
Shrunk(const at::Tensor & x, const at::Tensor & sigma)
{
  return x * BroadcastSigma(sigma, x).square().add(variance).reciprocal().mul(variance).to(x.dtype());
}

FunctionDenoiserFacts
Facts()
{
  FunctionDenoiserFacts facts;
  facts.name = "shrinking";
  facts.variance = variance;
  return facts;
}

template <typename TError>
void
ExpectError(const std::function<void()> & call, const std::string & words)
{
  try
  {
    call();
    FAIL() << "no error about " << words;
  }
  catch (const TError & error)
  {
    EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
  }
}

TEST(FunctionDenoiser, GetsOneLevelForEachImage)
{
  at::Tensor levels;
  const FunctionDenoiser denoiser(Facts(),
                                  [&](const at::Tensor & x, const at::Tensor & sigma)
                                  {
                                    levels = sigma;
                                    return Shrunk(x, sigma);
                                  });
  const at::Tensor x = at::ones({3, 1, 1, 2, 2}, at::kFloat);
  const at::Tensor all = denoiser.Denoise(x, at::scalar_tensor(0.5, at::kFloat)); // a scalar for all
  EXPECT_EQ(levels.sizes(), at::IntArrayRef({3}));
  EXPECT_TRUE(at::allclose(all, x * 0.5F));
  const at::Tensor each = denoiser.Denoise(x, at::tensor({0.0, 0.5, 1.5}, at::kDouble));
  EXPECT_TRUE(at::allclose(each.select(4, 0).select(3, 0).flatten(), at::tensor({1.0F, 0.5F, 0.1F})));
  EXPECT_EQ(each.scalar_type(), at::kFloat); // that of x, whatever the function gives
  EXPECT_TRUE(denoiser.NeedsNoise());
  EXPECT_FALSE(denoiser.HasJacobianProduct());
}

TEST(FunctionDenoiser, RefusesWhatIsNoAnswer)
{
  const at::Tensor x = at::ones({2, 1, 1, 2, 2}, at::kFloat);
  const at::Tensor sigma = at::ones({2}, at::kFloat);
  const auto with = [&](const std::function<at::Tensor(const at::Tensor &)> & answer)
  {
    return [&x, &sigma, answer]
    {
      FunctionDenoiser(Facts(), [&](const at::Tensor & given, const at::Tensor &) { return answer(given); })
          .Denoise(x, sigma);
    };
  };
  ExpectError<DataError>(with([](const at::Tensor & t) { return t.narrow(0, 0, 1); }),
                         "shrinking: returned [1, 1, 1, 2, 2]");
  ExpectError<DataError>(with([](const at::Tensor & t) { return at::complex(t, t); }), "required");
  ExpectError<DataError>(with([](const at::Tensor &) { return at::Tensor(); }), "nothing");
  ExpectError<NumericalError>(with([](const at::Tensor & t) { return t / 0.0; }), "not finite");
  FunctionDenoiserFacts facts = Facts();
  facts.variance = 0.0;
  ExpectError<UsageError>([&] { FunctionDenoiser(facts, Shrunk); }, "variance");
  facts = Facts();
  facts.sigmaMinimum = 2.0;
  facts.sigmaMaximum = 1.0;
  ExpectError<UsageError>([&] { FunctionDenoiser(facts, Shrunk); }, "noise levels");
}

TEST(FunctionDenoiser, GivesTheJacobianOfItsFunction)
{
  const FunctionDenoiser denoiser(Facts(),
                                  Shrunk,
                                  [](const at::Tensor &, const at::Tensor & sigma, const at::Tensor & v)
                                  { return Shrunk(v, sigma); });
  const at::Tensor x = at::randn({2, 1, 1, 3, 3}, at::kDouble), v = at::randn_like(x);
  ASSERT_TRUE(denoiser.HasJacobianProduct());
  const at::Tensor sigma = at::full({2}, 0.5, at::kDouble);
  const at::Tensor product = denoiser.JacobianProduct(x, sigma, v);
  const at::Tensor difference = denoiser.Denoise(x + v, sigma) - denoiser.Denoise(x, sigma); // it is linear
  EXPECT_TRUE(at::allclose(product, difference, 1e-12, 1e-12));
}
} // namespace
} // namespace tweedie
