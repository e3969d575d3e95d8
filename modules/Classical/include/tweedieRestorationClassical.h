// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRestorationClassical_h
#define tweedieRestorationClassical_h

#include "tweedieLinearOperator.h"
#include "tweedieOptions.h"
#include "tweedieProgress.h"
#include "tweedieSummary.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** Options of the classical methods that work for any linear operator. */
struct RestorationClassicalOptions
{
  std::optional<double> lambda;   ///< tv, admm-tv: weight of TV; absent: by the discrepancy principle
  std::optional<double> variance; ///< tikhonov, wiener: the prior's, of a pixel's real component; absent: see the table
  double background = 0.0;        ///< richardson-lucy: in the units of the data
  std::int64_t iterations = 500;  ///< at most
  double tolerance = 1e-4;        ///< tv: relative duality gap; admm-tv, tikhonov: relative residual
  std::int64_t probes = 32;       ///< tikhonov: behind the standard deviation; 0: none

  void Visit(OptionVisitor & v);
};

struct RestorationClassicalResult
{
  at::Tensor image;             ///< [B, domain...]
  at::Tensor standardDeviation; ///< like it, real, sqrt(E|x - image|^2); undefined where the method has none
  std::int64_t iterations = 0;  ///< of the sample that took most; tikhonov: equations solved
  std::vector<std::string> warnings;
};

/** From data y [B, channel, z, y, x] and the noise sigma of a sample (E|n|^2 = sigma^2; a scalar or [B]; undefined:
 * unknown) the image, sample by sample. Samples that A never reaches (a mask's zeros) are not counted. Throws DataError
 * for shapes that do not fit, for data that the method cannot take, and where it needs a noise that is unknown;
 * UsageError for wrong options and operators it cannot take; NumericalError; Aborted when progress returns false. */
using RestorationClassicalFunction = RestorationClassicalResult (*)(const LinearOperatorPointer & A,
                                                                    const at::Tensor & y,
                                                                    const at::Tensor & noise,
                                                                    const RestorationClassicalOptions & options,
                                                                    const ProgressCallback & progress);

struct RestorationClassicalRow
{
  const char * name;
  const char * description;    ///< one line
  DeviationKind deviationKind; ///< what its standard deviation means; None: it has none
  RestorationClassicalFunction reconstruct;
  const char * searched; ///< the one of the options with a search range that the method takes
};

/** The rows, with what they leave to the data:
 *
 *    tv, admm-tv      min 1/2 ||A x - y||^2 + lambda TV(x)       (tweedieTotalVariation.h, tweedieAdmmTotalVariation.h)
 *    tikhonov         posterior of a white prior x = m + N(0, v I)                                  (tweedieTikhonov.h)
 *    wiener           that of a prior of the spectrum a / |f|^2 (Field 1987), f in cycles per pixel, for operators that
 *                     are circular convolutions
 *    richardson-lucy  most likely x >= 0 of Poisson data (tweedieRichardsonLucy.h)
 *
 * lambda and v, where not given, and the number of iterations of richardson-lucy come from the discrepancy principle,
 * ||A x - y||^2 = (samples) sigma^2 for each sample of the batch (Morozov 1966). m is the constant image that fits the
 * data best. a makes tr(A Cov A^H) + (samples) sigma^2 = ||y - A m||^2.
 *
 * The v of the discrepancy makes the better image, where the image's own variance would let the noise through; but it
 * is mostly smaller than that, and the standard deviation may then be too small in what A hardly measures: below half,
 * a warning says so. Give the variance where the standard deviation matters. */
const std::vector<RestorationClassicalRow> & RestorationClassicalTable();

/** Throws UsageError for an unknown name. */
const RestorationClassicalRow & FindRestorationClassical(const std::string & name);
} // namespace tweedie

#endif
