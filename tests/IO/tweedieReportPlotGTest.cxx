// SPDX-License-Identifier: Apache-2.0
#include "tweedieReportMarkup.h"

#include <gtest/gtest.h>

#include <cmath>
#include <regex>
#include <set>

namespace tweedie
{
namespace
{
/** Centres of the circles, the last of them the sign in the legend. */
std::vector<std::pair<double, double>>
Circles(const std::string & svg)
{
  const std::regex circle("<circle cx=\"([0-9.]+)\" cy=\"([0-9.]+)\"");
  std::vector<std::pair<double, double>> centres;
  for (std::sregex_iterator match(svg.begin(), svg.end(), circle), end; match != end; ++match)
  {
    centres.emplace_back(std::stod((*match)[1]), std::stod((*match)[2]));
  }
  return centres;
}

TEST(LogarithmicPlot, APowerLawIsALineAndWhatIsNotPositiveIsLeftOut)
{
  Plot plot;
  plot.isLogarithmic = true;
  plot.series = {{"a", {10.0, 0.0, 100.0, 1000.0, 500.0}, {0.1, 0.2, 0.01, 0.001, 0.0}, 0}};
  const std::string svg = PlotSvg(plot);
  const auto points = Circles(svg);
  ASSERT_EQ(points.size(), 3u + 1u); // the sign in the legend
  // Coordinates are written with one decimal: a difference of two of them is right to 0.1, of two such to 0.2.
  EXPECT_NEAR(points[1].first - points[0].first, points[2].first - points[1].first, 0.21);
  EXPECT_NEAR(points[1].second - points[0].second, points[2].second - points[1].second, 0.21);
  EXPECT_GT(points[1].first - points[0].first, 100.0);
  for (const char * const label : {">10<", ">100<", ">1000<", ">0.1<", ">0.01<", ">0.001<", ">20<", ">500<"})
  {
    EXPECT_NE(svg.find(label), std::string::npos) << label; // two decades of x: 2 and 5 are labelled too
  }
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_EQ(svg.find("inf"), std::string::npos);
}

TEST(LogarithmicPlot, ALongRangeHasPowersOfTenAlone)
{
  Plot plot;
  plot.isLogarithmic = true;
  plot.series = {{"a", {1.0, 10.0}, {1e-4, 1.0}, 0}};
  const std::string svg = PlotSvg(plot);
  EXPECT_NE(svg.find(">0.0001<"), std::string::npos);
  EXPECT_EQ(svg.find(">0.02<"), std::string::npos);
}

TEST(LogarithmicPlot, EmptyAndConstantOnesAreDrawn)
{
  Plot plot;
  plot.isLogarithmic = true;
  EXPECT_EQ(PlotSvg(plot).find("nan"), std::string::npos);
  plot.series = {{"a", {3.0, 3.0}, {2.0, 2.0}, 0}};
  EXPECT_EQ(PlotSvg(plot).find("nan"), std::string::npos);
  plot.series = {{"a", {3.0}, {-1.0}, 0}};
  EXPECT_EQ(Circles(PlotSvg(plot)).size(), 1u);
}

std::size_t
Count(const std::string & text, const std::string & part)
{
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
  {
    ++count;
  }
  return count;
}

/** Numbers of the first path with that attribute. */
std::vector<double>
PathNumbers(const std::string & svg, const std::string & attribute)
{
  const std::regex path("<path d=\"([^\"]*)\"[^>]*" + attribute);
  std::smatch match;
  std::vector<double> numbers;
  if (std::regex_search(svg, match, path))
  {
    const std::string text = match[1];
    const std::regex number("-?[0-9.]+");
    for (std::sregex_iterator found(text.begin(), text.end(), number), end; found != end; ++found)
    {
      numbers.push_back(std::stod(found->str()));
    }
  }
  return numbers;
}

TEST(LogarithmicPlot, OneAxisAlone)
{
  Plot plot;
  plot.isLogarithmicX = true;
  plot.series = {{"a", {1.0, 10.0, 100.0}, {-1.0, 0.0, 1.0}, 0}};
  const auto points = Circles(PlotSvg(plot));
  ASSERT_EQ(points.size(), 4u); // zero and below are left out of the other axis alone
  // Coordinates have one decimal.
  EXPECT_NEAR(points[1].first - points[0].first, points[2].first - points[1].first, 0.21);
  EXPECT_NEAR(points[1].second - points[0].second, points[2].second - points[1].second, 0.21);
}

TEST(LogarithmicPlot, AShortRangeWithoutAPowerHasTicksToo)
{
  Plot plot;
  plot.isLogarithmic = true;
  plot.series = {{"a", {3.1, 3.4}, {310.0, 340.0}, 0}};
  const std::string svg = PlotSvg(plot);
  EXPECT_NE(svg.find(">3.2<"), std::string::npos);
  EXPECT_NE(svg.find(">320<"), std::string::npos);
}

TEST(LinearPlot, TicksStandAtTheNumbersThatTheySay)
{
  Plot plot;
  plot.series = {{"a", {0.03, 0.97}, {0.0, 1.0}, 0}};
  const std::string svg = PlotSvg(plot);
  EXPECT_EQ(Count(svg, ">0.1<"), 1u);
  EXPECT_EQ(Count(svg, ">0.0<") + Count(svg, ">1.0<"), 2u); // of the other axis: this one begins at 0.03
}

TEST(LinearPlot, LongNumbersHaveRoom)
{
  Plot plot;
  plot.series = {{"a", {0.0, 1.0}, {0.0, 2e-7}, 0}};
  const std::string svg = PlotSvg(plot);
  EXPECT_NE(svg.find("e-07<"), std::string::npos);
  plot.series[0].y[1] = 123456.0;
  const std::regex frame("<rect x=\"([0-9.]+)\"[^>]*class=\"frame\"");
  std::smatch match;
  const std::string wide = PlotSvg(plot);
  ASSERT_TRUE(std::regex_search(wide, match, frame));
  EXPECT_GT(std::stod(match[1]), 24.0 + 6.0 * 6.0); // title, and six digits of six units
}

TEST(PlotShapes, ABandReachesFromItsLowerToItsUpperEdge)
{
  Plot plot;
  plot.series = {{"b", {0.0, 1.0}, {}, 2, PlotKind::Band, {0.0, 1.0}, {2.0, 3.0}}};
  const std::string svg = PlotSvg(plot);
  EXPECT_EQ(PathNumbers(svg, "stroke-width=\"0.8\"").size(), 8u); // both edges are lines too
  const std::vector<double> corners = PathNumbers(svg, "fill-opacity");
  ASSERT_EQ(corners.size(), 8u); // upper edge there, lower edge back
  EXPECT_LT(corners[1], corners[7]);
  EXPECT_LT(corners[3], corners[1]); // it rises
  EXPECT_NEAR(corners[7] - corners[1], corners[5] - corners[3], 0.21);
  EXPECT_EQ(corners[0], corners[6]);
}

TEST(PlotShapes, ABandIsInterruptedWhereItIsNotKnown)
{
  Plot plot;
  const double nan = std::nan("");
  plot.series = {{"b", {0, 1, 2, 3, 4}, {}, 2, PlotKind::Band, {0, 0, nan, 0, 0}, {1, 1, 1, 1, 1}}};
  const std::string svg = PlotSvg(plot);
  EXPECT_EQ(PathNumbers(svg, "fill-opacity").size(), 16u); // two regions of four corners
  EXPECT_EQ(svg.find("nan"), std::string::npos);
}

TEST(PlotShapes, BarsStandOnZeroBetweenTheirEdges)
{
  Plot plot;
  plot.series = {{"h", {0.0, 0.25, 1.0}, {2.0, 4.0}, 0, PlotKind::Bars}};
  const std::vector<double> corners = PathNumbers(PlotSvg(plot), "fill-opacity");
  ASSERT_EQ(corners.size(), 16u);
  const auto width = [&](std::size_t bar) { return corners[8 * bar + 2] - corners[8 * bar]; };
  const auto height = [&](std::size_t bar) { return corners[8 * bar + 5] - corners[8 * bar + 1]; };
  EXPECT_NEAR(width(1), 3.0 * width(0), 0.41); // each side is rounded to 0.1
  EXPECT_NEAR(height(1), 2.0 * height(0), 0.31);
  EXPECT_EQ(corners[5], corners[13]);
}

TEST(PlotShapes, ErrorBarsReachBeyondTheirPointsAndTheAxisHoldsThem)
{
  Plot plot;
  plot.series = {{"e", {0.0, 1.0}, {1.0, 1.0}, 0, PlotKind::Curve, {-3.0, 0.5}, {5.0, 1.5}}};
  const std::string svg = PlotSvg(plot);
  EXPECT_NE(svg.find(">-4<"), std::string::npos);
  EXPECT_NE(svg.find(">6<"), std::string::npos);
  const std::vector<double> numbers = PathNumbers(svg, "stroke-width=\"1.2\"");
  ASSERT_GE(numbers.size(), 4u);
  EXPECT_NEAR((numbers[1] + numbers[3]) / 2.0, Circles(svg)[0].second, 0.11); // -3 and 5 about 1
}

TEST(PlotShapes, CloudsAreMarkersThenThinThenADensity)
{
  const auto cloud = [](std::size_t count)
  {
    PlotSeries series{"c", {}, {}, 0, PlotKind::Points};
    for (std::size_t i = 0; i < count; ++i)
    {
      series.x.push_back(static_cast<double>(i % 97));
      series.y.push_back(static_cast<double>(i % 89));
    }
    Plot plot;
    plot.series = {series};
    return PlotSvg(plot);
  };
  EXPECT_EQ(Circles(cloud(150)).size(), 151u);
  EXPECT_EQ(Count(cloud(5000), "h0"), 5000u + 3u); // and three in the legend
  const std::string density = cloud(60000);
  EXPECT_EQ(Count(density, "h0"), 0u);
  EXPECT_NE(density.find("density of 60000 points"), std::string::npos);
  EXPECT_LT(density.size(), 400000u); // as small as its cells, whatever the number of points
}

TEST(PlotShapes, EveryPointIsInTheDensity)
{
  // One cell has 5999 points, one has one: both are seen, the first at full strength.
  PlotSeries series{"c", {1.0}, {1.0}, 0, PlotKind::Points};
  series.x.resize(6000, 0.0);
  series.y.resize(6000, 0.0);
  Plot plot;
  plot.series = {series};
  const std::string svg = PlotSvg(plot);
  EXPECT_EQ(PathNumbers(svg, "fill-opacity=\"1.00\"").size(), 8u);
  EXPECT_EQ(PathNumbers(svg, "fill-opacity=\"0.17\"").size(), 8u);
}

TEST(PlotShapes, SixteenSeriesDifferWithoutColour)
{
  std::set<std::string> looks;
  for (std::size_t style = 0; style < 16; ++style)
  {
    Plot plot;
    plot.series = {{"a", {0.0, 1.0}, {0.0, 1.0}, style}};
    looks.insert(std::regex_replace(PlotSvg(plot), std::regex("var\\(--s[0-7]\\)"), ""));
  }
  EXPECT_EQ(looks.size(), 16u);
}

TEST(PlotShapes, LevelsAndPlacesHaveNames)
{
  Plot plot;
  plot.series = {{"a", {0.0, 1.0}, {0.0, 1.0}, 0}};
  plot.marks = {{4.5, "limit <1 %>", true}, {0.01, "far left", false}};
  const std::string svg = PlotSvg(plot);
  EXPECT_EQ(Count(svg, "class=\"ideal\""), 2u);
  EXPECT_NE(svg.find(">limit &lt;1 %&gt;</text>"), std::string::npos);
  EXPECT_NE(svg.find("text-anchor=\"start\" class=\"mark\">far left"), std::string::npos); // no room on its left
  EXPECT_NE(svg.find(">5<"), std::string::npos);                                           // the axis holds the level
}

TEST(PlotAlternative, SaysAxesSeriesAndMarks)
{
  Plot plot;
  plot.title = "t";
  plot.description = "It rises.";
  plot.xLabel = "dose";
  plot.isLogarithmicX = true;
  plot.series = {{"a & b", {1.0, 10.0}, {0.5, 0.25}, 0},
                 {"c", {1.0, 10.0}, {}, 1, PlotKind::Band, {0.0, 0.1}, {1.0, 1.1}}};
  plot.marks = {{0.3, "limit", true}};
  EXPECT_EQ(PlotAlternative(plot),
            "It rises. Across: dose, 1.00 to 10.0, logarithmic. Up: 0 to 1.10. a & b: curve, 2 values, from 0.500 at "
            "1.00 to 0.250 at 10.0, range 0.250 to 0.500. c: band, 2 values, lower edge 0 to 0.100, upper edge 1.00 to "
            "1.10. Level 0.300: limit.");
  const std::string svg = PlotSvg(plot);
  EXPECT_NE(svg.find("role=\"img\" aria-label=\"t\"><title>t</title><desc>It rises."), std::string::npos);
  EXPECT_NE(svg.find("a &amp; b: curve"), std::string::npos);
}
} // namespace
} // namespace tweedie
