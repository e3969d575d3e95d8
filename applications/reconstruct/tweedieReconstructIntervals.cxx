// SPDX-License-Identifier: Apache-2.0
#include "tweedieReconstructIntervals.h"

#include "tweedieError.h"
#include "tweedieImagePart.h"
#include "tweedieModelFile.h"
#include "tweedieScanProtocol.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

namespace tweedie
{
void
ReconstructIntervals::Visit(OptionVisitor & v)
{
  options.Visit(v);
  v.Visit(Field("lower", "lower ends of the calibrated intervals of pixels, to write").Writes(PathKind::Image), lower);
  v.Visit(Field("upper", "upper ends of them, to write").Writes(PathKind::Image), upper);
}

void
CheckIntervalFlags(CommandLine & line,
                   const ReconstructIntervals & intervals,
                   const MethodOptions & method,
                   const ReconstructFiles & files,
                   PosteriorOptions & posterior)
{
  for (const char * flag : {"lower", "upper"})
  {
    if (line.IsGiven(flag) && intervals.options.calibration.empty())
    {
      throw UsageError(std::string("--") + flag + ": given without --calibration; required a file of scales");
    }
  }
  if (!intervals.IsAsked())
  {
    return;
  }
  const std::string flag = intervals.options.calibration.empty() ? "--roi" : "--calibration";
  if (method.IsClassical() || posterior.samples < 2)
  {
    throw UsageError(flag + ": given without posterior samples; required a posterior method with --samples of at "
                            "least 2");
  }
  if (files.WritesDicom() || files.part != "magnitude")
  {
    throw UsageError(flag + ": given for " + (files.WritesDicom() ? "DICOM output" : "--part " + files.part) +
                     "; required magnitudes in an image file");
  }
  posterior.keepSamples = posterior.keepSamples || !intervals.options.roi.empty();
}

void
AddIntervalOutputs(const ReconstructIntervals & intervals, Outputs & outputs)
{
  outputs.AddImage("--lower", intervals.lower);
  outputs.AddImage("--upper", intervals.upper);
}

Intervals
ReadReconstructIntervals(const ReconstructIntervals & intervals,
                         const PosteriorOptions & posterior,
                         const Grid & grid,
                         const std::function<ProtocolFacts()> & facts)
{
  const bool hasRecord = !intervals.options.calibration.empty();
  Intervals read =
      ReadIntervals(intervals.options,
                    hasRecord ? facts() + PosteriorFacts(posterior, FileSha256(posterior.prior)) : ProtocolFacts(),
                    grid);
  if (read.OfPixels() == nullptr && !(intervals.lower.empty() && intervals.upper.empty()))
  {
    throw UsageError("--lower, --upper: given with a calibration of regions; required one of pixels");
  }
  return read;
}

void
AddIntervals(const ReconstructIntervals & files,
             const Intervals & intervals,
             VolumeEstimate & estimate,
             ReconstructSource & source)
{
  if (!files.IsAsked())
  {
    return;
  }
  if (const AppliedCalibration * pixels = intervals.OfPixels())
  {
    const auto ends = PixelInterval(estimate.mean, PartDeviation(estimate, "magnitude"), pixels->pixelScale);
    for (const auto & [file, image] : {std::pair(files.lower, ends.first), std::pair(files.upper, ends.second)})
    {
      if (!file.empty())
      {
        source.moreImages.emplace_back(file, image);
      }
    }
  }
  if (!intervals.labels.IsEmpty())
  {
    const auto regions =
        EstimateRegions(TensorView(intervals.labels)[0], TensorView(estimate.mean)[0], TensorView(estimate.samples));
    source.regions = IntervalTable(intervals, regions, std::nullopt, 1.0, 0.0, source.units);
  }
  source.calibration = CalibrationFacts(intervals);
  source.calibrationJson = CalibrationJson(intervals, source.regions);
}
} // namespace tweedie
