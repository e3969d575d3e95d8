// SPDX-License-Identifier: Apache-2.0
#include "tweedieClosedFormPicture.h"

#include "tweedieGaussianMixtureDenoiser.h"
#include "tweediePictureShapes.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr int side = 220; // pixels of a panel's axes
constexpr int textScale = 2;
constexpr int leftMargin = 46;
constexpr int titleHeight = 26;
constexpr int bottomMargin = 48;
constexpr int gap = 20;
constexpr int columns = 5;
constexpr double reach = 3.2;  // of the axes, on either side of zero
constexpr double bands = 12.0; // of the shading

constexpr Color paper{255, 255, 255};
constexpr Color ink{30, 30, 30};
constexpr Color faint{150, 150, 150};
constexpr Color densityColor{58, 124, 190};
constexpr Color contourColor{20, 62, 110};
constexpr Color sampleColor{217, 95, 2};
constexpr Color pathColor{40, 40, 40};
constexpr Color meanColor{190, 0, 60};

PicturePoint
Place(double x1, double x2)
{
  return {(x1 + reach) / (2.0 * reach) * side, (reach - x2) / (2.0 * reach) * side};
}

/** Centres of the pixels of a panel as points [side * side, 2], the first row on top. */
at::Tensor
PixelPoints()
{
  const at::Tensor step = (at::arange(side, at::kDouble) + 0.5) * (2.0 * reach / side) - reach;
  return at::stack({step.expand({side, side}), step.neg().unsqueeze(1).expand({side, side})}, -1).reshape({-1, 2});
}

/** A density on the pixels and the levels that enclose half and nine tenths of its mass. */
struct Density
{
  at::Tensor log;             ///< [side, side], 0 at its maximum
  std::vector<double> levels; ///< of log

  explicit Density(const at::Tensor & logDensity) : log((logDensity - logDensity.max()).reshape({side, side}))
  {
    const at::Tensor sorted = std::get<0>(log.flatten().exp().sort(0, true));
    const at::Tensor share = sorted.cumsum(0) / sorted.sum();
    for (const double mass : {0.5, 0.9})
    {
      levels.push_back(std::log(sorted[share.lt(mass).sum().item<std::int64_t>()].item<double>()));
    }
  }

  /** Shades, and lines at the levels: the distance to one is the difference over the gradient. */
  void
  Draw(Picture & panel, bool isShaded, Color line) const
  {
    const at::Tensor next = (at::arange(side, at::kLong) + 1).clamp_max(side - 1);
    const at::Tensor before = (at::arange(side, at::kLong) - 1).clamp_min(0);
    const at::Tensor dx = (log.index_select(1, next) - log.index_select(1, before)) * 0.5;
    const at::Tensor dy = (log.index_select(0, next) - log.index_select(0, before)) * 0.5;
    const at::Tensor steep = (dx.square() + dy.square()).sqrt().clamp_min(1e-9).contiguous();
    const auto * value = log.contiguous().data_ptr<double>();
    const auto * gradient = steep.data_ptr<double>();
    for (int y = 0; y < side; ++y)
    {
      for (int x = 0; x < side; ++x, ++value, ++gradient)
      {
        Color color = panel.At(x, y);
        if (isShaded)
        {
          color = MixColors(color, densityColor, 0.75 * std::round(std::sqrt(std::exp(*value)) * bands) / bands);
        }
        for (const double level : levels)
        {
          const double share = std::clamp(1.1 - std::abs(*value - level) / *gradient, 0.0, 1.0);
          color = MixColors(color, line, share);
        }
        panel.Set(x, y, color);
      }
    }
  }
};

void
DrawCross(Picture & panel, PicturePoint at, double arm, double width, Color color)
{
  DrawPolyline(panel, {{at.x - arm, at.y}, {at.x + arm, at.y}}, width, color);
  DrawPolyline(panel, {{at.x, at.y - arm}, {at.x, at.y + arm}}, width, color);
}

PicturePoint
Place(const at::Tensor & x)
{
  return Place(x[0].item<double>(), x[1].item<double>());
}

void
DrawSamples(Picture & panel, const at::Tensor & samples)
{
  constexpr std::int64_t most = 500; // more hide the density
  for (std::int64_t i = 0; i < std::min(most, samples.size(0)); ++i)
  {
    DrawDisc(panel, Place(samples[i]), 1.6, sampleColor, 0.5);
  }
}

/** In ten stretches, fainter where the noise is high. */
void
DrawPath(Picture & panel, const at::Tensor & path)
{
  constexpr int stretches = 10;
  const auto steps = static_cast<double>(path.size(0) - 1);
  for (int k = 0; k < stretches; ++k)
  {
    std::vector<PicturePoint> points;
    const auto last = static_cast<std::int64_t>(std::lround(steps * (k + 1) / stretches));
    for (auto i = static_cast<std::int64_t>(std::lround(steps * k / stretches)); i <= last; ++i)
    {
      points.push_back(Place(path[i]));
    }
    const double late = (k + 1.0) / stretches;
    DrawPolyline(panel, points, 1.4, pathColor, 0.08 + 0.77 * late * late);
  }
  DrawDisc(panel, Place(path[path.size(0) - 1]), 3.4, pathColor);
}

