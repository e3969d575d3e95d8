// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseSimulation.h"

#include "tweedieCountNumbers.h"
#include "tweedieError.h"
#include "tweedieImageUnit.h"
#include "tweediePhaseModel.h"
#include "tweediePhaseWaves.h"
#include "tweedieRandom.h"
#include "tweedieSimulationStreams.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace
{
constexpr double millimetresPerMetre = 1e3;
constexpr double airHounsfield = -1000.0;
constexpr double hounsfieldPerUnit = 2000.0;

/** One stream per object. */
RandomStreams
NoiseStreams(std::int64_t seed, std::int64_t objects)
{
  std::vector<std::uint64_t> streams;
  for (std::int64_t object = 0; object < objects; ++object)
  {
    streams.push_back(StreamOf(SimulationPurpose::Noise, static_cast<std::uint64_t>(object)));
  }
  return {static_cast<std::uint64_t>(seed), streams};
}

/** [patterns, 1, y, x]. octonary: Candes, Li and Soltanolkotabi 2015, eq. 4.3: a fourth root of one times 1/sqrt(2)
 * with probability 4/5, else times sqrt(3). */
at::Tensor
DrawCodes(const PhaseSimulationOptions & options, const Grid & grid)
{
  RandomStreams random(static_cast<std::uint64_t>(options.seed), {StreamOf(SimulationPurpose::PhaseCodes)});
  const std::vector<std::int64_t> shape{options.patterns, 1, grid.size.y, grid.size.x};
  constexpr double turn = 6.283185307179586;
  const at::Tensor turns = random.Uniform(shape, at::kDouble)[0];
  if (options.code == "phase")
  {
    return at::polar(at::ones_like(turns), turns * turn);
  }
  const at::Tensor isWeak = random.Uniform(shape, at::kDouble)[0].lt(0.8);
  const at::Tensor size = at::where(isWeak, at::full_like(turns, std::sqrt(0.5)), at::full_like(turns, std::sqrt(3.0)));
  return at::polar(size, (turns * 4.0).floor() * (turn / 4.0));
}

/** The object of an image in units of x, [objects, 1, 1, y, x]. */
at::Tensor
ObjectBatch(const Volume & image, const PhaseScan & scan)
{
  const at::Tensor values = SliceBatch(image);
  if (scan.hounsfieldPerUnit)
  {
    return ((values.to(at::kDouble) - airHounsfield) / *scan.hounsfieldPerUnit).clamp_min(0.0);
  }
  return values.to(values.is_complex() ? at::kComplexDouble : at::kDouble);
}

void
RequireImage(const Volume & image, const PhaseSimulationOptions & options)
{
  if (image.IsEmpty() || image.Channels() != 1)
  {
    throw DataError("simulate phase: given no image, or one of several channels; required one number a pixel");
  }
  image.RequireFinite("simulate phase: image");
  if (!options.hounsfield && !image.IsComplex() && TensorView(image).lt(0).any().item<bool>())
  {
    throw DataError("simulate phase: given an image with negative values; required an object that is not negative, or "
                    "--hounsfield for CT");
  }
  if (options.hounsfield && image.IsComplex())
  {
    throw DataError("simulate phase: given a complex image as CT; required a real one");
  }
}

Grid
PatternGrid(const Grid & image, const PhaseSimulationOptions & options)
{
  Grid grid;
  const double factor = options.experiment == "fourier" ? options.oversampling : 1.0;
  const auto larger = [factor](std::int64_t n)
  { return static_cast<std::int64_t>(std::ceil(static_cast<double>(n) * factor - 1e-9)); };
  grid.size = {image.size.z, larger(image.size.y), larger(image.size.x)};
  grid.spacing = {1.0, options.pixelPitch * millimetresPerMetre, options.pixelPitch * millimetresPerMetre};
  return grid;
}

/** Everything but the patterns' values. */
PhaseScan
Description(const Volume & image, const PhaseSimulationOptions & options, const Volume & codes)
{
  PhaseScan scan;
  scan.experiment = PhaseExperimentFromName(options.experiment);
  scan.wavelength = options.energy ? WavelengthOfEnergy(*options.energy) : options.wavelength;
  scan.distances = options.distance;
  scan.sourceDistance = options.source;
  scan.object = image.GetGrid();
  const bool isCoded = scan.experiment == PhaseExperiment::Coded;
  std::int64_t patterns = 1;
  if (isCoded)
  {
    Grid plane = image.GetGrid();
    plane.size.z = 1;
    scan.codes = codes.IsEmpty() ? VolumeFromTensor(DrawCodes(options, plane), plane) : codes;
    patterns = scan.codes.Channels();
  }
  else if (scan.experiment == PhaseExperiment::NearField)
  {
    patterns = static_cast<std::int64_t>(options.distance.size());
  }
  const Grid grid = PatternGrid(image.GetGrid(), options);
  scan.patterns = Volume(grid, Volume::Element::Real, patterns);
  scan.beamCentre = {static_cast<double>(grid.size.x / 2), static_cast<double>(grid.size.y / 2)};
  scan.isReal = !image.IsComplex();
  scan.isNonNegative = scan.isReal;
  const auto pitch = ObjectPitch(scan);
  scan.object.spacing.x = pitch[0] * millimetresPerMetre;
  scan.object.spacing.y = pitch[1] * millimetresPerMetre;
  return scan;
}

void
AddBeamStop(PhaseScan & scan, double radius)
{
  if (radius <= 0.0)
  {
    return;
  }
  const Grid & grid = scan.patterns.GetGrid();
  const at::Tensor x = at::arange(grid.size.x, at::kDouble) - scan.beamCentre[0];
  const at::Tensor y = at::arange(grid.size.y, at::kDouble) - scan.beamCentre[1];
  Grid plane = grid;
  plane.size.z = 1;
  const at::Tensor isOpen = (x.square().unsqueeze(0) + y.square().unsqueeze(1)).gt(radius * radius);
  if (!isOpen.any().item<bool>())
  {
    throw UsageError("--beam-stop: given a radius of " + std::to_string(radius) +
                     " pixels, which covers the detector; required one that leaves something");
  }
  scan.mask = VolumeFromTensor(isOpen.to(at::kFloat).reshape({1, 1, grid.size.y, grid.size.x}), plane);
}

/** The patterns of amplitudes, with noise, and what is known of it. */
at::Tensor
Detected(const at::Tensor & amplitude, const PhaseSimulationOptions & options, PhaseScan & scan)
{
  RandomStreams random = NoiseStreams(options.seed, amplitude.size(0));
  if (options.noiseModel == "poisson")
  {
    const double energy = amplitude.square().sum().item<double>() / static_cast<double>(amplitude.size(0));
    scan.isCounts = true;
    scan.countsPerUnit = options.photons / energy;
    scan.dark = options.dark;
    return DrawPoisson(amplitude.square() * *scan.countsPerUnit + options.dark, random);
  }
  if (options.noise > 0.0)
  {
    scan.noise = options.noise;
    return (amplitude + random.NormalLike(amplitude) * options.noise).clamp_min(0.0);
  }
  return amplitude;
}
} // namespace

