// SPDX-License-Identifier: Apache-2.0
#include "tweedieMRIPreparation.h"

#include "tweedieCoilCompression.h"
#include "tweedieError.h"
#include "tweedieKspaceAssembly.h"
#include "tweedieMRIModel.h"
#include "tweedieNoiseWhitening.h"
#include "tweedieReadoutChoice.h"
#include "tweedieScanGeometry.h"
#include "tweedieTrajectoryAssembly.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <functional>

namespace tweedie
{
namespace
{
/** Dimensions of [coil, slice, z, y, x]. */
constexpr std::int64_t alongZ = 2, alongY = 3, alongX = 4;

/** How many of an axis' voxels the field of view of recon space has. */
std::int64_t
LengthInRecon(const MRIEncoding & encoding, std::size_t axis)
{
  const auto & encoded = encoding.encoded;
  const double share = encoding.recon.fieldOfView[axis] / encoded.fieldOfView[axis];
  const auto length = std::llround(static_cast<double>(encoded.matrix[axis]) * share);
  return std::min<std::int64_t>(std::max<std::int64_t>(length, 1), encoded.matrix[axis]);
}

/** From raw data to a scan, step by step. */
class Preparation
{
public:
  Preparation(const MRIRaw & raw, const MRIPreparationOptions & options)
      : m_Raw(raw), m_Options(options), m_Choice(ChooseReadouts(raw, options)), m_Encoding(*m_Choice.encoding)
  {
    m_Warnings = raw.warnings;
    m_Warnings.insert(m_Warnings.end(), m_Choice.warnings.begin(), m_Choice.warnings.end());
  }

  MRIPrepared
  Run()
  {
    m_Places = PlacesOf(m_Choice.imaging, m_Warnings);
    FindWhitening();
    MRIPrepared result = m_Choice.IsCartesian() ? OnGrid() : AlongTrajectory();
    result.scan.warnings = m_Warnings;
    return result;
  }

private:
  MRIPrepared
  OnGrid()
  {
    AssembledKspace imaging = Assemble(m_Choice.imaging);
    m_Length = {LengthInRecon(m_Encoding, 0), LengthOfLines(imaging), LengthInRecon(m_Encoding, 2)};
    MRIPrepared result;
    result.scan.noise = NoiseOf(imaging);
    at::Tensor kspace = ToSlices(imaging);
    RequireWholeReadouts(imaging);
    const auto compress = CompressionOf(kspace);
    const auto volume = [&](const at::Tensor & tensor) { return VolumeFromTensor(compress(tensor), OutputGrid()); };
    result.scan.kspace = volume(kspace);
    result.scan.mask = MaskOf(imaging);
    if (!m_Choice.calibration.empty())
    {
      AssembledKspace calibration = Assemble(m_Choice.calibration);
      RequireWholeReadouts(calibration);
      result.calibration = volume(ToSlices(calibration));
    }
    return result;
  }

  bool
  IsGeometric() const
  {
    return m_Options.coilCompression == "geometric";
  }

  /** What makes virtual coils of coils. */
  std::function<at::Tensor(const at::Tensor &)>
  CompressionOf(const at::Tensor & kspace) const
  {
    if (!m_Options.virtualCoils)
    {
      return [](const at::Tensor & coils) { return coils; };
    }
    if (IsGeometric())
    {
      return [matrices = GeometricCoilCompression(kspace, *m_Options.virtualCoils)](const at::Tensor & coils)
      { return MixCoilsAlongReadout(matrices, coils); };
    }
    return [matrix = CoilCompression(kspace, *m_Options.virtualCoils)](const at::Tensor & coils)
    { return MixCoils(matrix, coils); };
  }

  /** Places along the readout cannot be told from parts of it. */
  void
  RequireWholeReadouts(const AssembledKspace & assembled) const
  {
    const at::Tensor sampled = assembled.count > 0;
    if (IsGeometric() && !(sampled == sampled.narrow(3, 0, 1)).all().item<bool>())
    {
      throw UsageError("--coil-compression geometric: given readouts with samples that were not measured; required "
                       "whole readouts, or svd");
    }
  }

