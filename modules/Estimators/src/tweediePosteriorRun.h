// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePosteriorRun_h
#define tweediePosteriorRun_h

#include "tweedieEstimator.h"
#include "tweedieGaussianLikelihood.h"
#include "tweediePosteriorOptions.h"
#include "tweedieVolumeEstimate.h"

#include <string>
#include <vector>

namespace tweedie
{
/** The prior of options.prior, and the options with "auto" precision resolved: for the summary, and so that no
 * checkpoint mixes the two. Throws UsageError where none is named, DataError for a file that is none. */
DenoiserPointer LoadPriorOf(PosteriorOptions & options);

/** Tolerance, iterations and decomposition of the inner solver. */
ProximalOptions InnerSolverOf(const PosteriorOptions & options);

/** An image in the units of the data as a start: [slice, channel, 1, y, x] in the type of the problem, or undefined for
 * an empty volume. Throws DataError for one of another size than the grid. */
at::Tensor StartOf(const Volume & image, const Grid & grid, std::int64_t channels, double scale, at::ScalarType type);

/** The options of a run on images of their own: with the noise levels of the prior's kind and as large a batch as
 * memory allows; adds to the problem's identity what a checkpoint has to know of the options. */
EstimatorOptions
CompletedRun(PosteriorProblem & problem, const EstimatorOptions & run, const PosteriorOptions & options);

/** EstimatePosterior of slices in units of scale, as volumes in the units of the data on a grid. warnings come before
 * those of the run. Checkpoints are removed when it succeeds. */
VolumeEstimate EstimateVolume(PosteriorProblem problem,
                              const PosteriorOptions & options,
                              double scale,
                              const Grid & grid,
                              const std::vector<std::string> & warnings,
                              const ProgressCallback & progress);
} // namespace tweedie

#endif
