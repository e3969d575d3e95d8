// SPDX-License-Identifier: Apache-2.0
// Texts that we read: configurations, options, summaries, scan descriptions. The first letter says which.
#include "tweedieFuzz.h"
#include "tweedieOptionTable.h"
#include "tweedieOptionsJson.h"
#include "tweedieScanJson.h"
#include "tweedieSummary.h"

#include <nlohmann/json.hpp>

namespace tweedie
{
Summary SummaryFromJson(const std::string & text); // of tweedieComparison.h, which needs LibTorch

namespace
{
/** A field of every type. */
struct EveryField
{
  bool flag = false;
  std::int64_t whole = 3;
  double real = 0.5;
  std::string choice = "first";
  std::optional<double> maybe;
  std::optional<std::int64_t> maybeWhole;
  std::vector<double> reals;
  std::vector<std::string> texts;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("flag", "a flag"), flag);
    v.Visit(Field("whole", "a whole number").Range(0, 100), whole);
    v.Visit(Field("real", "a number").Above(0.0), real);
    v.Visit(Field("choice", "one of two").Choices({"first", "second"}), choice);
    v.Visit(Field("maybe", "a number or none"), maybe);
    v.Visit(Field("maybe-whole", "a whole number or none"), maybeWhole);
    v.Visit(Field("reals", "numbers"), reals);
    v.Visit(Field("texts", "texts"), texts);
  }
};

void
ReadOptions(const std::string & text)
{
  const auto options = OptionsFromText<EveryField>(text);
  ValidateOptions(options);
  const std::string written = OptionsText(options);
  fuzz::Require(OptionsText(OptionsFromText<EveryField>(written)) == written);
}

void
ReadConfiguration(const std::string & text)
{
  EveryField fields;
  OptionTable table;
  table.Begin("Fields", {});
  fields.Visit(table);
  const auto json = nlohmann::json::parse(text, nullptr, false, true);
  if (!json.is_discarded() && json.is_object())
  {
    table.SetFromJson(json);
  }
}

void
ReadSummary(const std::string & text)
{
  const Summary summary = SummaryFromJson(text);
  summary.BriefReport();
  summary.ToJson();
}

void
ReadScanDescription(const std::string & text)
{
  Grid grid;
  grid.size = Axes<std::int64_t>::FromXyz({5, 4, 2});
  MRIScan scan;
  scan.kspace = Volume(grid, Volume::Element::Complex, 3);
  ApplyScanJson(scan, text, "scan.json");
  fuzz::Require(scan.scale > 0.0);
  ScanJson(scan, "");
}
} // namespace
} // namespace tweedie

int
LLVMFuzzerTestOneInput(const std::uint8_t * bytes, std::size_t size)
{
  using namespace tweedie;
  const std::string text = size > 0 ? fuzz::Text(bytes + 1, size - 1) : "";
  fuzz::Hold(
      [&]
      {
        switch (size > 0 ? bytes[0] : 0)
        {
        case 'o':
          return ReadOptions(text);
        case 'c':
          return ReadConfiguration(text);
        case 's':
          return ReadSummary(text);
        default:
          return ReadScanDescription(text);
        }
      });
  return 0;
}
