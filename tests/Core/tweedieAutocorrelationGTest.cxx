// SPDX-License-Identifier: Apache-2.0
#include "tweedieAutocorrelation.h"
#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"

#include <cmath>

namespace tweedie
{
namespace
{
TEST(AutocorrelationTime, OfAChainOfFirstOrder)
{
  // x' = a x + sqrt(1 - a^2) z has rho(t) = a^t, tau = (1 + a) / (1 - a): 1, 3, 19 and 1/3.
  const auto a = at::tensor({0.0, 0.5, 0.9, -0.5}, at::kDouble);
  auto random = test::Streams(11, 1);
  constexpr int steps = 2000;
  constexpr int chains = 50;
  auto x = random.Normal({chains, 4}, at::kDouble).squeeze(0); // stationary from the start
  std::vector<at::Tensor> path;
  for (int step = 0; step < steps; ++step)
  {
    x = a * x + (1.0 - a.square()).sqrt() * random.Normal({chains, 4}, at::kDouble).squeeze(0);
    path.push_back(x + 7.0); // about a mean that is not zero
  }
  const auto times = IntegratedAutocorrelationTime(at::stack(path));
  for (std::int64_t i = 0; i < 4; ++i)
  {
    SCOPED_TRACE(i);
    // What the window keeps: nearly all, but for a = -1/2, whose window of five ends at 0.3125.
    const double factor = a[i].item<double>();
    const double window = 5.0 * std::max((1.0 + factor) / (1.0 - factor), 1.0);
    const double kept = (1.0 + factor - 2.0 * std::pow(factor, window + 1.0)) / (1.0 - factor);
    // Three standard errors: 5 % of the time 3, 11 % of 19.
    const double error = std::max(kept, 1.0) * std::sqrt(2.0 * (2.0 * window + 1.0) / (steps * chains));
    EXPECT_NEAR(times[i].item<double>(), kept, 3.0 * error);
  }
}

TEST(AutocorrelationTime, SaysNothingWhereItCannotKnow)
{
  const auto drift = at::linspace(0.0, 1.0, 100, at::kDouble).reshape({100, 1, 1});
  EXPECT_TRUE(std::isnan(IntegratedAutocorrelationTime(drift)[0].item<double>()));
  EXPECT_TRUE(std::isnan(IntegratedAutocorrelationTime(at::ones({100, 2, 1}, at::kDouble))[0].item<double>()));
  EXPECT_THROW_MESSAGE(IntegratedAutocorrelationTime(at::ones({100, 2})), DataError, "required real numbers");
}
} // namespace
} // namespace tweedie
