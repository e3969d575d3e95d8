// SPDX-License-Identifier: Apache-2.0
#include "tweedieValidationReport.h"

#include "tweedieError.h"
#include "tweedieReportContents.h"
#include "tweedieReportJson.h"
#include "tweedieReportPdf.h"
#include "tweedieVersion.h"

#include <algorithm>

namespace tweedie
{
namespace
{
const char *
AbsenceOf(ValidationPart part)
{
  switch (part)
  {
  case ValidationPart::Images:
    return "no pictures were made.";
  case ValidationPart::DataConsistency:
    return "whether the result explains the data was not looked at.";
  case ValidationPart::HeldOut:
    return "no data were held out, so that nothing was predicted that could have been wrong.";
  case ValidationPart::Regions:
    return "no regions were given.";
  case ValidationPart::Classical:
    return "no classical reconstruction stands beside the result.";
  case ValidationPart::Sampler:
    return "the samples themselves were not looked at.";
  case ValidationPart::Truth:
    return "the true image is not known, or was not given.";
  case ValidationPart::Lesion:
    return "no lesion of known size was put into the data: whether one would be kept is open.";
  default:
    return "this build's closed-form table was not added.";
  }
}

std::vector<std::string>
NotTested(const ValidationReport & report)
{
  std::vector<std::string> items;
  for (const Verdict & verdict : report.verdicts)
  {
    if (verdict.state == VerdictState::NotTested)
    {
      items.push_back(verdict.label + ": " + verdict.statement);
    }
  }
  for (const ValidationPart part : report.expected)
  {
    const bool isThere = std::any_of(report.sections.begin(),
                                     report.sections.end(),
                                     [part](const ValidationSection & section) { return section.part == part; });
    if (!isThere)
    {
      items.push_back(std::string(TitleOf(part)) + ": " + AbsenceOf(part));
    }
  }
  items.insert(items.end(), report.notTested.begin(), report.notTested.end());
  return items;
}

ReportDocument::Facts
FactList(const ValidationFacts & facts)
{
  ReportDocument::Facts list;
  const auto add = [&list](const char * name, const std::string & value)
  {
    if (!value.empty())
    {
      list.emplace_back(name, value);
    }
  };
  add("case", facts.caseName);
  add("input SHA-256", facts.inputSha256);
  add("software", facts.software.empty() ? "Tweedie " + std::string(Version) : facts.software);
  add("prior SHA-256", facts.modelSha256);
  add("prior trained on", facts.modelScope);
  add("seed", facts.seed ? std::to_string(*facts.seed) : "");
  add("noise level", facts.noiseSource);
  add("wall time", facts.wallSeconds ? FormatNumber(*facts.wallSeconds, 1) + " s" : "");
  add("command", facts.command);
  list.insert(list.end(), facts.further.begin(), facts.further.end());
  return list;
}

void
AddSections(const ValidationReport & report, ReportDocument & page)
{
  for (const ValidationPart part : AllValidationParts())
  {
    bool isFirst = true;
    for (const ValidationSection & section : report.sections)
    {
      if (section.part != part)
      {
        continue;
      }
      if (isFirst)
      {
        page.AddSection(TitleOf(part), section.lead);
      }
      else if (!section.lead.empty())
      {
        page.AddParagraph(section.lead);
      }
      isFirst = false;
      section.show(page);
    }
  }
}

void
AddPlainLimits(const ValidationReport & report, ReportDocument & page)
{
  page.AddSection("Limits in plain words", "");
  std::vector<std::string> limits{
      "Research use only. No light above says that this image may be used for a patient.",
      "A posterior is the spread of images that agree with the data and with the prior. Where the data say little, the "
      "prior decides; an error that the prior shares with all its samples is not in their spread.",
      "A test that is passed has not found a fault. Its power is limited: small faults, and faults of a kind that is "
      "not "
      "listed here, pass.",
      "Pixels of an image depend on each other: a share of pixels is no probability for the next image."};
  limits.insert(limits.end(), report.limits.begin(), report.limits.end());
  page.AddList(limits);
}
} // namespace

std::vector<ValidationPart>
AllValidationParts()
{
  return {ValidationPart::Images,
          ValidationPart::DataConsistency,
          ValidationPart::HeldOut,
          ValidationPart::Regions,
          ValidationPart::Classical,
          ValidationPart::Sampler,
          ValidationPart::Truth,
          ValidationPart::Lesion,
          ValidationPart::Benchmark};
}

const char *
TitleOf(ValidationPart part)
{
  switch (part)
  {
  case ValidationPart::Images:
    return "Images";
  case ValidationPart::DataConsistency:
    return "Data consistency";
  case ValidationPart::HeldOut:
    return "Held-out calibration";
  case ValidationPart::Regions:
    return "Regions of interest";
  case ValidationPart::Classical:
    return "Classical reconstruction beside it";
  case ValidationPart::Sampler:
    return "Health of the sampler";
  case ValidationPart::Truth:
    return "Against the truth";
  case ValidationPart::Lesion:
    return "Lesion test";
  default:
    return "Closed-form problems of this build";
  }
}

void
FillValidationReport(const ValidationReport & report, ReportDocument & page)
{
  page.AddWarnings(report.warnings);
  page.AddSection("Verdicts", "");
  if (report.verdicts.empty())
  {
    page.AddParagraph("Nothing was judged.");
  }
  page.AddVerdicts(report.verdicts, report.verdictCaption);
  if (!report.answers.empty())
  {
    page.AddSection("In short", "");
    std::vector<std::string> items;
    for (const auto & [question, answer] : report.answers)
    {
      items.push_back(question + ' ' + answer);
    }
    page.AddList(items);
  }
  page.AddSection("Where the numbers come from", "");
  page.AddFacts("This run", FactList(report.facts));
  AddSections(report, page);
  const std::vector<std::string> notTested = NotTested(report);
  page.AddSection("What was not tested", "");
  if (notTested.empty())
  {
    page.AddParagraph("Every check of this kind of report was made.");
  }
  page.AddList(notTested);
  AddPlainLimits(report, page);
}

std::string
ValidationHtml(const ValidationReport & report)
{
  ReportPage page(report.title, report.statement);
  FillValidationReport(report, page);
  return page.Html(PageFooter());
}

std::string
ValidationPdf(const ValidationReport & report, const std::string & date)
{
  ReportPdf pages(report.title, report.statement, date);
  FillValidationReport(report, pages);
  return pages.Bytes("Tweedie " + std::string(Version));
}

std::string
ValidationJson(const ValidationReport & report)
{
  ReportJson json(report.title, report.statement);
  FillValidationReport(report, json);
  return json.Text("Tweedie " + std::string(Version));
}

ReportTable
RegionTable(const std::vector<RegionRow> & rows,
            const std::vector<std::string> & kinds,
            const std::string & level,
            const std::string & unit,
            int decimals)
{
  ReportTable table;
  table.columns = {{"region", "region", "", 0, BestValue::None},
                   {"pixels", "pixels", "", 0, BestValue::None},
                   {"mean", "mean", unit, decimals, BestValue::None}};
  for (const std::string & kind : kinds)
  {
    table.columns.push_back({kind + "-low", kind + ' ' + level + " from", unit, decimals, BestValue::None});
    table.columns.push_back({kind + "-high", "to", unit, decimals, BestValue::None});
  }
  table.columns.push_back({"truth", "truth", unit, decimals, BestValue::None});
  table.columns.push_back({"contrast-to-noise", "contrast to noise", "", 1, BestValue::None});
  for (const RegionRow & row : rows)
  {
    if (row.intervals.size() != kinds.size())
    {
      throw UsageError("regions: given " + std::to_string(row.intervals.size()) + " intervals of '" + row.name +
                       "'; required one for each of " + std::to_string(kinds.size()) + " kinds");
    }
    std::vector<TableCell> cells{row.name, static_cast<double>(row.pixels), row.mean};
    for (const auto & [low, high] : row.intervals)
    {
      cells.emplace_back(low);
      cells.emplace_back(high);
    }
    cells.emplace_back(row.truth);
    cells.emplace_back(row.contrastToNoise);
    table.rows.push_back(std::move(cells));
  }
  return table;
}
} // namespace tweedie
