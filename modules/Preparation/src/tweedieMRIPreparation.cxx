// SPDX-License-Identifier: Apache-2.0
#include "tweedieMRIPreparation.h"

#include "tweedieCoilCompression.h"
#include "tweedieError.h"
#include "tweedieKspaceAssembly.h"
#include "tweedieNoiseWhitening.h"
#include "tweedieReadoutChoice.h"
#include "tweedieScanGeometry.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>

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
    AssembledKspace imaging = Assemble(m_Choice.imaging);
    m_Length = {LengthInRecon(m_Encoding, 0), LengthOfLines(imaging), LengthInRecon(m_Encoding, 2)};
    MRIPrepared result;
    result.scan.noise = NoiseOf(imaging);
    at::Tensor kspace = ToSlices(imaging);
    const at::Tensor compression =
        m_Options.virtualCoils ? CoilCompression(kspace, *m_Options.virtualCoils) : at::Tensor();
    const auto volume = [&](const at::Tensor & tensor)
    { return VolumeFromTensor(compression.defined() ? MixCoils(compression, tensor) : tensor, OutputGrid()); };
    result.scan.kspace = volume(kspace);
    result.scan.mask = MaskOf(imaging);
    if (!m_Choice.calibration.empty())
    {
      AssembledKspace calibration = Assemble(m_Choice.calibration);
      result.calibration = volume(ToSlices(calibration));
    }
    result.scan.warnings = m_Warnings;
    return result;
  }

private:
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
  v.Visit(Field("contrast", "one echo; the first if not given").Range(0), contrast);
  v.Visit(Field("cardiac-phase", "one phase of the heart; the first if not given").Range(0), phase);
  v.Visit(Field("set", "one set; the first if not given").Range(0), set);
  v.Visit(Field("virtual-coils", "compress to that many coils, by singular vectors").Range(1), virtualCoils);
  v.Visit(Field("whiten", "whiten the coils with the noise readouts"), whiten);
  v.Visit(Field("conjugate", "conjugate k-space, where a vendor's sign is the other one"), conjugate);
}

MRIPrepared
PrepareMRI(const MRIRaw & raw, const MRIPreparationOptions & options)
{
  ValidateOptions(options);
  const at::NoGradGuard noGrad;
  return Preparation(raw, options).Run();
}
} // namespace tweedie
