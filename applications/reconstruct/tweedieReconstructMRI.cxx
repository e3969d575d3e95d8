// SPDX-License-Identifier: Apache-2.0
#include "tweedieCoilPictures.h"
#include "tweedieError.h"
#include "tweedieImageFile.h"
#include "tweedieImageInput.h"
#include "tweedieImagePart.h"
#include "tweedieMRIClassical.h"
#include "tweedieMRIModel.h"
#include "tweedieMRINoise.h"
#include "tweedieMRIPosterior.h"
#include "tweedieMRISimulation.h"
#include "tweedieMRITrajectory.h"
#include "tweedieProgressDisplay.h"
#include "tweedieRawInput.h"
#include "tweedieReconstructCommon.h"
#include "tweedieReconstructDeviation.h"
#include "tweedieReconstructIntervals.h"
#include "tweedieScanFile.h"
#include "tweedieScanProtocol.h"
#include "tweedieSenseNoise.h"
#include "tweedieVerbTable.h"

namespace tweedie
{
namespace
{
struct CoilFiles
{
  std::string sensitivities;
  std::string estimate = "auto";
  std::string gFactor;
  std::string setImages;
  ScanTrajectoryFlags trajectory;
  std::string format = "auto";

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("sensitivities", "coil maps, one channel per coil (and set, --map-sets), in place of the scan's")
                .Reads(PathKind::File),
            sensitivities);
    trajectory.Visit(v);
    v.Visit(Field("estimate-sensitivities",
                  "coil maps from the sampled centre; auto: by espirit, where they are needed and the scan has none")
                .Choices({"auto", "espirit", "walsh", "none"}),
            estimate);
    v.Visit(Field("format",
                  "of the output; auto: as its name says, and for raw data DICOM where the name ends in /; dicom: a "
                  "folder of DICOM files, of raw data or a DICOM series")
                .Choices({"auto", "dicom"}),
            format);
    v.Visit(Field("g-factor", "by what lines and coils amplify the noise of SENSE without penalty, to write")
                .Writes(PathKind::Image),
            gFactor);
    v.Visit(
        Field("set-images",
              "the image of each set of coil maps, complex, to write: .cfl (sets in dimension 4, as BART), .nrrd and "
              "others (a channel each)")
            .Writes(PathKind::File),
        setImages);
  }
};

/** Everything that tweedie reconstruct mri can be told. */
struct Options
{
  ReconstructFiles files;
  CoilFiles scan;
  CoilMapOptions maps;
  RawInputOptions raw;
  ImageInputOptions image;
  SimulationFlags<MRISimulationOptions> simulation;
  MethodOptions method;
  MRIClassicalOptions classical;
  PosteriorOptions posterior;
  DeviationOptions deviation;
  ReconstructIntervals intervals;
  RunOptions run;
  std::optional<std::int64_t> mapSets; ///< as given

  /** False: a help was printed. */
  bool Parse(CommandLine & line);

  void SetFormat();

  void ShareWithClassical();
};

void
AddExamples(CommandLine & line)
{
  line.AddExample("tweedie reconstruct mri knee.h5 --method sense --output knee.nii.gz");
  line.AddExample("tweedie reconstruct mri knee.h5 --method sense --output knee-images.h5");
  line.AddExample("tweedie reconstruct mri knee.h5 --method sense --format dicom --output knee-dicom");
  line.AddExample("tweedie reconstruct mri scan --method tv --output tv.nii.gz");
  line.AddExample(
      "tweedie reconstruct mri scan --method sense --deviation analytic --output sense.nii.gz --std std.nii.gz "
      "--g-factor g.nii.gz");
  line.AddExample("tweedie reconstruct mri radial --trajectory k.cfl --sensitivities maps.cfl --method sense --output "
                  "sense.nii.gz");
  line.AddExample("tweedie reconstruct mri scan --prior brain-t1.safetensors --samples 8 --output mean.nii.gz --std "
                  "std.nii.gz");
  line.AddExample("tweedie reconstruct mri dicom-folder --simulate --acceleration 4 --prior brain-t1.safetensors "
                  "--samples 8 --output result");
}

