// SPDX-License-Identifier: Apache-2.0
#include "tweedieReportMarkup.h"

#include <gtest/gtest.h>

#include <cmath>
#include <regex>

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
} // namespace
} // namespace tweedie
