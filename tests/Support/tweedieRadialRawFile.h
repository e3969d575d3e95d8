// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRadialRawFile_h
#define tweedieRadialRawFile_h

#include "tweedieEllipseScan.h"

#include <string>

#ifdef TWEEDIE_TEST_ISMRMRD
#include <ismrmrd/dataset.h>
#include <ismrmrd/ismrmrd.h>
#include <ismrmrd/xml.h>

#include <sstream>

namespace tweedie
{
namespace test
{
/** Slices of the ellipses, s + 1 times as bright in slice s, along golden-angle readouts of twice as many samples as
 * pixels, as a raw file of the ISMRMRD library has them. Values are those of the unitary transform of size x size
 * pixels. */
struct RadialRawFile
{
  std::int64_t size = 64;
  std::int64_t readouts = 101;
  std::size_t coils = 4;
  std::size_t slices = 1;
  double unit = 1.0 / 64.0; ///< what the file's numbers are, times cycles per field of view
  std::array<float, 3> position{};
  float gap = 6.0F; ///< mm from slice to slice
  std::array<float, 3> read{1.0F, 0.0F, 0.0F}, phase{0.0F, 1.0F, 0.0F}, normal{0.0F, 0.0F, 1.0F};

  void
  Write(const std::string & path) const
  {
    ISMRMRD::Dataset file(path.c_str(), "dataset", true);
    std::ostringstream header;
    ISMRMRD::serialize(Header(), header);
    file.writeHeader(header.str());
    for (std::size_t slice = slices; slice-- > 0;) // the last one first
    {
      for (std::int64_t i = 0; i < readouts; ++i)
      {
        file.appendAcquisition(Readout(i, slice));
      }
    }
  }

private:
  ISMRMRD::IsmrmrdHeader
  Header() const
  {
    ISMRMRD::IsmrmrdHeader header;
    header.experimentalConditions.H1resonanceFrequency_Hz = 63500000;
    ISMRMRD::Encoding encoding;
    const auto pixels = static_cast<unsigned short>(size);
    const auto extent = static_cast<float>(2 * size); // pixels of 2 mm
    encoding.reconSpace.matrixSize = ISMRMRD::MatrixSize(pixels, pixels, 1);
    encoding.reconSpace.fieldOfView_mm = {extent, extent, 5.0F};
    encoding.encodedSpace.matrixSize = ISMRMRD::MatrixSize(static_cast<unsigned short>(2 * size), pixels, 1);
    encoding.encodedSpace.fieldOfView_mm = {2.0F * extent, extent, 5.0F};
    encoding.trajectory = ISMRMRD::TrajectoryType::GOLDENANGLE;
    header.encoding.push_back(encoding);
    return header;
  }

  ISMRMRD::Acquisition
  Readout(std::int64_t number, std::size_t slice) const
  {
    const auto samples = static_cast<std::uint16_t>(2 * size);
    ISMRMRD::Acquisition result(samples, static_cast<std::uint16_t>(coils), 2);
    result.idx().kspace_encode_step_1 = static_cast<std::uint16_t>(number);
    result.idx().slice = static_cast<std::uint16_t>(slice);
    result.center_sample() = static_cast<std::uint16_t>(size);
    result.sample_time_us() = 5.0F;
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      result.position()[axis] = position[axis] + gap * static_cast<float>(slice) * normal[axis];
      result.read_dir()[axis] = read[axis];
      result.phase_dir()[axis] = phase[axis];
      result.slice_dir()[axis] = normal[axis];
    }
    const double angle = twoPi / 4.0 * (std::sqrt(5.0) - 1.0) * static_cast<double>(number);
    for (std::uint16_t i = 0; i < samples; ++i)
    {
      const double radius = 0.5 * (static_cast<double>(i) - static_cast<double>(size));
      const double kx = radius * std::cos(angle), ky = radius * std::sin(angle);
      result.traj(0, i) = static_cast<float>(kx * unit);
      result.traj(1, i) = static_cast<float>(ky * unit);
      for (std::size_t coil = 0; coil < coils; ++coil)
      {
        result.data(i, static_cast<std::uint16_t>(coil)) = Sample(kx, ky, coil, slice);
      }
    }
    return result;
  }

  std::complex<float>
  Sample(double kx, double ky, std::size_t coil, std::size_t slice) const
  {
    const double bright = static_cast<double>(slice + 1) * static_cast<double>(size);
    return std::complex<float>(bright * CoilOf(coil, coils).Spectrum(kx, ky));
  }
};
} // namespace test
} // namespace tweedie

#endif

#endif
