// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieScanStudy_h
#define tweedieScanStudy_h

#include "tweedieGaussianLikelihood.h"
#include "tweedieProgress.h"
#include "tweedieVolumeEstimate.h"

#include <ATen/core/Tensor.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
struct ModelCard;

/** How many posterior samples of a scan, and how. */
struct StudyRun
{
  std::int64_t samples = 8;
  double stepsFactor = 1.0; ///< of the noise levels that the options of the study say
  std::int64_t seed = 1;
};

/** The data of a study as real numbers of unit noise: m of them. */
struct WhitenedData
{
  at::Tensor values; ///< [m], double: W y, W = S^(-1/2); a complex number is two of them
  at::Tensor line;   ///< [m], int64: the line (view, pixel of a pattern) that each belongs to
  at::Tensor group;  ///< [m], int64: the coil (view, pattern)
};

/** A measurement as a validation sees it, whatever was measured: runs on all of it and on parts, and its residuals.
 *
 * Lines are what can be left out of a scan and predicted from the rest. */
class ScanStudy
{
public:
  virtual ~ScanStudy() = default;

  virtual std::string Kind() const = 0;      ///< "mri"
  virtual std::string LineName() const = 0;  ///< "phase-encoding line"
  virtual std::string GroupName() const = 0; ///< "coil"

  /** Lines that may be left out, in rising order: never those that calibrate. */
  virtual std::vector<std::int64_t> Lines() const = 0;

  /** Samples of the posterior of this data, kept. Throws as the facade of its kind. */
  virtual VolumeEstimate Run(const StudyRun & run, const ProgressCallback & progress) const = 0;

  /** The same scan without some lines. Throws DataError where nothing is left. */
  virtual std::unique_ptr<ScanStudy> Without(const std::vector<std::int64_t> & lines) const = 0;

  /** The data as measured, and images that its model takes, of a volume of a run [channel, B, shape...]. */
  virtual const GaussianLikelihood & Data() const = 0;
  virtual at::Tensor Images(const Volume & volume) const = 0;

  /** Lines and groups of the data, broadcast against them, int64. */
  virtual at::Tensor LineOfData() const = 0;
  virtual at::Tensor GroupOfData() const = 0;

  /** Noise level found in a part of the data that holds nothing else, over the stated one; nothing: there is none. */
  virtual std::optional<double>
  NoiseRatio() const
  {
    return std::nullopt;
  }

  /** Share of the stated variance that is noise; the rest is an allowance for what the forward model gets wrong, which
   * a good model does not use up. */
  virtual double
  NoiseShare() const
  {
    return 1.0;
  }

  /** A classical reconstruction of the same data with the standard deviation of its noise, in the same units; nothing:
   * there is none of this scan. Throws as its facade. */
  virtual std::optional<VolumeEstimate>
  Classical(const ProgressCallback &) const
  {
    return std::nullopt;
  }

  /** Images in the units of a prior with that card, of its channels. */
  virtual at::Tensor InPriorUnits(const at::Tensor & images, const ModelCard & card) const = 0;

  /** Units of the image: "HU", "a.u.". */
  virtual std::string Units() const = 0;
};

/** W y. */
WhitenedData Whitened(const ScanStudy & study);

/** W (y - A x) of one image [B, shape...]: [m], double, in the order of Whitened. */
at::Tensor WhitenedResidual(const ScanStudy & study, const at::Tensor & image);

/** lines in that many parts of nearly equal size, by chance. Throws UsageError for less than two parts or less lines
 * than parts. */
std::vector<std::vector<std::int64_t>>
FoldsOf(const std::vector<std::int64_t> & lines, std::int64_t parts, std::int64_t seed);
} // namespace tweedie

#endif
