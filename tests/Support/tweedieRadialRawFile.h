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

  ISMRMRD::AcquisitionHeader
  Head(std::uint16_t samples, std::int64_t number, std::size_t slice) const
  {
    ISMRMRD::AcquisitionHeader head;
    head.number_of_samples = samples;
    head.active_channels = head.available_channels = static_cast<std::uint16_t>(coils);
    head.trajectory_dimensions = 2;
    head.idx.kspace_encode_step_1 = static_cast<std::uint16_t>(number);
    head.idx.slice = static_cast<std::uint16_t>(slice);
    head.center_sample = static_cast<std::uint16_t>(size);
    head.sample_time_us = 5.0F;
    std::array<float, 3> place{};
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      place[axis] = position[axis] + gap * static_cast<float>(slice) * normal[axis];
    }
    // Members of the packed head are not aligned as references to them would need.
    std::memcpy(static_cast<void *>(head.position), place.data(), sizeof(place));
    std::memcpy(static_cast<void *>(head.read_dir), read.data(), sizeof(read));
    std::memcpy(static_cast<void *>(head.phase_dir), phase.data(), sizeof(phase));
    std::memcpy(static_cast<void *>(head.slice_dir), normal.data(), sizeof(normal));
    return head;
  }

  ISMRMRD::Acquisition
  Readout(std::int64_t number, std::size_t slice) const
  {
    const auto samples = static_cast<std::uint16_t>(2 * size);
    ISMRMRD::Acquisition result;
    result.setHead(Head(samples, number, slice));
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
