// SPDX-License-Identifier: Apache-2.0
#include "tweedieMRISimulation.h"

#include "tweedieError.h"
#include "tweedieImageUnit.h"
#include "tweedieMRIModel.h"
#include "tweedieRandom.h"
#include "tweedieSimulationStreams.h"
#include "tweedieTrajectory.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr int fine = 2; // resolution of the simulated object over that of the data

const std::vector<std::int64_t> plane{-2, -1};

// On purpose not the transform of the operators, whose results are to be tested with these data.
at::Tensor
ToKspace(const at::Tensor & x)
{
  return at::fft_fftshift(at::fft_fft2(at::fft_ifftshift(x, plane), {}, plane, "ortho"), plane);
}

at::Tensor
ToImage(const at::Tensor & y)
{
  return at::fft_fftshift(at::fft_ifft2(at::fft_ifftshift(y, plane), {}, plane, "ortho"), plane);
}

/** [y, x] at twice the resolution: zeros around its k-space. Keeps the values at the original points. */
at::Tensor
Interpolated(const at::Tensor & image)
{
  const auto rows = image.size(0);
  const auto columns = image.size(1);
  at::Tensor padded = at::zeros({fine * rows, fine * columns}, at::kComplexDouble);
  const auto row = fine * rows / 2 - rows / 2;
  const auto column = fine * columns / 2 - columns / 2;
  padded.narrow(0, row, rows).narrow(1, column, columns).copy_(ToKspace(image));
  return at::real(ToImage(padded)) * static_cast<double>(fine);
}

/** The centre of the k-space of an object on the fine grid, in units of the coarse grid's unitary transform. */
at::Tensor
CentralKspace(const at::Tensor & object, std::int64_t rows, std::int64_t columns)
{
  const auto row = fine * rows / 2 - rows / 2;
  const auto column = fine * columns / 2 - columns / 2;
  return ToKspace(object).narrow(-2, row, rows).narrow(-1, column, columns) / static_cast<double>(fine);
}

/** The object on the fine grid [.., 2 y, 2 x] at frequencies [sample, 2], in units of the coarse grid's unitary
 * transform: the defining sum, part by part. */
at::Tensor
AtFrequencies(const at::Tensor & object, const at::Tensor & frequencies)
{
  constexpr std::int64_t together = 4096;
  constexpr double pi = 3.14159265358979323846;
  const auto waves = [](const at::Tensor & k, std::int64_t points)
  {
    const at::Tensor place = at::arange(points, at::kDouble) / static_cast<double>(points) - 0.5;
    const at::Tensor angle = at::outer(place, k) * (-2.0 * pi);
    return at::polar(at::ones_like(angle), angle);
  };
  const double pixels = static_cast<double>(object.size(-2) * object.size(-1)) / (fine * fine);
  std::vector<at::Tensor> parts;
  for (std::int64_t first = 0; first < frequencies.size(0); first += together)
  {
    const at::Tensor k = frequencies.slice(0, first, first + together);
    const at::Tensor alongX = at::matmul(object, waves(k.select(1, 0), object.size(-1)));
    parts.push_back((alongX * waves(k.select(1, 1), object.size(-2))).sum(-2));
  }
  return at::cat(parts, -1) / (fine * fine * std::sqrt(pixels));
}

/** Values between those of a map [y, x], on the fine grid. */
at::Tensor
BetweenPixels(at::Tensor map)
{
  for (const std::int64_t axis : {0, 1})
  {
    const std::int64_t last = map.size(axis) - 1;
    const at::Tensor next = at::cat({map.narrow(axis, 1, last), map.narrow(axis, last, 1)}, axis);
    map = at::stack({map, 0.5 * (map + next)}, axis + 1).flatten(axis, axis + 1);
  }
  return map;
}

double
RequireImage(const Volume & image)
{
  if (image.IsEmpty() || image.IsComplex() || image.Channels() != 1)
  {
    throw DataError("simulate mri: given no real image of one channel; required a magnitude image");
  }
  image.RequireFinite("simulate mri: image");
  const double scale = ImageUnit(TensorView(image));
  if (!(scale > 0.0))
  {
    throw DataError("simulate mri: given an image whose 99.9th percentile is zero; required an object");
  }
  return scale;
}

