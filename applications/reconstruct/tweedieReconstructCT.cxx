// SPDX-License-Identifier: Apache-2.0
#include "tweedieCTClassical.h"
#include "tweedieCTModel.h"
#include "tweedieCTScanFile.h"
#include "tweedieError.h"
#include "tweedieImageFile.h"
#include "tweedieProgressDisplay.h"
#include "tweedieReconstructCommon.h"
#include "tweedieVerbTable.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace
{
/** Where the scan is, and what to make of it. */
struct CTFiles
{
  std::string geometry;
  std::string output;
  std::string like;
  std::vector<double> size;
  std::vector<double> spacing;
  std::string units = "hu";
  double muWater = 0.02;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("geometry", "views, in RTK's XML format").Unit("FILE"), geometry);
    v.Visit(Field("output", "image to write: .nii, .nii.gz, .mha or .nrrd").Unit("FILE"), output);
    v.Visit(Field("like", "image whose grid to reconstruct on; if not given: --size, or what simulate recorded")
                .Unit("FILE"),
            like);
    v.Visit(Field("size", "pixels of a grid that is centred on the axis of rotation").Unit("X,Y"), size);
    v.Visit(Field("spacing", "of its pixels, mm").Unit("X,Y"), spacing);
    v.Visit(Field("units", "of the image: Hounsfield units, or attenuation in 1/mm").Choices({"hu", "mu"}), units);
    v.Visit(
        Field("mu-water", "attenuation of water, that Hounsfield units refer to").Unit("1/mm").Above(0).Range(0, 10),
        muWater);
  }
};

struct Options
{
  std::string input;
  CTFiles files;
  CTClassicalOptions classical;
  RunOptions run;
};

bool
Parse(CommandLine & line, Options & options)
{
  line.AddPositional(
      "PROJECTIONS",
      "stack of projections (u, v, view), made by tweedie simulate ct or line integrals of another program",
      options.input);
  line.Add("Files", options.files);
  line.Add("Method", options.classical, {"threads"});
  line.Add("Run", options.run);
  line.Require({"geometry", "output"});
  line.AddExample(
      "tweedie reconstruct ct projections.mha --geometry g.xml --method fbp --window hann --output fbp.nii.gz");
  line.AddExample("tweedie reconstruct ct projections.mha --geometry g.xml --method tv --like truth.nii.gz --output "
                  "tv.nii.gz");
  if (!line.Parse())
  {
    return false;
  }
  if (options.files.size.empty() != options.files.spacing.empty() ||
      (!options.files.size.empty() && !options.files.like.empty()))
  {
    throw UsageError("--size: given without --spacing, or with --like; required --size and --spacing, or --like, or "
                     "neither");
  }
  return true;
}

Grid
ImageGrid(const CTScan & scan, const CTFiles & files)
{
  if (!files.like.empty())
  {
    return ReadImage(files.like).GetGrid();
  }
  if (files.size.empty())
  {
    return ImageGridOf(scan);
  }
  const auto isCount = [](double value) { return value >= 1.0 && value <= 1e5 && value == std::floor(value); };
  if (files.size.size() != 2 || !isCount(files.size[0]) || !isCount(files.size[1]))
  {
    throw UsageError("--size: given other than two positive integers; required X,Y in pixels");
  }
  if (files.spacing.size() != 2 || !(files.spacing[0] > 0.0) || !(files.spacing[1] > 0.0))
  {
    throw UsageError("--spacing: given other than two positive numbers; required X,Y in mm");
  }
  return CenteredImageGrid(scan,
                           static_cast<std::int64_t>(files.size[0]),
                           static_cast<std::int64_t>(files.size[1]),
                           files.spacing[0],
                           files.spacing[1]);
}

void
ToHounsfield(VolumeEstimate & estimate, double muWater)
{
  const Volume & mu = estimate.mean;
  estimate.mean = VolumeFromTensor(HounsfieldOfAttenuation(TensorView(mu), muWater), mu.GetGrid());
}
} // namespace

void
RunReconstructCT(CommandLine & line)
{
  Options options;
  if (!Parse(line, options))
  {
    return;
  }
  UseThreads(options.run.threads);
  ReconstructFiles files;
  files.input = options.input;
  files.output = options.files.output;
  const Outputs outputs =
      CheckedOutputs(files, {}, {options.files.geometry, options.files.like}, options.run.overwrite);
  const CTScan scan = ReadCTScan(options.input, options.files.geometry);
  const Grid grid = ImageGrid(scan, options.files);
  ProgressDisplay display(options.run.progress);
  VolumeEstimate estimate = ReconstructCTClassical(scan, grid, options.classical, display.Callback());
  display.Clear();
  if (options.files.units == "hu")
  {
    ToHounsfield(estimate, options.files.muWater);
  }
  FinishReconstruction(files, scan.warnings, estimate, outputs, line);
}
} // namespace tweedie
