// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseHdf5.h"

#include "tweedieAtomicFile.h"
#include "tweedieFileGroup.h"
#include "tweedieHdf5Writer.h"
#include "tweedieImageFormat.h"
#include "tweediePhaseJson.h"
#include "tweediePhaseUnits.h"

#include <algorithm>

namespace tweedie
{
namespace
{
constexpr std::uint32_t cxiVersion = 160; ///< 1.6
constexpr std::uint32_t invalidPixel = 1; ///< the first bit of CXI's masks and of NeXus'

std::vector<hsize_t>
Shape(std::initializer_list<std::int64_t> lengths)
{
  return {lengths.begin(), lengths.end()};
}

/** [pattern][object] of a volume as [frame][y][x]. */
std::vector<hsize_t>
FrameShape(const Volume & volume)
{
  const Axes<std::int64_t> & size = volume.GetGrid().size;
  return Shape({volume.Channels() * size.z, size.y, size.x});
}

bool
IsOnePlane(const Volume & mask)
{
  return mask.Channels() == 1 && mask.GetGrid().size.z == 1;
}

/** A plane where it is one for all, else one for each frame; a bit where a pixel does not count. */
void
WriteMask(Hdf5Writer & file, const std::string & path, const PhaseScan & scan)
{
  const Volume & mask = scan.mask;
  if (mask.IsEmpty())
  {
    return;
  }
  const Axes<std::int64_t> & size = scan.patterns.GetGrid().size;
  const std::int64_t plane = size.x * size.y, masks = mask.GetGrid().size.z;
  const std::int64_t frames = IsOnePlane(mask) ? 1 : scan.patterns.Channels() * size.z;
  std::vector<std::uint32_t> bits;
  bits.reserve(static_cast<std::size_t>(frames * plane));
  for (std::int64_t frame = 0; frame < frames; ++frame)
  {
    const std::int64_t object = frame % size.z % masks, pattern = frame / size.z % mask.Channels();
    const float * const values = mask.Data() + (pattern * masks + object) * plane;
    std::transform(
        values, values + plane, std::back_inserter(bits), [](float v) { return v == 0.0F ? invalidPixel : 0U; });
  }
  file.Whole(path, IsOnePlane(mask) ? Shape({size.y, size.x}) : FrameShape(scan.patterns), bits);
}

/** Data, distance, pitch and mask of a detector. */
void
WriteDetector(Hdf5Writer & file, const std::string & group, const PhaseScan & scan, const char * maskName)
{
  const Grid & grid = scan.patterns.GetGrid();
  file.Floats(group + "/data", FrameShape(scan.patterns), scan.patterns.Data());
  file.Attribute(group + "/data", "values", scan.isCounts ? "counts" : "amplitudes");
  file.Attribute(group + "/data", "interpretation", "image");
  std::vector<double> distances;
  for (const double distance : scan.distances)
  {
    const bool isOne = scan.distances.size() == 1;
    distances.insert(distances.end(), isOne ? 1 : static_cast<std::size_t>(grid.size.z), distance);
  }
  const bool isScalar = distances.size() == 1;
  file.Numbers(
      group + "/distance", isScalar ? Shape({}) : Shape({scan.patterns.Channels() * grid.size.z}), distances, "m");
  file.Numbers(group + "/x_pixel_size", {}, {Metres(grid.spacing.x, "mm", "pitch")}, "m");
  file.Numbers(group + "/y_pixel_size", {}, {Metres(grid.spacing.y, "mm", "pitch")}, "m");
  WriteMask(file, group + "/" + maskName, scan);
}

/** What no standard has, and the numbers to the bit. */
void
WriteOwnGroup(Hdf5Writer & file, const std::string & group, const PhaseScan & scan)
{
  file.Group(group, "NXcollection");
  PhaseParts parts;
  parts.mask = scan.mask.IsEmpty() ? "" : "mask";
  if (!scan.mask.IsEmpty() && !IsOnePlane(scan.mask))
  {
    parts.maskShape = {scan.mask.Channels(), scan.mask.GetGrid().size.z};
  }
  if (!scan.codes.IsEmpty())
  {
    parts.codes = "codes";
    file.Complex(group + "/codes", FrameShape(scan.codes), scan.codes.Data());
  }
  if (!scan.support.IsEmpty())
  {
    parts.support = "support";
    file.Floats(group + "/support", FrameShape(scan.support), scan.support.Data());
  }
  file.Text(group + "/description", PhaseJson(scan, parts));
}

void
WriteCxi(Hdf5Writer & file, const PhaseScan & scan)
{
  const std::string entry = "/entry_1", instrument = entry + "/instrument_1", detector = instrument + "/detector_1";
  file.Whole("/cxi_version", {}, {cxiVersion});
  file.Group(entry, "NXentry");
  file.Group(instrument, "NXinstrument");
  file.Group(detector, "NXdetector");
  WriteDetector(file, detector, scan, "mask");
  const Grid & grid = scan.patterns.GetGrid();
  const double x = Metres(grid.spacing.x, "mm", "pitch"), y = Metres(grid.spacing.y, "mm", "pitch");
  // The beam is z and meets the detector at x = y = 0; x points to the left of who looks along it, as in other writers.
  const std::array<double, 3> corner{
      (scan.beamCentre[0] + 0.5) * x, (scan.beamCentre[1] + 0.5) * y, scan.distances.front()};
  file.Numbers(detector + "/corner_position", {3}, {corner.begin(), corner.end()}, "m");
  file.Numbers(detector + "/basis_vectors", {2, 3}, {0.0, -y, 0.0, -x, 0.0, 0.0}, "m");
  file.Group(instrument + "/source_1", "NXsource");
  file.Numbers(instrument + "/source_1/energy", {}, {JoulesOf(scan.wavelength)}, "J");
  file.Numbers(instrument + "/source_1/wavelength", {}, {scan.wavelength}, "m");
  file.Group(entry + "/data_1", "NXdata");
  file.Link(entry + "/data_1/data", detector + "/data");
  WriteOwnGroup(file, entry + "/tweedie_1", scan);
}

void
WriteNexus(Hdf5Writer & file, const PhaseScan & scan)
{
  const std::string entry = "/entry", instrument = entry + "/instrument", detector = instrument + "/detector";
  file.Group(entry, "NXentry");
  file.Text(entry + "/definition", "NXtomo");
  file.Group(instrument, "NXinstrument");
  file.Group(detector, "NXdetector");
  WriteDetector(file, detector, scan, "pixel_mask");
  file.Numbers(detector + "/beam_center_x", {}, {scan.beamCentre[0]}, "pixel");
  file.Numbers(detector + "/beam_center_y", {}, {scan.beamCentre[1]}, "pixel");
  const auto frames = static_cast<std::size_t>(scan.patterns.Channels() * scan.patterns.GetGrid().size.z);
  file.Whole(detector + "/image_key", {frames}, std::vector<std::uint32_t>(frames, 0));
  file.Group(instrument + "/beam", "NXbeam");
  file.Numbers(instrument + "/beam/incident_wavelength", {}, {scan.wavelength}, "m");
  constexpr double metresTimesKiloelectronvolts = 12.398419843320026e-10;
  file.Numbers(instrument + "/beam/incident_energy", {}, {metresTimesKiloelectronvolts / scan.wavelength}, "keV");
  file.Group(entry + "/sample", "NXsample");
  file.Text(entry + "/sample/name", "not known");
  file.Numbers(entry + "/sample/rotation_angle", {frames}, std::vector<double>(frames, 0.0), "degree");
  file.Group(entry + "/data", "NXdata");
  file.Attribute(entry + "/data", "signal", "data");
  for (const char * name : {"data", "image_key"})
  {
    file.Link(entry + "/data/" + name, detector + "/" + name);
  }
  file.Link(entry + "/data/rotation_angle", entry + "/sample/rotation_angle");
  WriteOwnGroup(file, entry + "/tweedie_1", scan);
}
} // namespace

void
WritePhaseHdf5(const std::string & path, const PhaseScan & scan)
{
  Hdf5Writer file;
  if (Extension(path) == ".nxs")
  {
    WriteNexus(file, scan);
  }
  else
  {
    WriteCxi(file, scan);
  }
  const std::vector<char> bytes = file.Finish();
  WriteAtomically(path, [&](const std::string & temporary) { WriteBytes(temporary, bytes.data(), bytes.size()); });
}
} // namespace tweedie