bool
Options::Parse(CommandLine & line)
{
  for (const ClassicalMethodInfo & info : ClassicalMethods())
  {
    method.classical.emplace_back(info.name);
  }
  method.withSamples = {"gaussian-field"};
  const std::vector<std::string> shared{"method", "noise", "threads", "device", "keep-samples", "null-space"};
  line.AddPositional(
      "SCAN",
      "ISMRMRD file (- for a stream), scan made by tweedie simulate, or any BART k-space; with --simulate an "
      "image: a DICOM series or file",
      files.input);
  line.Add("Files", files);
  line.Add("Files", scan);
  line.Add("Method", method);
  line.Add(ClassicalHeading, classical, shared);
  line.Add(PosteriorHeading, posterior, shared);
  AddDeviationFlags(line, deviation);
  line.Add("Intervals", intervals);
  line.Add(MapsHeading, maps, {"coil-method"});
  line.Add(RawHeading, raw, {"trajectory-unit"});
  line.Add(ImageHeading, image);
  line.Add(SimulationHeading, simulation);
  line.Add("Run", run);
  OfferPresetsAndResults(line);
  line.Require({"output"});
  AddExamples(line);
  if (!line.Parse())
  {
    return false;
  }
  SetFormat();
  mapSets = line.IsGiven("map-sets") ? std::optional<std::int64_t>(maps.mapSets) : std::nullopt;
  CheckImageFlags(line, image, image.simulate, files.isDicom);
  if (image.simulate && !scan.sensitivities.empty())
  {
    throw UsageError("--sensitivities: given with --simulate, which makes its own; required one of the two");
  }
  if (scan.estimate != "auto" && scan.estimate != "none" && !scan.sensitivities.empty())
  {
    throw UsageError("--estimate-sensitivities: given with --sensitivities; required one of the two");
  }
  std::vector<std::string> unused;
  for (const char * flag : {"lambda", "iterations", "tolerance"})
  {
    if (method.method == "zero-filled" && line.IsGiven(flag))
    {
      unused.emplace_back(flag);
    }
  }
  CheckDeviationFlags(line, deviation, method, posterior);
  CheckMethodFlags(line, method, posterior, unused);
  ShareOptions(method, files, posterior);
  CheckIntervalFlags(line, intervals, method, files, posterior);
  ShareWithClassical();
  raw.preparation.trajectoryUnit = scan.trajectory.unit;
  return true;
}

void
Options::SetFormat()
{
  const bool isRaw = !image.simulate && IsRawInput(files.input);
  files.isDicom = scan.format == "dicom" || (isRaw && !files.output.empty() && files.output.back() == '/');
  if (files.isDicom && !isRaw && !IsDicomImages(files.input))
  {
    throw UsageError("--format: given dicom for " + files.input +
                     "; required raw data, or a DICOM series with --simulate: others do not say whose image it is");
  }
}

void
Options::ShareWithClassical()
{
  classical.method = method.method;
  classical.noise = method.noise;
  classical.samples = posterior.samples;
  classical.seed = posterior.seed;
  classical.keepSamples = posterior.keepSamples;
}

/** The scan of an image, and what it was made from. */
MRIScan
MeasureImage(const Options & options, ReconstructSource & source)
{
  const ImageInput input = ReadImageInput(options.files.input, options.image);
  ProgressDisplay display(options.run.progress);
  MRISimulation simulation = SimulateMRI(input.image,
                                         options.simulation.options,
                                         display.Callback(),
                                         TrajectoryFor(options.scan.trajectory, input.image.GetGrid()),
                                         FieldMapFor(options.scan.trajectory));
  source.series = input.series;
  source.digest = input.digest;
  source.statement = "Retrospective, from magnitude images";
  source.reference = ScaledBy(ImagePart(simulation.reference, "magnitude"), simulation.scan.scale);
  simulation.scan.warnings.insert(simulation.scan.warnings.begin(), input.warnings.begin(), input.warnings.end());
  return std::move(simulation.scan);
}

/** Maps that were asked for, or that the method needs and the scan does not have. */
void
AddMaps(MRIPrepared & input, const Options & options)
{
  const std::string & wanted = options.scan.estimate;
  const std::string & method = options.method.method;
  const bool isRss = (method == "zero-filled" || method == "grappa") && options.classical.combine == "rss";
  const bool hasMaps = !input.scan.sensitivities.IsEmpty() || input.scan.kspace.Channels() == 1;
  if (wanted == "none" || (wanted == "auto" && (hasMaps || isRss)))
  {
    return;
  }
  CoilMapOptions maps = options.maps;
  maps.method = wanted == "walsh" ? "walsh" : "espirit";
  ProgressDisplay display(options.run.progress);
  EstimateMaps(input, maps, display.Callback());
  input.scan.warnings.push_back("the coil maps were estimated from the centre of k-space, by " + maps.method);
}