/** Panel, frame, numbers and names into a figure with its upper left corner at (x, y). */
void
Frame(Picture & figure, const Picture & panel, int x, int y, const std::string & title, const std::string & figures)
{
  figure.DrawText(x, y, title, ink, textScale);
  y += titleHeight;
  figure.FillRectangle(x - 1, y - 1, side + 2, side + 2, faint);
  figure.Paste(panel, x, y);
  for (const int tick : {-2, 0, 2})
  {
    const std::string text = std::to_string(tick);
    const PicturePoint place = Place(tick, tick);
    const int across = x + static_cast<int>(place.x);
    const int down = y + static_cast<int>(place.y);
    figure.FillRectangle(across, y + side, 1, 5, ink);
    figure.FillRectangle(x - 5, down, 5, 1, ink);
    figure.DrawText(across - TextWidth(text, textScale) / 2, y + side + 8, text, ink, textScale);
    figure.DrawText(x - 8 - TextWidth(text, textScale), down - TextHeight(textScale) / 2, text, ink, textScale);
  }
  figure.DrawText(x + side - TextWidth("x1", textScale), y + side + 8, "x1", ink, textScale);
  figure.DrawText(x - 8 - TextWidth("x2", textScale), y, "x2", ink, textScale);
  figure.DrawText(x, y + side + 28, figures, ink, textScale);
}

Picture
PanelOf(const TwoPixelRun & run, const Density & density, const at::Tensor & exactMean)
{
  Picture panel(side, side, paper);
  density.Draw(panel, true, contourColor);
  if (run.samples.defined())
  {
    DrawSamples(panel, run.samples);
  }
  for (const at::Tensor & path : run.paths)
  {
    DrawPath(panel, path);
  }
  DrawCross(panel, Place(exactMean), 8.0, 2.4, ink);
  if (run.mean.defined())
  {
    DrawRing(panel, Place(run.mean), 8.0, 2.4, meanColor);
  }
  return panel;
}

/** The prior, and where the measurement alone would put the two pixels. */
Picture
PanelOfPrior(const Density & prior, const ClosedFormProblem & problem, const at::Tensor & points)
{
  Picture panel(side, side, paper);
  const at::Tensor misfit = problem.problem.likelihood->NegativeLog(points.reshape({-1, 1, 1, 1, 2}));
  const Density data(-misfit);
  for (int y = 0; y < side; ++y)
  {
    for (int x = 0; x < side; ++x)
    {
      const double share = 0.45 * std::exp(data.log[y][x].item<double>());
      panel.Set(x, y, MixColors(paper, sampleColor, share));
    }
  }
  prior.Draw(panel, true, contourColor);
  return panel;
}

/** What the signs mean, in one line from (x, y). */
void
DrawLegend(Picture & figure, int x, int y)
{
  const auto middle = [&] { return PicturePoint{x + 9.0, y + 0.5 * TextHeight(textScale)}; };
  const auto text = [&](const std::string & words)
  {
    x += 26;
    figure.DrawText(x, y, words, ink, textScale);
    x += TextWidth(words, textScale) + 30;
  };
  DrawDisc(figure, middle(), 9.0, densityColor, 0.6);
  DrawRing(figure, middle(), 9.0, 1.4, contourColor);
  text("exact posterior, lines at 50 % and 90 %");
  DrawDisc(figure, middle(), 4.0, sampleColor);
  text("draws");
  DrawPolyline(figure, {{x + 0.0, middle().y}, {x + 18.0, middle().y}}, 1.6, pathColor);
  text("path from noise to a dot");
  DrawCross(figure, middle(), 8.0, 2.4, ink);
  text("exact mean");
  DrawRing(figure, middle(), 8.0, 2.4, meanColor);
  text("method's mean");
}
} // namespace

Picture
TwoPixelPicture(const ClosedFormProblem & problem, const std::vector<TwoPixelRun> & runs)
{
  const at::Tensor points = PixelPoints();
  const at::Tensor logPrior = TwoPixelLogPrior(points);
  const Density prior(logPrior);
  const Density posterior(logPrior - problem.problem.likelihood->NegativeLog(points.reshape({-1, 1, 1, 1, 2})));
  const at::Tensor mean = problem.posterior->Mean().flatten();
  const int panels = static_cast<int>(runs.size()) + 1;
  const int rows = (panels + columns - 1) / columns;
  const int width = leftMargin + side + gap;
  const int height = titleHeight + side + bottomMargin + gap;
  Picture figure(columns * width, rows * height + 3 * gap, paper);
  Frame(figure, PanelOfPrior(prior, problem, points), leftMargin, gap, "prior and datum", "datum: (x1 + x2)/2");
  for (int i = 1; i < panels; ++i)
  {
    const TwoPixelRun & run = runs[static_cast<std::size_t>(i) - 1];
    const int x = i % columns * width + leftMargin;
    const int y = i / columns * height + gap;
    Frame(figure, PanelOf(run, posterior, mean), x, y, run.label, run.figures);
  }
  DrawLegend(figure, leftMargin, rows * height + gap);
  return figure;
}
} // namespace tweedie
