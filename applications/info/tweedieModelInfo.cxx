// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieInfo.h"
#include "tweedieNetworkDenoiser.h"
#include "tweediePriorTable.h"
#include "tweedieReportTable.h"
#include "tweedieTerminal.h"

#include <filesystem>
#include <type_traits>

namespace tweedie
{
namespace
{
template <typename TValue>
std::string
List(const std::vector<TValue> & values, const std::string & separator)
{
  std::string text;
  for (const auto & value : values)
  {
    text += text.empty() ? "" : separator;
    if constexpr (std::is_same_v<TValue, std::string>)
    {
      text += value;
    }
    else
    {
      text += FormatSignificant(value, 4);
    }
  }
  return text;
}

std::string
CurveText(const ModelCard & card)
{
  if (card.curve.empty() || card.curve.back().size() < 3)
  {
    return std::to_string(card.steps) + " steps";
  }
  const auto & last = card.curve.back();
  return std::to_string(card.steps) + " steps, loss " + FormatSignificant(last[1], 4) + ", on held-out slices " +
         FormatSignificant(last[2], 4);
}

InfoRows
CardRows(const ModelCard & card, const std::string & path)
{
  std::error_code error;
  const double megabytes = static_cast<double>(std::filesystem::file_size(path, error)) / 1e6;
  InfoRows rows{{"model", card.name}};
  rows.emplace_back("file", path + ", " + FormatNumber(megabytes, 1) + " MB, checksum correct");
  rows.emplace_back("description", card.description);
  rows.emplace_back("architecture", card.architecture + ", parametrisation " + card.parametrisation);
  rows.emplace_back("channels", List(card.channels, ", "));
  rows.emplace_back("trained size", List(card.size, " x ") + " (y, x), spacing " + List(card.spacing, " x ") + " mm");
  if (!card.orientation.empty())
  {
    rows.emplace_back("trained orientation", "x and y lead to " + card.orientation);
  }
  rows.emplace_back("units", card.units);
  rows.emplace_back("noise levels",
                    FormatSignificant(card.sigmaMinimum, 4) + " to " + FormatSignificant(card.sigmaMaximum, 4));
  rows.emplace_back("prior variance",
                    FormatSignificant(card.priorVariance, 4) + " per channel, sigma_data " +
                        FormatSignificant(card.sigmaData, 4));
  rows.emplace_back("trained on", card.data);
  rows.emplace_back("data licence", card.dataLicence);
  rows.emplace_back("held out", card.heldOut);
  rows.emplace_back("training", CurveText(card));
  rows.emplace_back("command", card.command);
  rows.emplace_back("licence", card.licence);
  return rows;
}
} // namespace

void
PrintModelInfo(const std::string & path, c10::Device device)
{
  InfoRows rows = CardRows(LoadPrior(path, device)->Card(), path);
  bool areAllRight = true;
  const auto pairs = VerifyPrior(path, device);
  if (pairs.empty())
  {
    rows.emplace_back("golden pair", "none: whether this network is the one that was trained is not known");
  }
  for (const auto & pair : pairs)
  {
    const bool isRight = pair.relativeError <= GoldenTolerance; // not-a-number is wrong
    areAllRight = areAllRight && isRight;
    rows.emplace_back("golden pair",
                      "sigma " + FormatSignificant(pair.sigma, 3) + ": relative error " +
                          FormatSignificant(pair.relativeError, 2) + (isRight ? ", right" : ", WRONG"));
  }
  Print(InfoText(rows));
  if (!areAllRight)
  {
    throw NumericalError(path + ": a golden pair differs by more than " + FormatSignificant(GoldenTolerance, 1) +
                         "; required the arithmetic that the model was made with");
  }
}
} // namespace tweedie