void
PhaseSimulationOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("experiment",
                "fourier: far field of an isolated object; coded: far fields behind random codes; near-field: at "
                "distances behind the object")
              .Choices({"fourier", "coded", "near-field"}),
          experiment);
  v.Visit(Field("oversampling", "fourier: detector pixels per object pixel along each side").Range(1, 16),
          oversampling);
  v.Visit(Field("patterns", "coded: number of codes").Range(1, 64), patterns);
  v.Visit(Field("code", "coded: phase, uniform, or octonary").Choices({"phase", "octonary"}), code);
  v.Visit(Field("energy", "of the photons, in place of the wavelength").Unit("keV").Above(0), energy);
  v.Visit(Field("wavelength", "of the light").Unit("m").Above(0), wavelength);
  v.Visit(Field("distance", "object to detector; near-field: one for each pattern").Unit("m"), distance);
  v.Visit(Field("source-distance", "near-field: point source to object; parallel beam if not given").Unit("m").Above(0),
          source);
  v.Visit(Field("pixel-pitch", "of the detector").Unit("m").Above(0), pixelPitch);
  v.Visit(Field("support", "what is known of where the object is: the whole frame, or where it is not zero")
              .Choices({"square", "tight"}),
          support);
  v.Visit(Field("beam-stop", "radius around the beam's centre that sees nothing").Unit("pixels").Range(0), beamStop);
  v.Visit(Field("noise-model", "gaussian: of amplitudes; poisson: of counts").Choices({"gaussian", "poisson"}),
          noiseModel);
  v.Visit(Field("noise", "gaussian: standard deviation of an amplitude, unitary transform; 0: none").Range(0), noise);
  v.Visit(Field("photons", "poisson: mean count of all patterns of an object together").Above(0), photons);
  v.Visit(Field("dark", "poisson: mean count of a pixel beside those of the object").Range(0), dark);
  v.Visit(Field("hounsfield", "the image is CT: the object is (HU + 1000) / 2000"), hounsfield);
  v.Visit(Field("seed", "of codes and noise").Range(0), seed);
}

PhaseScan
SimulatePhase(const Volume & image,
              const PhaseSimulationOptions & options,
              const Volume & codes,
              const ProgressCallback & progress)
{
  ValidateOptions(options);
  RequireImage(image, options);
  PhaseScan scan = Description(image, options, codes);
  if (options.hounsfield)
  {
    scan.hounsfieldPerUnit = hounsfieldPerUnit;
  }
  const at::Tensor object = ObjectBatch(image, scan);
  scan.scale = ImageUnit(object);
  if (!(scan.scale > 0.0))
  {
    throw DataError("simulate phase: given an image whose 99.9th percentile is zero; required an object");
  }
  const at::Tensor everywhere = at::ones({1, 1, 1, object.size(-2), object.size(-1)});
  const LinearOperatorPointer A = MakePhaseWaves(scan, everywhere);
  const at::Tensor amplitude = A->Forward(object.to(at::kComplexDouble)).abs();
  AddBeamStop(scan, options.beamStop);
  scan.patterns = PatternVolume(Detected(amplitude, options, scan), scan.patterns.GetGrid());
  if (!scan.mask.IsEmpty())
  {
    scan.patterns = PatternVolume(PatternBatch(scan.patterns) * PatternBatch(scan.mask), scan.patterns.GetGrid());
  }
  if (options.support == "tight")
  {
    scan.support = VolumeFromSliceBatch(object.abs().gt(0.0).to(at::kFloat), scan.object);
  }
  RequirePhaseScan(scan);
  ProgressReport report;
  report.task = "simulate phase";
  report.step = report.steps = object.size(0);
  if (progress && !progress(report))
  {
    throw Aborted("simulate phase: stopped");
  }
  return scan;
}

Volume
PhaseObject(const Volume & image, const PhaseScan & scan)
{
  return VolumeFromSliceBatch(ObjectBatch(image, scan), scan.object);
}
} // namespace tweedie
