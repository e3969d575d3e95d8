// SPDX-License-Identifier: Apache-2.0
#include "tweedieCTClassical.h"
#include "tweedieCTGeometryFile.h"
#include "tweedieCTModel.h"
#include "tweedieCTPosterior.h"
#include "tweedieCTScanFile.h"
#include "tweedieCTSimulation.h"
#include "tweedieError.h"
#include "tweedieFilteredVariance.h"
#include "tweedieHounsfieldEstimate.h"
#include "tweedieImageFile.h"
#include "tweedieImageInput.h"
#include "tweedieProgressDisplay.h"
#include "tweedieReconstructCommon.h"
#include "tweedieReconstructDeviation.h"
#include "tweedieReconstructIntervals.h"
#include "tweedieScanProtocol.h"
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
  std::string like;
  std::vector<double> size;
  std::vector<double> spacing;
  std::string units = "hu";
  std::optional<double> muWater;
  double modelDeviation = 0.005;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("geometry", "views, in RTK's XML format; not needed for a DICOM-CT-PD folder").Reads(PathKind::File),
            geometry);
    v.Visit(Field("like", "image whose grid to reconstruct on; if not given: --size, or what simulate recorded")
                .Reads(PathKind::Image),
            like);
    v.Visit(Field("size", "pixels of a grid that is centred on the axis of rotation").Unit("X,Y"), size);
    v.Visit(Field("spacing", "of its pixels, mm").Unit("X,Y"), spacing);
    v.Visit(Field("units", "of the image: Hounsfield units, or attenuation in 1/mm").Choices({"hu", "mu"}), units);
    v.Visit(
        Field("mu-water",
              "attenuation of water, that Hounsfield units refer to; not given: what the projections say, else 0.02")
            .Unit("1/mm")
            .Above(0)
            .Range(0, 10),
        muWater);
    v.Visit(Field("model-deviation", "what the projector is wrong by, of a line integral, beside the noise of counts")
                .Range(0, 10),
            modelDeviation);
  }

  double
  MuWater() const
  {
    return muWater.value_or(0.02);
  }
};

/** Everything that tweedie reconstruct ct can be told. */
struct Options
{
  ReconstructFiles files;
  CTFiles scan;
  ImageInputOptions image;
  SimulationFlags<CTSimulationOptions> simulation;
  MethodOptions method;
  CTClassicalOptions classical;
  CTPosteriorOptions posterior;
  DeviationOptions deviation;
  ReconstructIntervals intervals;
  RunOptions run;

  /** False: a help was printed. */
  bool Parse(CommandLine & line);
};

void
AddExamples(CommandLine & line)
{
  line.AddExample(
      "tweedie reconstruct ct projections.mha --geometry g.xml --method fbp --window hann --output fbp.nii.gz");
  line.AddExample("tweedie reconstruct ct projections.mha --geometry g.xml --method fbp --deviation analytic --output "
                  "fbp.nii.gz --std std.nii.gz");
  line.AddExample("tweedie reconstruct ct projections.mha --geometry g.xml --method tv --like truth.nii.gz --output "
                  "tv.nii.gz");
  line.AddExample("tweedie reconstruct ct dicom-ct-pd --method cgls --size 256,256 --spacing 2,2 --output cgls.nii.gz");
  line.AddExample("tweedie reconstruct ct projections.mha --geometry g.xml --prior head-ct.safetensors --samples 8 "
                  "--output mean.nii.gz --std std.nii.gz");
  line.AddExample("tweedie reconstruct ct dicom-folder --simulate --geometry g.xml --photons 1e5 --prior "
                  "head-ct.safetensors --samples 8 --output result");
}