/** What was asked for must be there: maps of a scan, or of an image's simulation, have the sets that they have. */
void
RequireMapSets(const MRIScan & scan, const Options & options)
{
  if (options.mapSets && *options.mapSets != scan.mapSets)
  {
    throw UsageError("--map-sets: given " + std::to_string(*options.mapSets) + " for a scan whose maps have " +
                     std::to_string(scan.mapSets) +
                     " set(s); required --estimate-sensitivities espirit, or maps of as "
                     "many sets");
  }
  if (!options.scan.setImages.empty() && scan.mapSets == 1)
  {
    throw UsageError("--set-images: given for one set of coil maps; required several, --map-sets 2");
  }
}

MRIScan
ReadInput(const Options & options, ReconstructSource & source)
{
  if (options.image.simulate)
  {
    MRIScan scan = MeasureImage(options, source);
    RequireMapSets(scan, options);
    return scan;
  }
  RequireMeasurement(options.files.input);
  RawOrigin origin;
  origin.wantsSeries = options.files.WritesDicom();
  MRIPrepared input = ReadScanInput(options.files.input, options.raw, options.scan.trajectory, &origin);
  source.header = origin.header;
  source.series = origin.series;
  source.digest = origin.digest;
  if (!options.scan.sensitivities.empty())
  {
    SetSensitivitiesFromFile(input.scan, options.scan.sensitivities, options.mapSets);
  }
  AddMaps(input, options);
  RequireMapSets(input.scan, options);
  return std::move(input.scan);
}

VolumeEstimate
ReconstructOnce(const MRIScan & scan, const Options & options, const ProgressCallback & progress)
{
  if (options.method.IsClassical())
  {
    return ReconstructClassical(scan, options.classical, progress);
  }
  const Volume start = StartsFromImage(options.posterior) ? ReadImage(options.posterior.start) : Volume();
  return WithResumeHint(options.posterior,
                        [&] { return ReconstructPosterior(scan, options.posterior, progress, start); });
}

VolumeEstimate
Reconstruct(const MRIScan & scan, const Options & options)
{
  ProgressDisplay display(options.run.progress);
  MRIScan known = scan;
  if (options.deviation.IsMade())
  {
    known.noise = MRINoiseLevel(scan, options.method.noise, known.warnings);
  }
  return ReconstructWithDeviation(
      known,
      options.deviation,
      [&](const MRIScan & one, const ProgressCallback & progress) { return ReconstructOnce(one, options, progress); },
      [&](VolumeEstimate & estimate) { SetAnalyticDeviation(estimate, known, options.classical); },
      display.Callback());
}

/** Coil images for the report, in the units of the result. */
void
AddPictures(const MRIScan & scan, const Options & options, ReconstructSource & source)
{
  if (options.files.report.empty() && !options.files.WritesDicom())
  {
    return;
  }
  CoilPictures coils = PicturesOfCoils(scan, options.method.method != "sense");
  for (EstimatePicture & one : coils.pictures)
  {
    one.image = options.image.simulate ? ScaledBy(one.image, scan.scale) : one.image;
  }
  source.beside = std::move(coils.pictures);
  source.besideCaption = coils.caption;
}

/** One volume, from the input to its files. */
void
ReconstructOne(const CommandLine & line, Options & options)
{
  Outputs outputs =
      CheckedOutputs(options.files,
                     options.posterior,
                     {options.scan.sensitivities, options.scan.trajectory.file, options.scan.trajectory.fieldMap},
                     options.run.overwrite);
  outputs.AddImage("--g-factor", options.scan.gFactor);
  outputs.AddImage("--set-images", options.scan.setImages);
  AddIntervalOutputs(options.intervals, outputs);
  ReconstructSource source = SourceOf(options.method, options.posterior, options.image.deterministicUids);
  const MRIScan scan = ReadInput(options, source);
  source.setImages = options.scan.setImages;
  if (!options.scan.gFactor.empty())
  {
    source.moreImages.emplace_back(options.scan.gFactor, GeometryFactor(scan));
  }
  const Intervals intervals = ReadReconstructIntervals(
      options.intervals, options.posterior, ImageGridOf(scan), [&] { return ScanFacts(scan, options.method.noise); });
  VolumeEstimate estimate = Reconstruct(scan, options);
  AddPictures(scan, options, source);
  if (options.image.simulate)
  {
    estimate = ScaledBy(std::move(estimate), scan.scale);
  }
  AddIntervals(options.intervals, intervals, estimate, source);
  FinishReconstruction(options.files, scan.warnings, estimate, outputs, line, source);
}
} // namespace

void
RunReconstructMRI(CommandLine & line)
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
