// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMRIRaw_h
#define tweedieMRIRaw_h

#include "tweedieVector3.h"

#include <array>
#include <complex>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** What a readout was for: bits of ISMRMRD, counted from 1 there. */
enum class MRIReadoutFlag : int
{
  Noise = 19,
  Calibration = 20,
  CalibrationAndImaging = 21,
  Reverse = 22,
  Navigation = 23,
  PhaseCorrection = 24,
  Feedback = 26,
  Dummy = 27,
  RealTimeFeedback = 28,
  SurfaceCoilCorrection = 29,
  StabilizationReference = 30,
  Stabilization = 31
};

/** The counters of a readout. */
struct MRIReadoutIndex
{
  std::int64_t step1 = 0; ///< phase-encoding line
  std::int64_t step2 = 0; ///< partition of a volume
  std::int64_t average = 0;
  std::int64_t slice = 0;
  std::int64_t contrast = 0;
  std::int64_t phase = 0;
  std::int64_t repetition = 0;
  std::int64_t set = 0;
  std::int64_t segment = 0;
};

/** One readout of all coils. Directions are unit vectors in patient space (LPS), or zero where they are not known. */
struct MRIReadout
{
  std::uint64_t flags = 0;
  std::int64_t samples = 0;
  std::int64_t channels = 0;
  std::int64_t discardPre = 0;
  std::int64_t discardPost = 0;
  std::int64_t centerSample = 0; ///< where k = 0
  std::int64_t encoding = 0;     ///< which of the header's
  std::int64_t trajectoryDimensions = 0;
  double sampleTime = 0.0;  ///< microseconds between samples
  Vector3 position{};       ///< of the centre of what is excited, mm
  Vector3 readDirection{};  ///< x of the image
  Vector3 phaseDirection{}; ///< y
  Vector3 sliceDirection{}; ///< z
  MRIReadoutIndex index;
  std::vector<float> trajectory;         ///< [sample][dimension]
  std::vector<std::complex<float>> data; ///< [channel][sample]

  bool
  Has(MRIReadoutFlag flag) const
  {
    return (flags >> (static_cast<unsigned>(flag) - 1U) & 1U) != 0;
  }
};

/** Matrix and extent in mm, x, y, z. */
struct MRISpace
{
  std::array<std::int64_t, 3> matrix{0, 0, 0};
  std::array<double, 3> fieldOfView{0.0, 0.0, 0.0};
};

struct MRILimits
{
  std::int64_t minimum = 0;
  std::int64_t maximum = 0;
  std::int64_t center = 0; ///< the number of the line at k = 0
};

struct MRIEncoding
{
  MRISpace encoded; ///< as it was measured, oversampled
  MRISpace recon;   ///< as the image is wanted
  std::string trajectory;
  std::string calibrationMode; ///< of parallel imaging: embedded, separate ...; empty where it is not said
  std::optional<MRILimits> step1;
  std::optional<MRILimits> step2;
};

/** Raw data of an MR scanner, as in an ISMRMRD file (Inati et al. 2017). */
struct MRIRaw
{
  std::string header; ///< XML, as the scanner's converter wrote it
  std::vector<MRIEncoding> encodings;
  std::string vendor;
  std::optional<double> relativeNoiseBandwidth; ///< mean power of the receiver's filter over its bandwidth
  std::vector<MRIReadout> readouts;
  std::vector<std::string> warnings; ///< what a reader had to assume
};
} // namespace tweedie

#endif
