// SPDX-License-Identifier: Apache-2.0
#include "tweedieFieldText.h"
#include "tweedieInfo.h"
#include "tweedieMRIRawFile.h"

#include <map>
#include <set>

namespace tweedie
{
namespace
{
std::string
SpaceText(const MRISpace & space)
{
  std::string matrix, extent;
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    matrix += (axis == 0 ? "" : " x ") + std::to_string(space.matrix[axis]);
    extent += (axis == 0 ? "" : " x ") + NumberText(space.fieldOfView[axis]);
  }
  return matrix + " over " + extent + " mm";
}

/** The kind of a readout, by its first flag that says one. */
std::string
KindOf(const MRIReadout & readout)
{
  using Flag = MRIReadoutFlag;
  const std::pair<Flag, const char *> kinds[] = {{Flag::Noise, "noise"},
                                                 {Flag::CalibrationAndImaging, "calibration and imaging"},
                                                 {Flag::Calibration, "calibration"},
                                                 {Flag::Navigation, "navigator"},
                                                 {Flag::PhaseCorrection, "phase correction"},
                                                 {Flag::Dummy, "dummy"},
                                                 {Flag::Feedback, "feedback"},
                                                 {Flag::RealTimeFeedback, "feedback"},
                                                 {Flag::SurfaceCoilCorrection, "coil correction"}};
  for (const auto & kind : kinds)
  {
    if (readout.Has(kind.first))
    {
      return kind.second;
    }
  }
  return "imaging";
}

void
AddCounters(InfoRows & rows, const MRIRaw & raw)
{
  const std::pair<const char *, std::int64_t MRIReadoutIndex::*> counters[] = {
      {"slices", &MRIReadoutIndex::slice},
      {"averages", &MRIReadoutIndex::average},
      {"contrasts", &MRIReadoutIndex::contrast},
      {"cardiac phases", &MRIReadoutIndex::phase},
      {"repetitions", &MRIReadoutIndex::repetition},
      {"sets", &MRIReadoutIndex::set}};
  for (const auto & [name, member] : counters)
  {
    std::set<std::int64_t> values;
    for (const MRIReadout & readout : raw.readouts)
    {
      if (!readout.Has(MRIReadoutFlag::Noise))
      {
        values.insert(readout.index.*member);
      }
    }
    rows.emplace_back(name, std::to_string(values.size()));
  }
}
} // namespace

InfoRows
RawInfo(const std::string & path)
{
  const MRIRaw raw = ReadMRIRaw(path);
  InfoRows rows{{"raw data", path}};
  for (std::size_t i = 0; i < raw.encodings.size(); ++i)
  {
    const MRIEncoding & encoding = raw.encodings[i];
    const std::string name = "encoding " + std::to_string(i);
    rows.emplace_back(name, encoding.trajectory + ", measured " + SpaceText(encoding.encoded));
    rows.emplace_back("", "wanted " + SpaceText(encoding.recon));
  }
  std::map<std::string, std::size_t> kinds;
  std::set<std::int64_t> coils;
  for (const MRIReadout & readout : raw.readouts)
  {
    ++kinds[KindOf(readout)];
    coils.insert(readout.channels);
  }
  std::string text;
  for (const auto & [kind, count] : kinds)
  {
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + kind;
  }
  rows.emplace_back("readouts", text);
  text.clear();
  for (const std::int64_t count : coils)
  {
    text += (text.empty() ? "" : ", ") + std::to_string(count);
  }
  rows.emplace_back("coils", text);
  AddCounters(rows, raw);
  return rows;
}
} // namespace tweedie