bool
Options::Parse(CommandLine & line)
{
  for (const CTClassicalRow & row : CTClassicalTable())
  {
    method.classical.emplace_back(row.name);
  }
  method.withSamples = {"gaussian-field"};
  std::vector<std::string> shared{
      "method", "noise", "threads", "device", "keep-samples", "null-space", "model-deviation"};
  line.AddPositional("PROJECTIONS",
                     "stack of projections (u, v, view), made by tweedie simulate ct or line integrals of another "
                     "program; or a folder of DICOM-CT-PD files; with --simulate an image: a DICOM series or file",
                     files.input);
  line.Add("Files", files, {"part"});
  line.Add("Files", scan);
  line.Add("Method", method);
  line.Add(ClassicalHeading, classical, shared);
  shared.emplace_back("mu-water");
  line.Add(PosteriorHeading, posterior, shared);
  AddDeviationFlags(line, deviation);
  line.Add("Intervals", intervals);
  line.Add(ImageHeading, image);
  line.Add(SimulationHeading, simulation, {"units", "mu-water"});
  line.Add("Run", run);
  OfferPresetsAndResults(line);
  line.Require({"output"});
  AddExamples(line);
  if (!line.Parse())
  {
    return false;
  }
  CheckImageFlags(line, image, image.simulate);
  if (image.simulate && scan.geometry.empty())
  {
    throw UsageError("--geometry: not given; required with --simulate: tweedie geometry ct makes one");
  }
  if (files.WritesDicom() && scan.units != "hu")
  {
    throw UsageError("--units: given " + scan.units + " for DICOM output; required hu");
  }
  if (scan.size.empty() != scan.spacing.empty() || (!scan.size.empty() && !scan.like.empty()))
  {
    throw UsageError("--size: given without --spacing, or with --like; required --size and --spacing, or --like, or "
                     "neither");
  }
  CheckDeviationFlags(line, deviation, method, posterior);
  CheckMethodFlags(line, method, posterior);
  ShareOptions(method, files, posterior);
  CheckIntervalFlags(line, intervals, method, files, posterior);
  classical.method = method.IsClassical() ? method.method : classical.method;
  classical.samples = posterior.samples;
  classical.seed = posterior.seed;
  classical.keepSamples = posterior.keepSamples;
  classical.modelDeviation = posterior.modelDeviation = scan.modelDeviation;
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

/** The image of --start, in attenuation. */
Volume
StartImage(const Options & options)
{
  if (!StartsFromImage(options.posterior))
  {
    return {};
  }
  const Volume image = ReadImage(options.posterior.start);
  if (options.scan.units == "mu")
  {
    return image;
  }
  return VolumeFromTensor(AttenuationOfHounsfield(TensorView(image), options.scan.MuWater()), image.GetGrid());
}

/** The scan of an image, and what it was made from. */
CTScan
MeasureImage(Options & options, ReconstructSource & source)
{
  const ImageInput input = ReadImageInput(options.files.input, options.image);
  CTSimulationOptions & simulation = options.simulation.options;
  simulation.units = options.scan.units;
  simulation.muWater = options.scan.MuWater();
  ProgressDisplay display(options.run.progress);
  CTScan scan = SimulateCT(input.image, ReadCTGeometry(options.scan.geometry), simulation, display.Callback());
  source.series = input.series;
  source.digest = input.digest;
  source.statement = "Retrospective, from reconstructed images";
  if (ImageGrid(scan, options.scan).IsCongruent(input.image.GetGrid()))
  {
    const double air = options.scan.units == "hu" ? -1000.0 : 0.0; // what is below counts as air, as in the data
    source.reference = VolumeFromTensor(TensorView(input.image).clamp_min(air), input.image.GetGrid());
  }
  scan.warnings.insert(scan.warnings.begin(), input.warnings.begin(), input.warnings.end());
  return scan;
}

VolumeEstimate
ReconstructOnce(const CTScan & scan, const Grid & grid, const Options & options, const ProgressCallback & progress)
{
  if (options.method.IsClassical())
  {
    return ReconstructCTClassical(scan, grid, options.classical, progress);
  }
  const Volume start = StartImage(options);
  return WithResumeHint(options.posterior,
                        [&] { return ReconstructCTPosterior(scan, grid, options.posterior, progress, start); });
}

VolumeEstimate
Reconstruct(const CTScan & scan, const Grid & grid, const Options & options)
{
  ProgressDisplay display(options.run.progress);
  return ReconstructWithDeviation(
      scan,
      options.deviation,
      [&](const CTScan & one, const ProgressCallback & progress)
      { return ReconstructOnce(one, grid, options, progress); },
      [&](VolumeEstimate & estimate) { SetAnalyticDeviation(estimate, scan, options.classical); },
      display.Callback());
}

/** One volume, from the input to its files. */
void
ReconstructOne(const CommandLine & line, Options & options)
{
  Outputs outputs = CheckedOutputs(
      options.files, options.posterior, {options.scan.geometry, options.scan.like}, options.run.overwrite);
  AddIntervalOutputs(options.intervals, outputs);
  ReconstructSource source = SourceOf(options.method, options.posterior, options.image.deterministicUids);
  if (!options.image.simulate)
  {
    RequireMeasurement(options.files.input);
  }
  const CTScan scan =
      options.image.simulate ? MeasureImage(options, source) : ReadCTScan(options.files.input, options.scan.geometry);
  options.scan.muWater = options.scan.muWater ? options.scan.muWater : scan.muWater;
  options.posterior.muWater = options.scan.MuWater();
  const Grid grid = ImageGrid(scan, options.scan);
  const Intervals intervals =
      ReadReconstructIntervals(options.intervals,
                               options.posterior,
                               grid,
                               [&] { return ScanFacts(scan, options.scan.modelDeviation) + GridFacts(grid); });
  VolumeEstimate estimate = Reconstruct(scan, grid, options);
  source.units = "1/mm";
  if (options.scan.units == "hu")
  {
    source.units = "HU";
    source.window = ValueWindow{-1000.0, 1000.0};
    estimate = InHounsfield(std::move(estimate), options.scan.MuWater());
  }
  AddIntervals(options.intervals, intervals, estimate, source);
  FinishReconstruction(options.files, scan.warnings, estimate, outputs, line, source);
}
} // namespace

void
RunReconstructCT(CommandLine & line)
{
  Options options;
  if (!options.Parse(line))
  {
    return;
  }
  UseThreads(options.run.threads);
  ForEachSeries(options.files, options.image, [&] { ReconstructOne(line, options); });
}
} // namespace tweedie
