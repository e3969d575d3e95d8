// SPDX-License-Identifier: Apache-2.0
#include "tweedieTuneOptions.h"

#include "tweedieError.h"
#include "tweedieImageFile.h"
#include "tweedieSliceSelection.h"
#include "tweedieSuiteSupport.h"

namespace tweedie
{
namespace
{
constexpr std::int64_t firstMeasurementSeed = 1000;
}

void
TuneFiles::Visit(OptionVisitor & v)
{
  v.Visit(Field("image", "real image to simulate from: NIfTI, MHA, NRRD or BART").Reads(PathKind::Image), image);
  v.Visit(Field("axis", "what a slice is, by the image's orientation").Choices({"axial", "coronal", "sagittal"}), axis);
  v.Visit(Field("slices", "tuning slices, which must not be reported later; ranges with commas; all if not given")
              .Unit("RANGES"),
          slices);
  v.Visit(Field("output", "preset to write: --preset FILE of tweedie reconstruct reads it").Writes(PathKind::File),
          output);
  v.Visit(Field("log", "every trial as CSV; a search goes on where its log ends; if not given: beside the output")
              .Writes(PathKind::File),
          log);
}

void
TuneSearchOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("budget", "trials; the first has the settings as they stand").Range(1, 1e6), budget);
  v.Visit(Field("limit-calls",
                "network calls for an image, samples included, that every trial gets; if not given: what --steps and "
                "--samples cost")
              .Range(2, 1e6),
          limitCalls);
  v.Visit(Field("objective",
                "what the best trial has: the highest PSNR of the mean, or the lowest ranked probability score of the "
                "samples (in the head)")
              .Choices({"psnr", "crps"}),
          objective);
  v.Visit(Field("seed", "of the search; measurement and chains have 1000 more").Range(0, 1e15), seed);
}

std::int64_t
TuneSearchOptions::MeasurementSeed() const
{
  return firstMeasurementSeed + seed;
}

std::string
TuneLogPath(const TuneFiles & files)
{
  return files.log.empty() ? OutputStem(files.output) + ".csv" : files.log;
}

Outputs
CheckedTuneOutputs(const TuneFiles & files, const std::string & prior, bool overwrite)
{
  Outputs log(true); // it is continued, not replaced
  Outputs output(overwrite);
  for (Outputs * outputs : {&log, &output})
  {
    outputs->AddInput(files.image);
    outputs->AddInput(prior);
  }
  log.AddFile("--output", files.output);
  log.AddFile("--log", TuneLogPath(files));
  output.AddFile("--output", files.output);
  return output;
}

Volume
TuningSlices(const TuneFiles & files)
{
  const Volume image = SelectSlices(ReadImage(files.image), files.axis, "");
  if (image.IsComplex() || image.Channels() != 1)
  {
    throw DataError("--image: given " + files.image + ", which is complex or has several channels; required real " +
                    "slices of one");
  }
  return files.slices.empty() ? image : TakeSlices(image, SliceList(files.slices, image.GetGrid().size.z));
}
} // namespace tweedie