/** The fixed parts of a simulation and the work on one slice. */
class SliceSimulator
{
public:
  /** trajectory: [readout, sample, 2], or undefined for the pattern's mask. */
  SliceSimulator(const Grid & grid,
                 const MRISimulationOptions & options,
                 const SamplingPattern & pattern,
                 const at::Tensor & trajectory,
                 const MRIFieldMap & field)
      : m_Rows(grid.size.y), m_Columns(grid.size.x), m_Options(options),
        m_Mask(trajectory.defined() ? at::Tensor() : pattern.mask.to(at::kDouble)), m_Trajectory(trajectory)
  {
    if (!field.frequency.IsEmpty())
    {
      m_Field = TensorView(field.frequency)[0].to(at::kDouble);
      m_Times = ReadoutTimes(trajectory, field.dwellTime);
    }
    if (options.coils > 1)
    {
      m_FineMaps = SimulateSensitivities(options.coils, m_Rows, m_Columns, Seed(), fine);
    }
  }

  struct Slice
  {
    at::Tensor kspace;    ///< [coil, y, x] or [coil, readout, sample]
    at::Tensor reference; ///< [y, x]
  };

  Slice
  Run(const at::Tensor & image, std::uint64_t index) const
  {
    at::Tensor object = Interpolated(image.to(at::kDouble)).to(at::kComplexDouble);
    if (m_Options.phase == "smooth")
    {
      const at::Tensor phase = SimulateSmoothPhase(m_Rows, m_Columns, Seed(), index, fine);
      object = object * at::complex(at::cos(phase), at::sin(phase));
    }
    const at::Tensor complete = CentralKspace(object, m_Rows, m_Columns);
    at::Tensor kspace = Measured(m_FineMaps.defined() ? object * m_FineMaps.squeeze(1) : object.unsqueeze(0), index);
    if (m_Options.noise > 0.0)
    {
      RandomStreams random(Seed(), {StreamOf(SimulationPurpose::Noise, index)});
      const at::Tensor noise = random.Normal(kspace.sizes(), at::kComplexDouble).squeeze(0);
      kspace = kspace + noise * (m_Options.noise / std::sqrt(2.0));
    }
    return {m_Mask.defined() ? kspace * m_Mask : kspace, ToImage(complete)};
  }

private:
  at::Tensor
  Measured(const at::Tensor & coils, std::uint64_t index) const
  {
    if (m_Field.defined())
    {
      return MeasuredInField(coils, m_Field.size(0) == 1 ? m_Field[0] : m_Field[static_cast<std::int64_t>(index)]);
    }
    if (!m_Trajectory.defined())
    {
      return CentralKspace(coils, m_Rows, m_Columns);
    }
    return AtFrequencies(coils, m_Trajectory.flatten(0, 1))
        .view({coils.size(0), m_Trajectory.size(0), m_Trajectory.size(1)});
  }

  at::Tensor
  MeasuredInField(const at::Tensor & coils, const at::Tensor & field) const
  {
    constexpr double pi = 3.14159265358979323846;
    const at::Tensor turns = BetweenPixels(field) * (-2.0 * pi);
    std::vector<at::Tensor> samples;
    for (std::int64_t s = 0; s < m_Times.size(0); ++s)
    {
      const at::Tensor angle = turns * m_Times[s];
      samples.push_back(AtFrequencies(coils * at::polar(at::ones_like(angle), angle), m_Trajectory.select(1, s)));
    }
    return at::stack(samples, -1);
  }

  std::uint64_t
  Seed() const
  {
    return static_cast<std::uint64_t>(m_Options.seed);
  }

  std::int64_t m_Rows;
  std::int64_t m_Columns;
  const MRISimulationOptions & m_Options;
  at::Tensor m_Mask;
  at::Tensor m_Trajectory;
  at::Tensor m_Field; ///< [1 or slice, y, x]
  at::Tensor m_Times;
  at::Tensor m_FineMaps;
};
} // namespace

void
MRISimulationOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("phase", "phase of the object").Choices({"none", "smooth"}), phase);
  v.Visit(Field("mask", "which samples are measured").Choices(SamplingPatternKinds()), mask);
  v.Visit(Field("acceleration", "all samples over measured ones").Range(1), acceleration);
  v.Visit(Field("center-fraction", "fully sampled centre, as a fraction of all lines").Range(0, 1), centerFraction);
  v.Visit(Field("coils", "number of receive coils; 1: sensitivity 1").Range(1, 1024), coils);
  v.Visit(
      Field("noise", "standard deviation of a complex k-space sample, the image's 99.9th percentile being 1").Range(0),
      noise);
  v.Visit(Field("seed", "seed of mask, coils, phase and noise").Range(0), seed);
}

