// SPDX-License-Identifier: Apache-2.0
// Texts that we read: configurations, options, summaries, descriptions of scans and patterns. The first letter says
// which.
#include "tweedieFuzz.h"
#include "tweedieOptionTable.h"
#include "tweedieOptionsJson.h"
#include "tweediePhaseJson.h"
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
  ScanJson(scan, {});
}

/** What makes a scan is written as it was read. */
void
ReadPhaseDescription(const std::string & text)
{
  Grid grid;
  grid.size = Axes<std::int64_t>::FromXyz({8, 6, 2});
  PhaseDraft draft;
  draft.scan.patterns = Volume(grid, Volume::Element::Real, 3);
  draft.scan.patterns.Data()[0] = 1.0F;
  const PhaseParts parts = ApplyPhaseJson(draft, text, "patterns.json", false);
  fuzz::Require(parts.mask.find('/') == std::string::npos);
  PhaseScan & scan = draft.scan;
  scan.experiment = draft.experiment.value_or(PhaseExperiment::Fourier);
  scan.isCounts = draft.isCounts.value_or(false);
  scan.beamCentre = draft.beamCentre.value_or(std::array<double, 2>{});
  RequirePhaseScan(scan);
  const std::string written = PhaseJson(scan, parts);
  PhaseDraft again;
  again.scan.patterns = scan.patterns;
  ApplyPhaseJson(again, written, "patterns.json", true);
  again.scan.experiment = *again.experiment;
  again.scan.isCounts = *again.isCounts;
  again.scan.beamCentre = *again.beamCentre;
  fuzz::Require(PhaseJson(again.scan, parts) == written);
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
        case 'p':
          return ReadPhaseDescription(text);
        default:
          return ReadScanDescription(text);
        }
      });
  return 0;
}
