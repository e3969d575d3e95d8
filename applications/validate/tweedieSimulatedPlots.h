// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSimulatedPlots_h
#define tweedieSimulatedPlots_h

#include "tweedieReportPlot.h"
#include "tweedieSimulatedRun.h"

#include <vector>

namespace tweedie
{
/** Coverage over level, a curve a method; without series where no method has such intervals. */
Plot CoveragePlot(const std::vector<MethodCases> & results, bool byRanks);

/** F(z) - z of the truth's rank, for each quantity, with the band of an exact sampler. */
Plot RankPlot(const MethodCases & result);

/** Histogram of the ranks of pixels. */
Plot HistogramPlot(const MethodCases & result);

/** Expected coverage of balls about random points, a curve a method. */
Plot TarpPlot(const std::vector<MethodCases> & results);
} // namespace tweedie

#endif
