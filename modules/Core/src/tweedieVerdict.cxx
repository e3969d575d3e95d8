// SPDX-License-Identifier: Apache-2.0
#include "tweedieVerdict.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace tweedie
{
namespace
{
nlohmann::ordered_json
Number(double value)
{
  return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json();
}
} // namespace

const char *
ToString(VerdictState state)
{
  switch (state)
  {
  case VerdictState::Passed:
    return "passed";
  case VerdictState::Warned:
    return "warned";
  case VerdictState::Failed:
    return "failed";
  default:
    return "not tested";
  }
}

Verdict
JudgeRange(Verdict verdict)
{
  if (std::isnan(verdict.value))
  {
    verdict.state = VerdictState::NotTested;
  }
  else
  {
    const bool isInside = verdict.value >= verdict.low && verdict.value <= verdict.high;
    verdict.state = isInside ? VerdictState::Passed : VerdictState::Failed;
  }
  return verdict;
}

std::string
VerdictsJson(const std::vector<Verdict> & verdicts)
{
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const Verdict & one : verdicts)
  {
    all.push_back({{"check", one.key},
                   {"label", one.label},
                   {"verdict", ToString(one.state)},
                   {"value", Number(one.value)},
                   {"unit", one.unit},
                   {"low", Number(one.low)},
                   {"high", Number(one.high)},
                   {"p", one.pValue ? Number(*one.pValue) : nlohmann::ordered_json()},
                   {"statement", one.statement}});
  }
  return all.dump(2);
}
} // namespace tweedie
