// SPDX-License-Identifier: Apache-2.0
#include "tweediePapersReport.h"

#include "tweedieFigure.h"
#include "tweedieImageFile.h"
#include "tweedieReportPage.h"
#include "tweedieSuiteSupport.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace tweedie
{
namespace
{
constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr int tilesInARow = 6;
constexpr std::int64_t smallestTile = 160; // pixels of the screen

/** One item for each column, or for some that belong together. */
std::vector<std::string>
ColumnMeanings(const PapersProvenance & provenance)
{
  std::vector<std::string> items{
      "PSNR and SSIM: of the mean (magnitude) over the whole slice, range: the slice's maximum; mean over slices.",
      "std / error: rms(factor · standard deviation) over rms(error) in the head (above 5 % of the maximum, filled), "
      "factor √(1 + 1/n) where the image is the mean of n samples, else 1. Coverage: share of the errors there inside "
      "the 90 % interval.",
      "Network calls and operator calls: per image, samples included. A call of the operator is one of A, of its "
      "adjoint, of their product, a change to or from the basis of its decomposition, or a step in closed form.",
      "Time: of all slices, on the machine where it ran.",
      "Preset: the settings that tweedie tune found on other slices; without one the defaults.",
      "× bare call: time per network call over that of a bare call, measured before and after the run. Methods that "
      "need the network's derivative pay for it here: one pass back is not counted as a call.",
      "Overhead: share of the time that went by neither inside the network nor inside the operator."};
  if (!provenance.featureMeaning.empty())
  {
    items.push_back(provenance.featureMeaning);
  }
  return items;
}

/** One column and where its values come from. */
struct ScoreColumn
{
  TableColumn column;
  double (*value)(const SuiteScore & score, std::int64_t images);
};

double
Known(std::int64_t count)
{
  return count > 0 ? static_cast<double>(count) : none;
}

/** Of a network call for one image; NaN without network. */
double
SecondsPerCall(const SuiteScore & s, std::int64_t images)
{
  return s.seconds / (Known(s.networkEvaluations) * static_cast<double>(images));
}

const std::vector<ScoreColumn> &
ScoreColumns()
{
  using S = SuiteScore;
  constexpr BestValue high = BestValue::Highest;
  constexpr BestValue low = BestValue::Lowest;
  constexpr BestValue near = BestValue::NearestToTarget;
  constexpr BestValue open = BestValue::None;
  static const std::vector<ScoreColumn> columns = {
      {{"psnr", "PSNR", "dB", 2, high}, [](const S & s, std::int64_t) { return Mean(s.psnr); }},
      {{"ssim", "SSIM", "", 4, high}, [](const S & s, std::int64_t) { return Mean(s.ssim); }},
      {{"lpips", "LPIPS", "", 4, low}, [](const S & s, std::int64_t) { return Mean(s.lpips); }},
      {{"fid", "FID", "", 3, low}, [](const S & s, std::int64_t) { return s.fid; }},
      {{"deviation-over-error", "std / error", "", 2, near, 1.0},
       [](const S & s, std::int64_t) { return s.pixels > 0 ? s.predicted / s.found : none; }},
      {{"coverage-90", "90 % coverage", "", 3, near, 0.9},
       [](const S & s, std::int64_t) { return s.pixels > 0 ? s.coverage : none; }},
      {{"network-evaluations", "network calls", "", 0, open},
       [](const S & s, std::int64_t) { return s.refusal.empty() ? static_cast<double>(s.networkEvaluations) : none; }},
      {{"operator-evaluations", "operator calls", "", 0, open},
       [](const S & s, std::int64_t) { return s.refusal.empty() ? static_cast<double>(s.operatorEvaluations) : none; }},
      {{"seconds", "time", "s", 2, low},
       [](const S & s, std::int64_t) { return s.refusal.empty() ? s.seconds : none; }},
      {{"seconds-per-bare-call", "× bare call", "", 2, low},
       [](const S & s, std::int64_t images) { return SecondsPerCall(s, images) / s.bareSeconds; }},
      {{"overhead", "overhead", "%", 1, low},
       [](const S & s, std::int64_t)
       {
         const double inside = s.networkSeconds + s.operatorSeconds;
         return s.networkEvaluations > 0 ? 100.0 * (s.seconds - inside) / s.seconds : none;
       }},
      {{"network-seconds", "time in the network", "s", 2, open, 0, true},
       [](const S & s, std::int64_t) { return s.networkSeconds; }},
      {{"operator-seconds", "time in the operator", "s", 2, open, 0, true},
       [](const S & s, std::int64_t) { return s.operatorSeconds; }},
      {{"bare-call-seconds", "bare call for an image", "s", 4, open, 0, true},
       [](const S & s, std::int64_t) { return s.bareSeconds; }},
      {{"data-fit", "data fit", "", 3, open, 0, true}, [](const S & s, std::int64_t) { return s.dataFit; }},
  };
  return columns;
}

/** Whether the row has come to its turn. */
bool
IsDone(const PapersOutcome & outcome, const PapersMethod & method)
{
  return outcome.scores.count(method.name) > 0;
}

const ScoreColumn &
ColumnOf(const std::string & key)
{
  const auto & columns = ScoreColumns();
  return *std::find_if(
      columns.begin(), columns.end(), [&key](const ScoreColumn & column) { return column.column.key == key; });
}

/** What the methods of a task had to say, each thing once. */
std::vector<std::string>
Remarks(const PapersOutcome & outcome)
{
  std::vector<std::string> remarks;
  for (const PapersMethod & method : outcome.methods)
  {
    if (IsDone(outcome, method))
    {
      for (const std::string & warning : outcome.scores.at(method.name).warnings)
      {
        const bool isNamed = warning.rfind(method.method + ": ", 0) == 0;
        remarks.push_back((isNamed ? "" : method.label + ": ") + warning);
      }
    }
  }
  return remarks;
}

/** Appends the cells of one method, with the reason where there are none. */
void
AppendCells(const PapersOutcome & outcome, const PapersMethod & method, std::vector<TableCell> & row)
{
  const SuiteScore & score = outcome.scores.at(method.name);
  for (const ScoreColumn & column : ScoreColumns())
  {
    row.emplace_back(column.value(score, outcome.images));
  }
  row.emplace_back(score.preset);
  row.emplace_back(score.refusal);
}

void
AppendColumns(ReportTable & table)
{
  for (const ScoreColumn & column : ScoreColumns())
  {
    table.columns.push_back(column.column);
  }
  table.columns.push_back({"preset", "preset", "", 0, BestValue::None});
  table.columns.push_back({"refusal", "why there is no result", "", 0, BestValue::None});
}

/** Blown up to the field of view of another volume, pixel by pixel, where it has a fraction of its pixels. */
Volume
Enlarged(const Volume & small, const Grid & grid)
{
  const auto & from = small.GetGrid().size;
  if (from == grid.size || from.z != grid.size.z || grid.size.y % from.y != 0 || grid.size.x % from.x != 0)
  {
    return small;
  }
  Volume large(grid, Volume::Element::Real);
  float * pixel = large.Data();
  for (std::int64_t z = 0; z < grid.size.z; ++z)
  {
    for (std::int64_t y = 0; y < grid.size.y; ++y)
    {
      for (std::int64_t x = 0; x < grid.size.x; ++x)
      {
        const std::int64_t row = z * from.y + y * from.y / grid.size.y;
        *pixel++ = small.Data()[row * from.x + x * from.x / grid.size.x];
      }
    }
  }
  return large;
}
} // namespace

ReportTable
PapersOverview(const std::vector<PapersOutcome> & outcomes, const std::string & key)
{
  const ScoreColumn & shown = ColumnOf(key);
  const std::string unit = shown.column.unit.empty() ? "" : " [" + shown.column.unit + ']';
  ReportTable table;
  table.columns = {{"method", shown.column.label + unit, "", 0, BestValue::None}};
  std::vector<PapersMethod> methods;
  for (const PapersOutcome & outcome : outcomes)
  {
    TableColumn column = shown.column;
    column.key += '-' + outcome.task.name;
    column.label = outcome.task.name;
    column.unit.clear();
    table.columns.push_back(std::move(column));
    for (const PapersMethod & method : outcome.methods)
    {
      const auto isSame = [&method](const PapersMethod & other) { return other.name == method.name; };
      if (IsDone(outcome, method) && std::none_of(methods.begin(), methods.end(), isSame))
      {
        methods.push_back(method);
      }
    }
  }
  // The classical ones of all tasks before the others.
  std::stable_partition(methods.begin(), methods.end(), [](const PapersMethod & method) { return method.calls == 0; });
  for (const PapersMethod & method : methods)
  {
    std::vector<TableCell> row{method.label};
    for (const PapersOutcome & outcome : outcomes)
    {
      row.emplace_back(IsDone(outcome, method) ? shown.value(outcome.scores.at(method.name), outcome.images) : none);
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

ReportTable
PapersTable(const PapersOutcome & outcome)
{
  ReportTable table;
  table.columns = {{"method", outcome.task.name, "", 0, BestValue::None}};
  AppendColumns(table);
  for (const PapersMethod & method : outcome.methods)
  {
    if (IsDone(outcome, method))
    {
      table.rows.push_back({method.label});
      AppendCells(outcome, method, table.rows.back());
    }
  }
  return table;
}

ReportTable
PapersRows(const std::vector<PapersOutcome> & outcomes)
{
  ReportTable table;
  table.columns = {{"task", "task", "", 0, BestValue::None}, {"method", "method", "", 0, BestValue::None}};
  AppendColumns(table);
  for (const PapersOutcome & outcome : outcomes)
  {
    for (const PapersMethod & method : outcome.methods)
    {
      if (IsDone(outcome, method))
      {
        table.rows.push_back({outcome.task.name, method.name});
        AppendCells(outcome, method, table.rows.back());
      }
    }
  }
  return table;
}

std::string
PapersPicture(const PapersTask & task, const PapersOutcome & outcome, const std::string & folder)
{
  const Volume & truth = task.Truth();
  const Grid & grid = truth.GetGrid();
  const std::int64_t middle = grid.size.z / 2;
  const Window window = PercentileWindow(truth, 0.0, 99.9, middle);
  const auto panel = [&](const Volume & image, const std::string & label, const std::string & caption) {
    return FigurePanel{image, middle, 0, ShownPart::Magnitude, {0.0, window.high}, ColorMap::Gray, label, caption};
  };
  std::vector<FigurePanel> panels{panel(truth, "truth", "")};
  if (const Volume measured = task.Measured(); !measured.IsEmpty())
  {
    panels.push_back(panel(Enlarged(measured, grid), "data", ""));
  }
  for (const PapersMethod & method : outcome.methods)
  {
    const std::string file = folder + '/' + method.name + ".nii.gz";
    if (IsDone(outcome, method) && std::filesystem::exists(file))
    {
      const double psnr = outcome.scores.at(method.name).psnr.at(static_cast<std::size_t>(middle));
      panels.push_back(panel(ReadImage(file), method.label, FormatNumber(psnr, 2) + " dB"));
    }
  }
  FigureLayout layout;
  layout.columns = tilesInARow;
  layout.scale = static_cast<int>(std::max<std::int64_t>(1, smallestTile / grid.size.x));
  return EncodePng(RenderFigure(panels, layout));
}

void
WritePapersReport(const std::string & folder,
                  const std::vector<PapersOutcome> & outcomes,
                  const PapersProvenance & provenance)
{
  std::vector<ReportTable> tables{PapersOverview(outcomes, "psnr")};
  ReportPage page("Every method on every task", provenance.statement);
  page.AddSection("PSNR");
  page.AddTable(tables.front(), provenance.statement + " –: no result, the table of the task says why.");
  page.AddSection("Coverage of the 90 % interval");
  page.AddTable(PapersOverview(outcomes, "coverage-90"), "–: no standard deviation. An exact one covers 0.9.");
  page.AddSection("What the columns mean");
  page.AddList(ColumnMeanings(provenance));
  for (const PapersOutcome & outcome : outcomes)
  {
    tables.push_back(PapersTable(outcome));
    page.AddSection(outcome.task.name, outcome.task.description);
    ReportTable shown = tables.back();
    shown.columns.front().label = "method"; // the task stands above
    page.AddTable(shown, provenance.statement);
    page.AddList(Remarks(outcome));
    page.AddFigure(outcome.png,
                   "The middle slice as each method shows it, " + outcome.task.name,
                   provenance.statement + " The middle slice; below each picture its own PSNR. Errors, standard " +
                       "deviations and the other slices: " + outcome.task.name + "/report.html.");
  }
  page.AddSection("Settings and provenance");
  page.AddFacts("this run", provenance.facts);
  const ReportTable rows = PapersRows(outcomes);
  WriteSuiteReport(folder, tables, page, TableJson(rows), TableCsv(rows));
}
} // namespace tweedie