namespace
{
/** Puts the trajectory into a scan that has nothing yet; its frequencies. */
at::Tensor
Along(const Volume & trajectory, const Grid & grid, MRISimulation & result)
{
  if (trajectory.Channels() != 2 || trajectory.IsComplex())
  {
    throw UsageError("simulate mri: given a trajectory with " + std::to_string(trajectory.Channels()) +
                     " numbers per sample; required k_x and k_y");
  }
  result.scan.trajectory = trajectory;
  result.scan.imageGrid = grid;
  Grid readouts = grid;
  readouts.size = {grid.size.z, trajectory.GetGrid().size.y, trajectory.GetGrid().size.x};
  result.scan.kspace = Volume(readouts, Volume::Element::Complex, 1);
  const at::Tensor k = MRITrajectory(result.scan);
  result.pattern.lines = k.size(0);
  result.pattern.effectiveAcceleration = EffectiveAcceleration(k, MRIDensity(result.scan));
  return k;
}

void
RequireField(const MRIFieldMap & field, const Volume & trajectory, const Grid & grid)
{
  const Volume & f = field.frequency;
  if (f.IsEmpty())
  {
    return;
  }
  const auto & size = f.GetGrid().size;
  if (trajectory.IsEmpty() || f.IsComplex() || f.Channels() != 1 || size.x != grid.size.x || size.y != grid.size.y ||
      (size.z != 1 && size.z != grid.size.z) || !(field.dwellTime > 0.0))
  {
    throw UsageError("simulate mri: given a field map of " + std::to_string(size.x) + " x " + std::to_string(size.y) +
                     " x " + std::to_string(size.z) +
                     "; required a trajectory, a dwell time and a map of the image's size");
  }
  f.RequireFinite("simulate mri: field map");
}

/** What the scan knows beside its data. */
void
AddKnown(MRISimulation & result, const Grid & grid, const MRISimulationOptions & options)
{
  const Grid one = grid.Slices(0, 1);
  if (IsCartesian(result.scan))
  {
    result.scan.mask = VolumeFromTensor(result.pattern.mask.view({1, 1, grid.size.y, grid.size.x}), one);
  }
  if (options.coils > 1)
  {
    const auto seed = static_cast<std::uint64_t>(options.seed);
    result.scan.sensitivities =
        VolumeFromTensor(SimulateSensitivities(options.coils, grid.size.y, grid.size.x, seed), one);
  }
  if (options.noise > 0.0)
  {
    result.scan.noise = options.noise;
  }
}
} // namespace

MRISimulation
SimulateMRI(const Volume & image,
            const MRISimulationOptions & options,
            const ProgressCallback & progress,
            const Volume & trajectory,
            const MRIFieldMap & field)
{
  ValidateOptions(options);
  const at::NoGradGuard noGrad;
  const auto begin = std::chrono::steady_clock::now();
  const Grid grid = image.GetGrid();
  MRISimulation result;
  result.scan.scale = RequireImage(image);
  at::Tensor frequencies;
  Grid samples = grid;
  if (trajectory.IsEmpty())
  {
    SamplingPatternOptions pattern;
    pattern.kind = options.mask;
    pattern.acceleration = options.acceleration;
    pattern.centerFraction = options.centerFraction;
    pattern.seed = options.seed;
    result.pattern = MakeSamplingPattern(grid.size.y, grid.size.x, pattern);
  }
  else
  {
    frequencies = Along(trajectory, grid, result);
    samples = result.scan.kspace.GetGrid();
  }
  RequireField(field, trajectory, grid);
  result.scan.field = field;
  const SliceSimulator simulator(grid, options, result.pattern, frequencies, field);

  result.scan.kspace = Volume(samples, Volume::Element::Complex, options.coils);
  result.reference = Volume(grid, Volume::Element::Complex);
  at::Tensor kspace = TensorView(result.scan.kspace);
  at::Tensor reference = TensorView(result.reference);
  const at::Tensor slices = TensorView(image)[0] / result.scan.scale;
  for (std::int64_t z = 0; z < grid.size.z; ++z)
  {
    const auto slice = simulator.Run(slices[z], static_cast<std::uint64_t>(z));
    kspace.select(1, z).copy_(slice.kspace);
    reference.select(1, z).copy_(slice.reference);
    ProgressReport report;
    report.task = "simulate mri";
    report.step = z + 1;
    report.steps = grid.size.z;
    report.elapsedSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (progress && !progress(report))
    {
      throw Aborted("simulate mri: stopped after slice " + std::to_string(z));
    }
  }
  AddKnown(result, grid, options);
  return result;
}
} // namespace tweedie
