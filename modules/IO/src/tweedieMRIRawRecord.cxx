// SPDX-License-Identifier: Apache-2.0
#include "tweedieMRIRawRecord.h"

#include "tweedieError.h"

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
Vector3
VectorOf(const std::array<float, 3> & values)
{
  return {values[0], values[1], values[2]};
}

bool
IsFinite(const Vector3 & vector)
{
  return std::isfinite(vector[0]) && std::isfinite(vector[1]) && std::isfinite(vector[2]);
}
} // namespace

MRIReadout
ReadoutOfHead(const MRIRawHead & head, const std::string & name)
{
  if (head.channels == 0 || head.samples == 0)
  {
    throw DataError(name + ": given " + std::to_string(head.samples) + " samples of " + std::to_string(head.channels) +
                    " coils; required at least one of each");
  }
  if (head.discardPre + head.discardPost >= head.samples)
  {
    throw DataError(name + ": given " + std::to_string(head.discardPre + head.discardPost) + " of " +
                    std::to_string(head.samples) + " samples to be discarded; required fewer");
  }
  MRIReadout readout;
  readout.flags = head.flags;
  readout.samples = head.samples;
  readout.channels = head.channels;
  readout.discardPre = head.discardPre;
  readout.discardPost = head.discardPost;
  readout.centerSample = head.center;
  readout.encoding = head.encoding;
  readout.trajectoryDimensions = head.trajectoryDimensions;
  readout.sampleTime = head.sampleTime;
  readout.position = VectorOf(head.position);
  readout.readDirection = VectorOf(head.readDirection);
  readout.phaseDirection = VectorOf(head.phaseDirection);
  readout.sliceDirection = VectorOf(head.sliceDirection);
  const auto & i = head.index;
  readout.index = {i[0], i[1], i[2], i[3], i[4], i[5], i[6], i[7], i[8]};
  return readout;
}

void
RequireFiniteReadout(const MRIReadout & readout, const std::string & name)
{
  const auto finite = [](std::complex<float> value)
  { return std::isfinite(value.real()) && std::isfinite(value.imag()); };
  const bool isPlaced = IsFinite(readout.position) && IsFinite(readout.readDirection) &&
                        IsFinite(readout.phaseDirection) && IsFinite(readout.sliceDirection) &&
                        std::isfinite(readout.sampleTime);
  if (!isPlaced || !std::all_of(readout.data.begin(), readout.data.end(), finite))
  {
    throw DataError(name + ": given a value that is not finite; required numbers");
  }
}
} // namespace tweedie