  /** Oversampling is not removed: readouts have no common direction, and samples closer than a cycle are what keeps
   * the transform's image free of the object's copies. */
  MRIPrepared
  AlongTrajectory()
  {
    if (IsGeometric())
    {
      throw UsageError("--coil-compression geometric: given readouts along a trajectory; required Cartesian ones, or "
                       "svd");
    }
    RequirePlausibleMatrix(m_Choice.imaging, m_Encoding.recon.matrix, m_Places.slicesInOrder.size());
    WarnOfVoxels();
    AssembledReadouts data =
        AssembleReadouts(m_Choice.imaging, m_Encoding, m_Places.slicesInOrder, m_Whitening, m_Warnings);
    const bool isVolume = data.trajectory.size(2) == 3;
    at::Tensor kspace = m_Options.conjugate ? at::conj_physical(data.kspace) : data.kspace;
    if (IsSlab() && !isVolume)
    {
      kspace = CropFieldOfView(kspace, 1, LengthInRecon(m_Encoding, 2), false);
      kspace = (m_Places.isLeftHanded ? kspace.flip(1) : kspace).contiguous();
    }
    kspace = CompressionOf(kspace)(kspace);
    MRIPrepared result;
    MRIScan & scan = result.scan;
    Grid samples;
    samples.size = {kspace.size(1), kspace.size(2), kspace.size(3)};
    scan.kspace = VolumeFromTensor(kspace, samples);
    if (m_Whitening.defined())
    {
      scan.noise = 1.0 / std::sqrt(static_cast<double>(data.averages));
    }
    scan.imageGrid = ReconGrid(isVolume, kspace.size(1));
    scan.field.dwellTime = 1e-6 * m_Choice.imaging.front()->sampleTime; // for a field map that somebody adds
    scan.trajectory = TrajectoryVolume(data.trajectory);
    SetTrajectoryUnit(scan, m_Options.trajectoryUnit);
    if (isVolume && m_Places.isLeftHanded)
    {
      TensorView(scan.trajectory)[2].neg_(); // z runs along read x phase
    }
    RequireWithinGrid(scan);
    if (!m_Choice.calibration.empty())
    {
      m_Warnings.emplace_back("calibration readouts are not used along a trajectory, whose centre serves for maps");
    }
    return result;
  }

  /** The unit of a trajectory is that of recon space, whose voxels need not be those that were measured. */
  void
  WarnOfVoxels()
  {
    const auto voxel = [](const MRISpace & space)
    { return space.fieldOfView[0] / static_cast<double>(space.matrix[0]); };
    const double encoded = voxel(m_Encoding.encoded), recon = voxel(m_Encoding.recon);
    if (m_Options.trajectoryUnit != "cycles-per-fov" && std::abs(encoded - recon) > 0.01 * recon)
    {
      m_Warnings.push_back("voxels of encoded space are " + std::to_string(encoded) + " mm wide, those of the image " +
                           std::to_string(recon) + " mm: a trajectory in cycles per sample is taken for the image's");
    }
  }

  Grid
  ReconGrid(bool isVolume, std::int64_t slices) const
  {
    const auto & recon = m_Encoding.recon;
    const auto spacing = [](const MRISpace & space, std::size_t axis)
    { return space.fieldOfView[axis] / static_cast<double>(space.matrix[axis]); };
    ScanPlaces places = m_Places;
    places.isLeftHanded = places.isLeftHanded && !isVolume; // a negated k_z leaves voxel floor(N / 2) where it is
    const double thickness = spacing(IsSlab() && !isVolume ? m_Encoding.encoded : recon, 2);
    return ScanGrid(
        places,
        Axes<std::int64_t>::FromXyz({recon.matrix[0], recon.matrix[1], isVolume ? recon.matrix[2] : slices}),
        Axes<double>::FromXyz(
            {spacing(recon, 0), spacing(recon, 1), !IsSlab() && m_Places.step > 0.0 ? m_Places.step : thickness}),
        IsSlab());
  }

