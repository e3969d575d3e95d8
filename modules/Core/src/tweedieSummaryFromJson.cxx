// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieSummary.h"

#include <nlohmann/json.hpp>

#include <array>
#include <type_traits>

namespace tweedie
{
namespace
{
using Json = nlohmann::json;

/** Reads a member where it exists, is not null and has a fitting type; null is how JSON writes not-a-number. */
template <typename T>
void
Read(const Json & object, const char * key, T & value)
{
  const auto member = object.find(key);
  if (member == object.end() || member->is_null())
  {
    return;
  }
  // get() of 1e30 as a whole number is whatever the processor makes of it.
  if (std::is_integral_v<T> && member->is_number_float())
  {
    throw DataError(std::string("summary: ") + key + ": given " + member->dump() + "; required a whole number");
  }
  value = member->get<T>();
}

DeviationKind
KindFromText(const std::string & text)
{
  for (const DeviationKind kind :
       {DeviationKind::None, DeviationKind::Posterior, DeviationKind::Replica, DeviationKind::GaussianPosterior})
  {
    if (text == ToString(kind))
    {
      return kind;
    }
  }
  throw DataError("summary: deviation kind '" + text + "'; a kind that this version knows required");
}

void
ReadFields(const Json & object, Summary & summary)
{
  Read(object, "method", summary.method);
  Read(object, "guidance", summary.guidance);
  Read(object, "prior", summary.prior);
  Read(object, "deviation-of", summary.deviationOf);
  Read(object, "steps", summary.steps);
  Read(object, "samples", summary.samples);
  Read(object, "network-evaluations", summary.networkEvaluations);
  Read(object, "operator-evaluations", summary.operatorEvaluations);
  Read(object, "wall-seconds", summary.wallSeconds);
  Read(object, "network-seconds", summary.networkSeconds);
  Read(object, "operator-seconds", summary.operatorSeconds);
  Read(object, "seed", summary.seed);
  Read(object, "data-fit", summary.dataFit);
  Read(object, "mean-disagreement", summary.meanDisagreement);
  Read(object, "non-gaussian-posterior", summary.nonGaussianPosterior);
  Read(object, "warnings", summary.warnings);
  const auto figures = object.find("figures");
  if (figures != object.end() && figures->is_object())
  {
    for (const auto & item : figures->items())
    {
      Read(*figures, item.key().c_str(), summary.figures[item.key()]);
    }
  }
  std::string kind = ToString(DeviationKind::None);
  Read(object, "deviation-kind", kind);
  summary.deviationKind = KindFromText(kind);
  const auto options = object.find("options");
  if (options != object.end() && !options->is_null())
  {
    summary.options = options->is_string() ? options->get<std::string>() : options->dump();
  }
}
} // namespace

Summary SummaryFromJson(const std::string & text); // of tweedieComparison.h, which needs LibTorch

Summary
SummaryFromJson(const std::string & text)
{
  Summary summary;
  try
  {
    const Json object = Json::parse(text);
    if (!object.is_object() || !object.contains("method"))
    {
      throw DataError("summary: a JSON text without \"method\"; the summary of a reconstruction required");
    }
    ReadFields(object, summary);
  }
  catch (const Json::exception & error)
  {
    throw DataError(std::string("summary: ") + error.what() + "; the JSON text of a reconstruction required");
  }
  return summary;
}
} // namespace tweedie
