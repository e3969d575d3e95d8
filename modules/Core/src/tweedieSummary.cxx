// SPDX-License-Identifier: Apache-2.0
#include "tweedieSummary.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace tweedie
{
namespace
{
using Json = nlohmann::ordered_json;

Json
NumberOrNull(double value)
{
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

/** With some digits, and a point whatever the locale. */
std::string
Rounded(double value, int decimals)
{
  const double scale = std::pow(10.0, decimals);
  const Json number = std::isfinite(value) ? Json(std::round(value * scale) / scale) : Json(nullptr);
  const std::string text = number.dump();
  return text == "null" ? "-" : text;
}

std::string
Counted(std::int64_t count, const char * what)
{
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}
} // namespace

const char *
ToString(DeviationKind kind)
{
  switch (kind)
  {
  case DeviationKind::Posterior:
    return "posterior";
  case DeviationKind::Replica:
    return "replica";
  case DeviationKind::GaussianPosterior:
    return "gaussian-posterior";
  default:
    return "none";
  }
}

std::string
Summary::BriefReport() const
{
  std::string text = method + (guidance.empty() ? "" : " (" + guidance + ")") + ": " + Counted(steps, "step");
  if (networkEvaluations > 0)
  {
    text += ", " + Counted(networkEvaluations, "network evaluation");
  }
  text += ", " + Rounded(wallSeconds, 2) + " s";
  if (std::isfinite(dataFit))
  {
    text += ", data fit " + Rounded(dataFit, 3);
  }
  if (deviationKind != DeviationKind::None)
  {
    text += std::string(", deviation: ") + ToString(deviationKind) +
            (samples > 0 ? " of " + Counted(samples, "sample") : "") +
            (deviationOf.empty() ? "" : " by " + deviationOf);
  }
  if (nonGaussianPosterior)
  {
    text += ", the means disagree (" + Rounded(meanDisagreement, 1) + " standard errors): posterior not Gaussian";
  }
  return text;
}

std::string
Summary::ToJson() const
{
  Json json;
  json["method"] = method;
  json["guidance"] = guidance;
  json["prior"] = prior;
  json["deviation-of"] = deviationOf;
  json["deviation-kind"] = ToString(deviationKind);
  json["steps"] = steps;
  json["samples"] = samples;
  json["network-evaluations"] = networkEvaluations;
  json["operator-evaluations"] = operatorEvaluations;
  json["wall-seconds"] = NumberOrNull(wallSeconds);
  json["network-seconds"] = NumberOrNull(networkSeconds);
  json["operator-seconds"] = NumberOrNull(operatorSeconds);
  json["seed"] = seed;
  json["data-fit"] = NumberOrNull(dataFit);
  json["mean-disagreement"] = NumberOrNull(meanDisagreement);
  json["non-gaussian-posterior"] = nonGaussianPosterior;
  for (const auto & [name, value] : figures)
  {
    json["figures"][name] = NumberOrNull(value);
  }
  // The options are JSON already; a text that is not stays a text.
  const Json parsed = Json::parse(options, nullptr, false);
  json["options"] = parsed.is_discarded() ? Json(options) : parsed;
  json["warnings"] = warnings;
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}
} // namespace tweedie