  static void
  RequireWithinGrid(const MRIScan & scan)
  {
    constexpr double slack = 1e-3; // of single precision, as the transform has it
    const auto size = scan.imageGrid.size.Xyz();
    const at::Tensor reach = TensorView(scan.trajectory).abs().amax(at::IntArrayRef{1, 2, 3});
    for (std::int64_t axis = 0; axis < reach.size(0); ++axis)
    {
      const double limit = 0.5 * static_cast<double>(size[static_cast<std::size_t>(axis)]);
      const double largest = reach[axis].item<double>();
      if (largest > limit * (1.0 + slack))
      {
        throw DataError("raw data: given a trajectory that reaches " + std::to_string(largest) + " along " +
                        "xyz"[axis] + "; required at most " + std::to_string(limit) +
                        " cycles per field of view, half the matrix of recon space");
      }
    }
  }

  void
  FindWhitening()
  {
    const bool hasNoise = !m_Choice.noise.empty();
    if (m_Options.whiten && hasNoise && m_Choice.noise.front()->channels == m_Choice.imaging.front()->channels)
    {
      const double bandwidth = m_Raw.relativeNoiseBandwidth.value_or(1.0);
      m_Whitening = WhiteningMatrix(NoiseCovariance(m_Choice.noise, m_Choice.imaging[0]->sampleTime, bandwidth));
      return;
    }
    m_Warnings.emplace_back(!m_Options.whiten ? "coils were not whitened, as asked for"
                            : hasNoise ? "coils were not whitened: the noise readouts have another number of coils"
                                       : "coils were not whitened: the data have no noise readouts");
  }

  AssembledKspace
  Assemble(const std::vector<const MRIReadout *> & readouts)
  {
    AssembledKspace result = AssembleKspace(readouts, m_Encoding, m_Places.slicesInOrder, m_Whitening, m_Warnings);
    if (m_Options.conjugate)
    {
      result.kspace = at::conj_physical(result.kspace);
    }
    return result;
  }

  bool
  IsSlab() const
  {
    return m_Encoding.encoded.matrix[2] > 1;
  }

  /** The field of view along y can be cut only where every line is known. */
  std::int64_t
  LengthOfLines(const AssembledKspace & imaging)
  {
    const std::int64_t whole = m_Encoding.encoded.matrix[1], wanted = LengthInRecon(m_Encoding, 1);
    const bool isComplete = (imaging.count.sum(-1) > 0).all().item<bool>();
    if (wanted != whole && !isComplete)
    {
      m_Warnings.push_back("the image has the encoded field of view along y, " + std::to_string(whole) +
                           " voxels and not " + std::to_string(wanted) + ": not all lines were measured");
    }
    return isComplete ? wanted : whole;
  }

  std::optional<double>
  NoiseOf(const AssembledKspace & imaging)
  {
    const at::Tensor counts = imaging.count.masked_select(imaging.count > 0);
    const double least = counts.min().item<double>(), most = counts.max().item<double>();
    if (least != most)
    {
      m_Warnings.push_back("samples are means of " + std::to_string(std::llround(least)) + " to " +
                           std::to_string(std::llround(most)) + " measurements: the noise is that of the fewest");
    }
    return m_Whitening.defined() ? std::optional<double>(1.0 / std::sqrt(least)) : std::nullopt;
  }

  /** [coil, z, y, x]. Samples that were not measured stay zero. */
  at::Tensor
  ToSlices(AssembledKspace & assembled) const
  {
    at::Tensor kspace = assembled.kspace;
    assembled.kspace = at::Tensor();
    if (IsSlab())
    {
      const at::Tensor sampled = assembled.count > 0;
      if (assembled.count.size(0) != 1 || !(sampled == sampled.narrow(1, 0, 1)).all().item<bool>())
      {
        throw DataError("raw data: given partitions that were not all measured, or several slabs; required one slab, "
                        "undersampled along lines alone");
      }
      kspace = CropFieldOfView(kspace, alongZ, m_Length[2], false);
      kspace = m_Places.isLeftHanded ? kspace.flip(alongZ) : kspace;
    }
    const auto crop = [&](std::int64_t dimension, std::int64_t length)
    {
      if (length != kspace.size(dimension))
      {
        kspace = CropFieldOfView(kspace, dimension, length, true);
      }
    };
    crop(alongX, m_Length[0]);
    crop(alongY, m_Length[1]);
    kspace = kspace * Sampled(assembled).unsqueeze(0);
    return kspace.flatten(1, 2).contiguous();
  }

