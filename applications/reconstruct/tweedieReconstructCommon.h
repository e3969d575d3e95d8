// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReconstructCommon_h
#define tweedieReconstructCommon_h

#include "tweedieCommandLine.h"
#include "tweedieComparison.h"
#include "tweedieDicomSeries.h"
#include "tweedieEstimateReport.h"
#include "tweedieImageInput.h"
#include "tweedieOutputs.h"
#include "tweediePosteriorOptions.h"
#include "tweedieReportTable.h"
#include "tweedieRunOptions.h"
#include "tweedieVolumeEstimate.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
constexpr char ClassicalHeading[] = "Classical methods";
constexpr char PosteriorHeading[] = "Posterior methods";

/** What every tweedie reconstruct reads and writes. */
struct ReconstructFiles
{
  std::string input;
  std::string output;
  std::string std;
  std::string samplesOutput;
  std::string nullSpace;
  std::string report;
  std::string part = "magnitude";
  bool isDicom = false; ///< whatever the names say

  void Visit(OptionVisitor & v);

  /** Whether the output is a folder of DICOM files: the input is such a series, and no image format is named. */
  bool WritesDicom() const;

  /** Whether the output is the ISMRMRD stream on standard output. */
  bool
  WritesStream() const
  {
    return output == "-";
  }
};

/** What is known of the data beside the measurement. */
struct ReconstructSource
{
  std::optional<DicomSeries> series;   ///< where the image came from
  std::string digest;                  ///< SHA-256 of the image, or of the raw data
  std::string header;                  ///< XML of raw data, which ISMRMRD images keep
  Volume reference;                    ///< real; what the measurement was simulated from; empty: not known
  std::string statement;               ///< what must be said of the data wherever a result is shown
  std::string units;                   ///< of the result
  std::optional<ValueWindow> window;   ///< of the result's values, where their zero is not that of the object
  std::string prior;                   ///< model file; empty for classical methods
  std::vector<EstimatePicture> beside; ///< shown in the report, with its caption
  std::string besideCaption;
  std::string setImages;                                        ///< file of the images of the sets of coil maps
  std::vector<std::pair<std::string, Volume>> moreImages;       ///< files, written with the others
  std::vector<std::pair<std::string, std::string>> calibration; ///< of intervals: what was applied, what it promises
  std::string calibrationJson;                                  ///< the same for programs; empty: none
  ReportTable regions;                                          ///< means and intervals of --roi
  bool isDeterministic = false;                                 ///< DICOM output without dates and random UIDs
};

/** What classical and posterior methods share. */
struct MethodOptions
{
  std::string method = "rmp";
  std::optional<double> noise;
  std::string device = "cpu";
  std::vector<std::string> classical;     ///< names of the classical methods of this measurement
  std::vector<std::string> withDeviation; ///< those of them that have a standard deviation
  std::vector<std::string> withSamples;   ///< those of them that draw --samples
  bool isDeviationMade = false;           ///< beside the method: --deviation

  void Visit(OptionVisitor & v);

  bool IsClassical() const;

  /** Classical, and draws samples of its own posterior. */
  bool IsSampledClassical() const;
};

/** Refuses flags that the method cannot serve, and warns of those without effect (and of unused ones), before any file
 * is read. */
void CheckMethodFlags(CommandLine & line,
                      const MethodOptions & method,
                      const PosteriorOptions & posterior,
                      std::vector<std::string> unused = {});

/** Hands the shared options on to the posterior methods. */
void ShareOptions(const MethodOptions & method, const ReconstructFiles & files, PosteriorOptions & posterior);

/** What a run says of its result, before anything is read. */
ReconstructSource SourceOf(const MethodOptions & method, const PosteriorOptions & posterior, bool isDeterministic);

/** An image, and all of an estimate but phases, times a number. */
Volume ScaledBy(Volume volume, double factor);
VolumeEstimate ScaledBy(VolumeEstimate estimate, double factor);

/** Runs work once, or for --series all once for each volume of the folder that is whole, with its number as the series
 * and OUTPUT/series-NUMBER as the output; the others are warned of. Throws UsageError where the output is no DICOM. */
void ForEachSeries(ReconstructFiles & files, ImageInputOptions & image, const std::function<void()> & work);

/** Whether --start names an image. */
bool StartsFromImage(const PosteriorOptions & posterior);

/** The files of a run, refused before the work when they cannot be made; pictures: .png may be among them. */
Outputs CheckedOutputs(const ReconstructFiles & files,
                       const PosteriorOptions & posterior,
                       const std::vector<std::string> & moreInputs,
                       bool overwrite,
                       bool pictures = false);

/** Runs a posterior method; an abort says how the run can be resumed. */
VolumeEstimate WithResumeHint(const PosteriorOptions & posterior, const std::function<VolumeEstimate()> & run);

/** --preset, and the figures of a reconstruction for --returnparameterfile. */
void OfferPresetsAndResults(CommandLine & line);

/** Adds the reader's assumptions to the summary, says everything once, writes the files, reports the
 * figures, prints one line. */
void FinishReconstruction(const ReconstructFiles & files,
                          const std::vector<std::string> & warnings,
                          VolumeEstimate & estimate,
                          const Outputs & outputs,
                          const CommandLine & line,
                          const ReconstructSource & source);
} // namespace tweedie

#endif
