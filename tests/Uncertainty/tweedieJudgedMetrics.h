// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieJudgedMetrics_h
#define tweedieJudgedMetrics_h

#include <ATen/core/Tensor.h>
#include <nlohmann/json_fwd.hpp>

#include <string>

namespace tweedie
{
namespace test
{
/** One part of metrics.json, which judge-metrics.py writes: inputs and what outside packages make of them. */
nlohmann::json JudgedMetrics(const std::string & part);

/** Numbers, or rows of equal length, as a tensor in double. */
at::Tensor TensorFrom(const nlohmann::json & numbers);
} // namespace test
} // namespace tweedie

#endif