  /** [slice, z or 1, y, x], zeros and ones: a new sample counts where the old one at its place was measured. */
  at::Tensor
  Sampled(const AssembledKspace & assembled) const
  {
    at::Tensor sampled = (assembled.count > 0).to(at::kFloat);
    sampled = IsSlab() ? sampled.narrow(1, 0, 1) : sampled;
    for (const auto & [dimension, length] : {std::pair(2, m_Length[1]), std::pair(3, m_Length[0])})
    {
      const std::int64_t before = sampled.size(dimension);
      const at::Tensor k = at::arange(length, at::kDouble) - static_cast<double>(length / 2);
      const double ratio = static_cast<double>(before) / static_cast<double>(length);
      const at::Tensor place = (at::round(k * ratio) + static_cast<double>(before / 2)).to(at::kLong);
      sampled = sampled.index_select(dimension, place.clamp(0, before - 1));
    }
    return sampled;
  }

  Volume
  MaskOf(const AssembledKspace & imaging) const
  {
    at::Tensor mask = Sampled(imaging).flatten(0, 1).unsqueeze(0); // [1, z, y, x]
    const bool isShared = (mask == mask.narrow(1, 0, 1)).all().item<bool>();
    mask = isShared ? mask.narrow(1, 0, 1) : mask;
    return VolumeFromTensor(mask.contiguous(), OutputGrid().Slices(0, mask.size(1)));
  }

  Grid
  OutputGrid() const
  {
    const auto & encoded = m_Encoding.encoded;
    const auto spacing = [&](std::size_t axis)
    { return encoded.fieldOfView[axis] / static_cast<double>(encoded.matrix[axis]); };
    const std::int64_t slices = IsSlab() ? m_Length[2] : static_cast<std::int64_t>(m_Places.slicesInOrder.size());
    const double step = !IsSlab() && m_Places.step > 0.0 ? m_Places.step : spacing(2);
    return ScanGrid(m_Places,
                    Axes<std::int64_t>::FromXyz({m_Length[0], m_Length[1], slices}),
                    Axes<double>::FromXyz({spacing(0), spacing(1), step}),
                    IsSlab());
  }

  const MRIRaw & m_Raw;
  const MRIPreparationOptions & m_Options;
  ReadoutChoice m_Choice;
  const MRIEncoding & m_Encoding;
  std::vector<std::string> m_Warnings;
  ScanPlaces m_Places;
  at::Tensor m_Whitening;
  std::array<std::int64_t, 3> m_Length{1, 1, 1};
};
} // namespace

void
MRIPreparationOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("encoding", "which of several encodings, from 0").Range(0), encoding);
  v.Visit(Field("repetition", "one repetition; all of them together if not given").Range(0), repetition);
  v.Visit(Field("slice", "one slice, by its counter; all of them if not given").Range(0), slice);
  v.Visit(Field("contrast", "one echo; the first if not given").Range(0), contrast);
  v.Visit(Field("cardiac-phase", "one phase of the heart; the first if not given").Range(0), phase);
  v.Visit(Field("set", "one set; the first if not given").Range(0), set);
  v.Visit(Field("virtual-coils", "compress to that many coils").Range(1), virtualCoils);
  v.Visit(
      Field("coil-compression", "by singular vectors of all data, or geometric: of each place along Cartesian readouts")
          .Choices({"svd", "geometric"}),
      coilCompression);
  v.Visit(Field("trajectory-unit", "of places that the readouts carry; auto: by their largest number, or refused")
              .Choices({"auto", "cycles-per-fov", "cycles-per-sample", "radians"}),
          trajectoryUnit);
  v.Visit(Field("whiten", "whiten the coils with the noise readouts"), whiten);
  v.Visit(Field("conjugate", "conjugate k-space, where a vendor's sign is the other one"), conjugate);
}

MRIPrepared
PrepareMRI(const MRIRaw & raw, const MRIPreparationOptions & options)
{
  ValidateOptions(options);
  if (options.coilCompression == "geometric" && !options.virtualCoils)
  {
    throw UsageError("--coil-compression geometric: given without a number of coils; required --virtual-coils");
  }
  const at::NoGradGuard noGrad;
  return Preparation(raw, options).Run();
}
} // namespace tweedie
