// SPDX-License-Identifier: Apache-2.0
#include "tweedieSuiteSupport.h"

#include "tweedieAtomicFile.h"
#include "tweedieSliceSelection.h"
#include "tweedieVersion.h"

#include <algorithm>
#include <limits>
#include <sstream>

namespace tweedie
{
std::vector<std::int64_t>
SliceList(const std::string & text, std::int64_t available)
{
  std::vector<std::int64_t> slices;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');)
  {
    const SliceRange range = ParseSliceRange(part, available);
    for (std::int64_t slice = range.first; slice <= range.last; slice += range.step)
    {
      slices.push_back(slice);
    }
  }
  return slices;
}

std::vector<std::int64_t>
Limited(const std::vector<std::int64_t> & slices, std::int64_t limit)
{
  const auto count = static_cast<std::int64_t>(slices.size());
  if (limit == 0 || limit >= count)
  {
    return slices;
  }
  std::vector<std::int64_t> chosen;
  for (std::int64_t i = 0; i < limit; ++i)
  {
    chosen.push_back(slices[static_cast<std::size_t>((2 * i + 1) * count / (2 * limit))]);
  }
  return chosen;
}

Volume
TakeSlices(const Volume & image, const std::vector<std::int64_t> & slices)
{
  Grid grid = image.Slices(slices.front(), 1).GetGrid();
  grid.size.z = static_cast<std::int64_t>(slices.size());
  Volume taken(grid, Volume::Element::Real);
  const std::int64_t pixels = grid.size.y * grid.size.x;
  for (std::size_t i = 0; i < slices.size(); ++i)
  {
    const float * from = image.Data() + slices[i] * pixels;
    std::copy(from, from + pixels, taken.Data() + static_cast<std::int64_t>(i) * pixels);
  }
  return taken;
}

double
Mean(const std::vector<double> & values)
{
  double sum = 0.0;
  for (const double value : values)
  {
    sum += value;
  }
  return values.empty() ? std::numeric_limits<double>::quiet_NaN() : sum / static_cast<double>(values.size());
}

ProgressCallback
Named(const ProgressCallback & progress, const std::string & task)
{
  return [progress, task](const ProgressReport & report)
  {
    ProgressReport named = report;
    named.task = task;
    return !progress || progress(named);
  };
}

std::string
MarkLegend(const std::vector<ReportTable> & tables)
{
  const auto isMarked = [](const ReportTable & table)
  {
    for (std::size_t r = 0; r < table.rows.size(); ++r)
    {
      for (std::size_t c = 0; c < table.columns.size(); ++c)
      {
        if (!table.columns[c].detail && table.IsBest(r, c))
        {
          return true;
        }
      }
    }
    return false;
  };
  return std::any_of(tables.begin(), tables.end(), isMarked) ? "\n**best** and _second best_ of each column\n" : "";
}

void
WriteSuiteReport(const std::string & folder,
                 const std::vector<ReportTable> & tables,
                 const ReportPage & page,
                 const std::string & json,
                 const std::string & csv)
{
  std::string markdown;
  for (const ReportTable & table : tables)
  {
    markdown += (markdown.empty() ? "" : "\n") + TableMarkdown(table);
  }
  markdown += MarkLegend(tables);
  WriteTextAtomically(folder + "/table.csv", csv.empty() ? TableCsv(tables.front()) : csv);
  WriteTextAtomically(folder + "/table.json", json.empty() ? TableJson(tables.front()) : json);
  WriteTextAtomically(folder + "/table.md", markdown);
  WriteTextAtomically(folder + "/report.html", page.Html("Tweedie " + std::string(Version) + "."));
}

SuiteOptions
Completed(SuiteOptions options, const SuiteDefaults & defaults)
{
  options.slices = options.slices.empty() ? defaults.slices : options.slices;
  options.tuningSlices = options.tuningSlices.empty() ? defaults.tuningSlices : options.tuningSlices;
  options.seeds = options.seeds.value_or(defaults.seeds);
  options.lambdas = options.lambdas.empty() ? defaults.lambdas : options.lambdas;
  options.tvIterations = options.tvIterations.value_or(defaults.tvIterations);
  return options;
}
} // namespace tweedie
