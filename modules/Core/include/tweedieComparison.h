// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieComparison_h
#define tweedieComparison_h

#include "tweedieDeviationCheck.h"
#include "tweedieReportTable.h"
#include "tweedieSummary.h"
#include "tweedieVolume.h"

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tweedie
{
struct FeatureMaker;

/** One reconstruction to be compared. */
struct ComparisonEntry
{
  std::string name;
  Volume image;                                                ///< real, or complex: its magnitude is compared
  Volume standardDeviation;                                    ///< real; empty if there is none
  std::optional<Summary> summary;                              ///< how the image came about
  std::optional<std::int64_t> samples;                         ///< behind the standard deviation; absent: the summary's
  std::string source;                                          ///< file, for provenance
  std::string commandLine;                                     ///< that made it; empty if not known
  std::vector<std::pair<std::string, std::string>> provenance; ///< more that is known: name, value
};

/** Of the values of an image: what lies outside counts as the nearer end. */
struct ValueWindow
{
  double low = 0.0;
  double high = 1.0;
};

/** A reference and what is to be compared with it. */
struct ComparisonInput
{
  std::string title;
  std::string description; ///< what the data are, said wherever a figure is shown
  std::string units = "a.u.";
  Volume reference; ///< real or complex, one channel
  /** Absent: range of PSNR and SSIM is the reference's maximum. Else images are clipped to it and its width is the
   * range, as for Hounsfield units, whose zero is not that of the object; standard deviations are not clipped. */
  std::optional<ValueWindow> window;
  Volume mask; ///< empty: images are compared everywhere, standard deviations in the reference's foreground
  std::vector<ComparisonEntry> entries;
  std::vector<std::int64_t> sliceNumbers;       ///< what to call the slices; empty: 0, 1, ...
  std::shared_ptr<const FeatureMaker> features; ///< for perceptual distances of whole slices; null: there are none
  std::string featureMeaning;                   ///< whose features they are and what is made of them, for the report
};

/** How close an image is to the reference. Not-a-number where a value has no meaning. */
struct ImageScores
{
  double psnr = 0.0; ///< dB; range: the reference's maximum over the compared region, or the width of the window
  double ssim = 0.0;
  double nrmse = 0.0;
  double nmse = 0.0;
  double maximumError = 0.0;                               ///< image units
  double lpips = std::numeric_limits<double>::quiet_NaN(); ///< LPIPS formula over the features that were asked for
};

struct EntryScores
{
  std::string name;
  ImageScores volume;                                        ///< all slices as one
  std::vector<ImageScores> slices;                           ///< each slice by itself, range: its own maximum
  ImageScores sliceMean;                                     ///< mean over slices
  double frechet = std::numeric_limits<double>::quiet_NaN(); ///< FID formula over those features, of all slices
  std::optional<DeviationCheck> deviation;
  std::string deviationMeaning; ///< in words
};

struct Comparison
{
  std::vector<EntryScores> entries;
  double range = 0.0;          ///< the reference's maximum, or the width of the window
  std::string region;          ///< where images were compared, in words
  std::string deviationRegion; ///< where standard deviations were compared, in words
  Volume regionMask;           ///< 0/1, where images were compared
  Volume deviationMask;        ///< 0/1, where standard deviations were compared
  std::vector<std::string> warnings;
};

/** |volume| for a complex volume, the volume itself for a real one. */
Volume Magnitude(const Volume & volume);

/** |image| - |reference|, in image units. */
Volume MagnitudeError(const Volume & reference, const Volume & image);

/** Scores every entry against the reference: PSNR, SSIM, NRMSE, NMSE and largest error of the magnitudes, and with a
 * standard deviation the DeviationCheck of it.
 *
 * The error that a standard deviation is held against is that of the magnitudes; where image and reference are complex,
 * it is that of real and imaginary part with s/sqrt(2) each, because the standard deviation of a complex image is the
 * total one. A grid elsewhere in space, another scale or a missing sample count becomes a warning. Throws DataError for
 * an empty list, other sizes, non-finite values or an empty mask. */
Comparison CompareWithReference(const ComparisonInput & input);

/** The scores as a table, one row per entry: name, psnr, ssim, nrmse, nmse, max-error, the slice means, and where they
 * exist deviation-over-error, coverage-90, correlation ... and data-fit, network-evaluations, seconds of the summary.
 */
ReportTable ComparisonTable(const ComparisonInput & input, const Comparison & comparison);

/** Everything as JSON text: the rows of ComparisonTable under "methods", each with its slices, bins and coverage curve,
 * beside region, range, units and warnings. Values that do not exist are null. */
std::string ComparisonJson(const ComparisonInput & input, const Comparison & comparison);

/** Reads Summary::ToJson's text back; absent keys keep their default. Throws DataError for another text. */
Summary SummaryFromJson(const std::string & text);
} // namespace tweedie

#endif
