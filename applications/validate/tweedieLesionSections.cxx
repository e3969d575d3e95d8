// SPDX-License-Identifier: Apache-2.0
#include "tweedieLesionSections.h"

#include "tweedieComparison.h"
#include "tweedieMapGrid.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace tweedie
{
namespace
{
Volume
Scaled(const Volume & volume, double factor, double offset)
{
  return VolumeFromTensor(TensorView(volume) * factor + offset, volume.GetGrid());
}

/** One curve a size: values of the groups of a method. */
template <typename TX, typename TY, typename TChoose>
std::vector<PlotSeries>
CurvesBySize(
    const LesionResult & result, const LesionOptions & options, const TChoose & choose, const TX & x, const TY & y)
{
  std::vector<PlotSeries> curves;
  for (std::size_t i = 0; i < options.diameters.size(); ++i)
  {
    std::vector<std::pair<double, double>> points;
    for (const LesionGroup & group : result.groups)
    {
      if (group.mean.diameter == options.diameters[i] && choose(group))
      {
        points.emplace_back(x(group), y(group));
      }
    }
    std::sort(points.begin(), points.end());
    PlotSeries curve{LengthText(options.diameters[i]) + " mm", {}, {}, i};
    for (const auto & point : points)
    {
      curve.x.push_back(point.first);
      curve.y.push_back(point.second);
    }
    curves.push_back(std::move(curve));
  }
  return curves;
}

Plot
PlotOf(const std::string & title, const std::string & x, const std::string & y, const std::vector<PlotSeries> & series)
{
  Plot plot;
  plot.title = title;
  plot.xLabel = x;
  plot.yLabel = y;
  plot.series = series;
  plot.description = title + ", one curve a size of the insert.";
  return plot;
}

double
SignalOf(const LesionGroup & group)
{
  return group.mean.contrast < 0.0 ? -group.mean.signal : group.mean.signal;
}

double
RecoveryOf(const LesionGroup & group)
{
  return group.mean.score.recovery;
}

std::vector<Plot>
Plots(const LesionResult & result, const LesionOptions & options)
{
  const double first = options.accelerations.front();
  const auto of = [first](bool isClassical)
  {
    return [first, isClassical](const LesionGroup & group)
    { return group.mean.isClassical == isClassical && group.mean.acceleration == first; };
  };
  const char * signal = "signal over noise in the data (below 0: darker)";
  std::vector<Plot> plots;
  for (const bool isClassical : {false, true})
  {
    plots.push_back(PlotOf("Contrast recovery, " + (isClassical ? result.classical : std::string("posterior")),
                           signal,
                           "found over put in",
                           CurvesBySize(result, options, of(isClassical), SignalOf, RecoveryOf)));
    plots.back().marks = {{1.0, "all of it", true}, {0.5, "half is erased", true}};
  }
  plots.push_back(PlotOf(
      "False insertions, posterior",
      signal,
      "share of places",
      CurvesBySize(
          result, options, of(false), SignalOf, [](const LesionGroup & group) { return group.falseInsertions; })));
  if (options.accelerations.size() > 1)
  {
    const std::string last = result.groups.back().mean.contrastText;
    plots.push_back(PlotOf("Contrast recovery with fewer lines, posterior, " + last,
                           "one of so many lines",
                           "found over put in",
                           CurvesBySize(
                               result,
                               options,
                               [&last](const LesionGroup & group)
                               { return !group.mean.isClassical && group.mean.contrastText == last; },
                               [](const LesionGroup & group) { return group.mean.acceleration; },
                               RecoveryOf)));
    plots.back().marks = {{1.0, "all of it", true}, {0.5, "half is erased", true}};
  }
  return plots;
}

void
ShowPicture(const LesionPicture & picture, const StudyInput & input, ReportDocument & page)
{
  const Volume without = Scaled(Magnitude(picture.without), input.factor, input.offset);
  const Volume with = Scaled(Magnitude(picture.with), input.factor, input.offset);
  const Volume change = VolumeFromTensor(TensorView(with) - TensorView(without), with.GetGrid());
  const std::string unit = input.units;
  const std::vector<MapColumn> columns{{"without", without, unit, ColorMap::Gray, 0},
                                       {"with the inserts", with, unit, ColorMap::Gray, 0},
                                       {"put in", Scaled(picture.added, input.factor, 0.0), unit, ColorMap::Signed, 1},
                                       {"found", change, unit, ColorMap::Signed, 1}};
  const LesionRow & row = picture.row;
  MapGridOptions options;
  options.slices = {picture.slice};
  options.caption = "The " + picture.name + " case: " + LengthText(row.diameter) + " mm, " + row.contrastText +
                    ", at " + LengthText(row.center[0]) + ", " + LengthText(row.center[1]) + ", " +
                    LengthText(row.center[2]) + " mm: " + FormatSignificant(100.0 * row.score.recovery, 3) +
                    " % of its contrast is found. All inserts of "
                    "this size and contrast are in the same scan.";
  page.AddImages(MapGrid(columns, options));
}
} // namespace

ValidationSection
LesionSection(const LesionResult & result, const LesionOptions & options, const StudyInput & input)
{
  const auto show = [&](ReportDocument & page)
  {
    page.AddPlots(Plots(result, options),
                  "Below one half the prior erases what was there. False insertions are counted in the scan without an "
                  "insert: the share of all pairs of a sample and a place inside of the object where the mean over the "
                  "insert's disc of what that sample has more than the mean of the samples reaches half of the "
                  "contrast, in its direction: what would be taken for the insert where nothing was put. What all "
                  "samples show alike is not counted: without a truth it may be there.");
    page.AddTable(LesionTable(result, input),
                  "Means over the places. The signal is that of an observer who knows the insert and sees all of the "
                  "data: no method can show more. Intervals take the scan without the insert as known; an honest one "
                  "covers at least as often as it says.");
    for (const LesionPicture & picture : result.pictures)
    {
      ShowPicture(picture, input, page);
    }
  };
  return {
      ValidationPart::Lesion,
      "Inserts with an edge of one pixel, drawn by formulas and finer grids than the reconstruction's, were added to "
      "what was measured, along the phase of the image.",
      show};
}
} // namespace tweedie
