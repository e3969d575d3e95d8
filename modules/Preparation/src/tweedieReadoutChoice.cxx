// SPDX-License-Identifier: Apache-2.0
#include "tweedieReadoutChoice.h"

#include "tweedieError.h"

#include <algorithm>
#include <set>

namespace tweedie
{
namespace
{
using Readouts = std::vector<const MRIReadout *>;
using Counter = std::int64_t MRIReadoutIndex::*;

bool
IsLeftOut(const MRIReadout & readout)
{
  using Flag = MRIReadoutFlag;
  constexpr Flag flags[] = {Flag::Navigation,
                            Flag::PhaseCorrection,
                            Flag::Feedback,
                            Flag::Dummy,
                            Flag::RealTimeFeedback,
                            Flag::SurfaceCoilCorrection,
                            Flag::StabilizationReference,
                            Flag::Stabilization};
  return std::any_of(std::begin(flags), std::end(flags), [&](Flag flag) { return readout.Has(flag); });
}

std::size_t
EncodingOf(const MRIRaw & raw, const std::optional<std::int64_t> & wanted)
{
  const std::size_t count = raw.encodings.size();
  const std::string all = std::to_string(count);
  if (!wanted && count > 1)
  {
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
    {
      const auto & matrix = raw.encodings[i].encoded.matrix;
      text += (i == 0 ? "" : "; ") + std::to_string(i) + ": " + raw.encodings[i].trajectory + ", " +
              std::to_string(matrix[0]) + " x " + std::to_string(matrix[1]) + " x " + std::to_string(matrix[2]);
    }
    throw UsageError("raw data: given " + all + " encodings (" + text + "); required --encoding, one of them");
  }
  if (count == 0 || (wanted && (*wanted < 0 || *wanted >= static_cast<std::int64_t>(count))))
  {
    throw UsageError("--encoding: given " + std::to_string(wanted.value_or(0)) + " for " + all +
                     " encodings; required one of them, from 0");
  }
  return static_cast<std::size_t>(wanted.value_or(0));
}

/** The readouts at one value of a counter: that wanted, or the first, with a warning where there are more. */
void
Keep(ReadoutChoice & choice, const char * name, Counter counter, const std::optional<std::int64_t> & wanted)
{
  std::set<std::int64_t> values;
  for (const MRIReadout * readout : choice.imaging)
  {
    values.insert(readout->index.*counter);
  }
  if (values.empty())
  {
    return;
  }
  const std::int64_t value = wanted.value_or(*values.begin());
  if (values.count(value) == 0)
  {
    throw UsageError(std::string("--") + name + ": given " + std::to_string(value) + "; required one of the " +
                     std::to_string(values.size()) + " in the data, " + std::to_string(*values.begin()) + " to " +
                     std::to_string(*values.rbegin()));
  }
  if (!wanted && values.size() > 1)
  {
    choice.warnings.push_back("of " + std::to_string(values.size()) + " values of the counter '" + name +
                              "' the first is used; --" + name + " chooses another");
  }
  for (Readouts * readouts : {&choice.imaging, &choice.calibration})
  {
    const auto isOther = [&](const MRIReadout * readout) { return readout->index.*counter != value; };
    readouts->erase(std::remove_if(readouts->begin(), readouts->end(), isOther), readouts->end());
  }
}

void
RequireKnownTrajectory(const ReadoutChoice & choice)
{
  const std::string & name = choice.encoding->trajectory;
  // Of echo-planar data the places alone do not tell what lies between even and odd lines.
  if (!choice.IsCartesian() && name != "radial" && name != "goldenangle" && name != "spiral" && name != "other")
  {
    throw DataError("raw data: given the trajectory '" + name +
                    "'; required cartesian, radial, goldenangle, spiral or other");
  }
  const MRIReadout & first = *choice.imaging.front();
  for (const MRIReadout * readout : choice.imaging)
  {
    if ((readout->trajectoryDimensions == 0) != (first.trajectoryDimensions == 0))
    {
      throw DataError("raw data: given readouts with a trajectory and others without; required all of one kind");
    }
  }
}

void
RequireSameCoils(const Readouts & readouts, std::int64_t coils)
{
  for (const MRIReadout * readout : readouts)
  {
    if (readout->channels != coils)
    {
      throw DataError("raw data: given readouts of " + std::to_string(coils) + " and of " +
                      std::to_string(readout->channels) + " coils; required as many in all");
    }
  }
}

void
Sort(ReadoutChoice & choice, const MRIRaw & raw, std::size_t encoding)
{
  const std::string & mode = raw.encodings[encoding].calibrationMode;
  const bool isEmbedded = mode == "embedded" || mode == "interleaved";
  bool isSeparate = false;
  for (const MRIReadout & readout : raw.readouts)
  {
    const bool isBoth = readout.Has(MRIReadoutFlag::CalibrationAndImaging);
    const bool isCalibration = readout.Has(MRIReadoutFlag::Calibration) && !isBoth;
    if (readout.Has(MRIReadoutFlag::Noise))
    {
      choice.noise.push_back(&readout);
    }
    else if (!IsLeftOut(readout) && readout.encoding == static_cast<std::int64_t>(encoding))
    {
      if (isCalibration || isBoth)
      {
        choice.calibration.push_back(&readout);
      }
      if (!isCalibration || isEmbedded)
      {
        choice.imaging.push_back(&readout);
      }
      isSeparate = isSeparate || (isCalibration && !isEmbedded);
    }
  }
  if (!isSeparate)
  {
    choice.calibration.clear(); // the scan's own centre has them
  }
}
} // namespace

ReadoutChoice
ChooseReadouts(const MRIRaw & raw, const MRIPreparationOptions & options)
{
  ReadoutChoice choice;
  const std::size_t encoding = EncodingOf(raw, options.encoding);
  choice.encoding = &raw.encodings[encoding];
  Sort(choice, raw, encoding);
  Keep(choice, "contrast", &MRIReadoutIndex::contrast, options.contrast);
  Keep(choice, "cardiac-phase", &MRIReadoutIndex::phase, options.phase);
  Keep(choice, "set", &MRIReadoutIndex::set, options.set);
  if (options.slice)
  {
    Keep(choice, "slice", &MRIReadoutIndex::slice, options.slice);
  }
  if (options.repetition)
  {
    Keep(choice, "repetition", &MRIReadoutIndex::repetition, options.repetition);
  }
  if (choice.imaging.empty())
  {
    throw DataError("raw data: given no readout of an image; required at least one");
  }
  RequireKnownTrajectory(choice);
  RequireSameCoils(choice.imaging, choice.imaging[0]->channels);
  RequireSameCoils(choice.calibration, choice.imaging[0]->channels);
  return choice;
}
} // namespace tweedie
