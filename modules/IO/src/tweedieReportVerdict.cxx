// SPDX-License-Identifier: Apache-2.0
#include "tweedieReportVerdict.h"

#include "tweedieReportTable.h"

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
std::string
Filled(const char * path, VerdictState state)
{
  return "<path d=\"" + std::string(path) + "\" fill=\"" + LightVariable(state) + "\"/>";
}

std::string
Drawn(const char * path, const std::string & color)
{
  return "<path d=\"" + std::string(path) + "\" fill=\"none\" stroke-width=\"2.2\" stroke=\"" + color + "\"/>";
}

std::string
Number(double value)
{
  return FormatSignificant(value, 3);
}

/** Bounds are round numbers: 0.900 says no more than 0.9. */
std::string
Bound(double value)
{
  std::string text = Number(value);
  if (text.find('.') != std::string::npos && text.find('e') == std::string::npos)
  {
    text.erase(text.find_last_not_of('0') + 1);
    text.erase(text.find_last_not_of('.') + 1);
  }
  return text;
}

std::string
AllowedText(const Verdict & verdict)
{
  if (std::isfinite(verdict.low) && std::isfinite(verdict.high))
  {
    return Bound(verdict.low) + " to " + Bound(verdict.high);
  }
  return std::isfinite(verdict.low)    ? "at least " + Bound(verdict.low)
         : std::isfinite(verdict.high) ? "at most " + Bound(verdict.high)
                                       : "";
}
} // namespace

std::string
LightVariable(VerdictState state)
{
  switch (state)
  {
  case VerdictState::Passed:
    return "var(--passed)";
  case VerdictState::Warned:
    return "var(--warned)";
  case VerdictState::Failed:
    return "var(--failed)";
  default:
    return "var(--untested)";
  }
}

std::string
LightSvg(VerdictState state)
{
  const std::string paper = "var(--paper)";
  std::string drawing;
  switch (state)
  {
  case VerdictState::Passed:
    drawing = "<circle cx=\"10\" cy=\"10\" r=\"9\" fill=\"" + LightVariable(state) + "\"/>" +
              Drawn("M5.5 10.5L8.8 13.8L14.5 6.8", paper);
    break;
  case VerdictState::Warned:
    drawing = Filled("M10 1L19.6 18.6L0.4 18.6z", state) + Drawn("M10 7L10 12.6M10 14.6L10 16.8", paper);
    break;
  case VerdictState::Failed:
    drawing = Filled("M6.3 1L13.7 1L19 6.3L19 13.7L13.7 19L6.3 19L1 13.7L1 6.3z", state) +
              Drawn("M6.5 6.5L13.5 13.5M13.5 6.5L6.5 13.5", paper);
    break;
  default: // a dozen corners: a ring
    drawing =
        Drawn("M10 1.6L14.2 2.7L17.3 5.8L18.4 10L17.3 14.2L14.2 17.3L10 18.4L5.8 17.3L2.7 14.2L1.6 10L2.7 5.8L5.8 "
              "2.7z",
              LightVariable(state)) +
        Drawn("M6 10L14 10", LightVariable(state));
  }
  return "<svg class=\"light\" viewBox=\"0 0 20 20\" aria-hidden=\"true\">" + drawing + "</svg>";
}

std::string
VerdictNumbers(const Verdict & verdict)
{
  const std::string allowed = AllowedText(verdict);
  std::string text;
  if (!std::isnan(verdict.value))
  {
    text = Number(verdict.value) + (verdict.unit.empty() ? "" : ' ' + verdict.unit);
  }
  if (!allowed.empty())
  {
    text += text.empty() ? "allowed: " + allowed : " (allowed: " + allowed + ')';
  }
  if (verdict.pValue)
  {
    constexpr double least = 1e-4;
    text += (text.empty() ? "" : ", ") + std::string("p ") +
            (*verdict.pValue < least ? "< " + FormatNumber(least, 4) : "= " + FormatSignificant(*verdict.pValue, 2));
  }
  return text;
}

std::string
VerdictCounts(const std::vector<Verdict> & verdicts)
{
  std::string text;
  for (const VerdictState state :
       {VerdictState::Failed, VerdictState::Warned, VerdictState::Passed, VerdictState::NotTested})
  {
    const auto count = std::count_if(
        verdicts.begin(), verdicts.end(), [state](const Verdict & verdict) { return verdict.state == state; });
    text += count == 0 ? "" : (text.empty() ? "" : ", ") + std::to_string(count) + ' ' + ToString(state);
  }
  return text + '.';
}
} // namespace tweedie
