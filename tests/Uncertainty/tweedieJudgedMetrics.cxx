// SPDX-License-Identifier: Apache-2.0
#include "tweedieJudgedMetrics.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <vector>

namespace tweedie
{
namespace test
{
nlohmann::json
JudgedMetrics(const std::string & part)
{
  std::ifstream stream(TWEEDIE_TEST_DATA "/metrics.json");
  return nlohmann::json::parse(stream).at(part);
}

at::Tensor
TensorFrom(const nlohmann::json & numbers)
{
  if (!numbers.at(0).is_array())
  {
    return at::tensor(numbers.get<std::vector<double>>(), at::kDouble);
  }
  std::vector<at::Tensor> rows;
  for (const auto & row : numbers)
  {
    rows.push_back(TensorFrom(row));
  }
  return at::stack(rows);
}
} // namespace test
} // namespace tweedie
