// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseReport.h"

#include "tweedieAtomicFile.h"
#include "tweedieFigure.h"
#include "tweedieImageFile.h"
#include "tweediePhaseScore.h"
#include "tweedieReportTable.h"
#include "tweedieSuiteSupport.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <sstream>

namespace tweedie
{
namespace
{
constexpr double decades = 4.0;     // of a pattern that are shown
constexpr double errorShown = 0.15; // of the objects' unit: 300 HU

FigurePanel
Panel(const Volume & image, std::int64_t slice, Window window, ColorMap map, std::string label)
{
  FigurePanel panel;
  panel.image = image;
  panel.slice = slice;
  panel.window = window;
  panel.map = map;
  panel.label = std::move(label);
  return panel;
}

/** log10 of the middle of a pattern, as many pixels as the object has, over the pattern's largest value. */
FigurePanel
PatternPanel(const Volume & pattern, const Grid & object, std::int64_t slice)
{
  const at::Tensor values = TensorView(pattern)[0][slice];
  const at::Tensor logarithm = (values / values.max().clamp_min(1e-30)).clamp_min(1e-30).log10();
  const at::Tensor middle = logarithm.narrow(0, (values.size(0) - object.size.y) / 2, object.size.y)
                                .narrow(1, (values.size(1) - object.size.x) / 2, object.size.x);
  Grid grid = object;
  grid.size.z = 1;
  const Volume image = VolumeFromTensor(middle.contiguous().reshape({1, 1, grid.size.y, grid.size.x}), grid);
  return Panel(image, 0, {-decades, 0.0}, ColorMap::Gray, "pattern, log");
}

std::string
DecibelsText(const SuiteOutcome & outcome, const std::string & method, std::int64_t slice)
{
  return "PSNR " + FormatNumber(outcome.Of(method).front().psnr[static_cast<std::size_t>(slice)], 1) + " dB";
}

/** The pictures of one configuration; methods that were not run have none. */
void
AddPanels(const SuiteOutcome & outcome, const std::string & folder, std::vector<FigurePanel> & panels)
{
  const auto read = [&](const std::string & name)
  { return ReadImage(folder + '/' + outcome.configuration.name + '/' + name + ".nii.gz"); };
  const Volume truth = read("truth");
  const std::int64_t slice = truth.GetGrid().size.z / 2;
  const Window unit{0.0, 1.0};
  panels.push_back(PatternPanel(read("pattern"), truth.GetGrid(), slice));
  panels.back().caption = outcome.configuration.label;
  panels.push_back(Panel(truth, slice, unit, ColorMap::Gray, "truth"));
  const auto addResult = [&](const SuiteMethod * method)
  {
    panels.push_back(Panel(method == nullptr ? Volume(truth.GetGrid(), Volume::Element::Real) : read(method->name),
                           slice,
                           unit,
                           ColorMap::Gray,
                           method == nullptr ? "not run" : method->label));
    panels.back().caption = method == nullptr ? "" : DecibelsText(outcome, method->name, slice);
  };
  const SuiteMethod * posterior = BestPosteriorPhase(outcome);
  addResult(BestClassicalPhase(outcome));
  addResult(posterior);
  const SuiteMethod * samples = SamplesOf(outcome);
  const Volume none(truth.GetGrid(), Volume::Element::Real);
  const Window error{0.0, errorShown};
  const Volume mean = samples == nullptr ? truth : read(samples->name);
  const Volume deviation = samples == nullptr ? none : read(samples->name + "-std");
  const std::string whose = samples == nullptr ? "not run" : samples->label;
  panels.push_back(Panel(deviation, slice, error, ColorMap::Warm, "std, " + whose));
  const Volume distance = VolumeFromTensor((TensorView(mean) - TensorView(truth)).abs(), truth.GetGrid());
  panels.push_back(Panel(distance, slice, error, ColorMap::Warm, "|error| of it"));
}

/** "far field: HIO 52 %, ..." of the ends, as they came. */
std::string
ModesText(const SuiteOutcome & outcome)
{
  std::ostringstream text;
  text << outcome.configuration.label << ": ";
  std::string separator;
  for (const SuiteMethod & method : outcome.methods)
  {
    const double flipped = Mean(outcome.Figures(method.name, PhaseFigures::flippedEnds));
    text << separator << method.label << ' ' << FormatNumber(100.0 * (1.0 - flipped), 0) << " : "
         << FormatNumber(100.0 * flipped, 0);
    separator = ", ";
  }
  return text.str() + ". ";
}
} // namespace

const SuiteMethod *
SamplesOf(const SuiteOutcome & outcome)
{
  for (const SuiteMethod & method : outcome.methods)
  {
    if (method.samples > 0)
    {
      return &method;
    }
  }
  return nullptr;
}

void
ShowPhaseResults(const std::vector<SuiteOutcome> & outcomes, const std::string & folder, ReportDocument & page)
{
  std::vector<FigurePanel> panels;
  std::string modes;
  for (const SuiteOutcome & outcome : outcomes)
  {
    AddPanels(outcome, folder, panels);
    modes += PhaseConfigurationOf(outcome.configuration.name).IsIsolated() ? ModesText(outcome) : "";
  }
  if (panels.empty())
  {
    return;
  }
  FigureLayout layout;
  layout.columns = static_cast<int>(panels.size() / outcomes.size());
  const std::string png = EncodePng(RenderFigure(panels, layout));
  WriteTextAtomically(folder + "/phase.png", png);
  page.AddSection("What is found", "");
  page.AddFigure(png,
                 "patterns, objects, standard deviations and errors of a slice, a row for each measurement",
                 "The middle slice, seed 1. Objects from 0 (air) to 1 (1000 HU), as the truth stands; patterns over "
                 "four decades, their middle; standard deviation and error from 0 to 0.15. Classical and with a prior: "
                 "the methods of the highest mean PSNR. " +
                     (modes.empty() ? modes
                                    : "Share of the two modes, of the ends as they came, standing like the truth : "
                                      "flipped, in percent. " +
                                          modes));
}
} // namespace tweedie
