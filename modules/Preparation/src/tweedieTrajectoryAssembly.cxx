// SPDX-License-Identifier: Apache-2.0
#include "tweedieTrajectoryAssembly.h"

#include "tweedieError.h"
#include "tweedieKspaceAssembly.h"
#include "tweedieReadoutTensor.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace tweedie
{
namespace
{
using Readouts = std::vector<const MRIReadout *>;

std::int64_t
KeptOf(const MRIReadout & readout)
{
  return readout.samples - readout.discardPre - readout.discardPost;
}

/** Throws DataError unless a readout has as many samples and numbers for each as the first. */
void
RequireAlike(const MRIReadout & readout, const MRIReadout & first)
{
  const std::int64_t dimensions = readout.trajectoryDimensions;
  if (dimensions == 0 ||
      readout.trajectory.size() != static_cast<std::size_t>(readout.samples * readout.trajectoryDimensions))
  {
    throw DataError("raw data: given " + std::to_string(readout.trajectory.size()) +
                    " numbers of a trajectory for a readout of " + std::to_string(readout.samples) +
                    " samples; required 2 or 3 for each, as the header names a trajectory that is not cartesian");
  }
  if (dimensions < 2 || dimensions > 3 || dimensions != first.trajectoryDimensions)
  {
    throw DataError("raw data: given trajectories of " + std::to_string(first.trajectoryDimensions) + " and " +
                    std::to_string(dimensions) + " numbers a sample; required 2 or 3 in all");
  }
  if (KeptOf(readout) != KeptOf(first))
  {
    throw DataError("raw data: given readouts along a trajectory of " + std::to_string(KeptOf(first)) + " and of " +
                    std::to_string(KeptOf(readout)) + " samples; required as many in all");
  }
  if (!std::all_of(
          readout.trajectory.begin(), readout.trajectory.end(), [](float value) { return std::isfinite(value); }))
  {
    throw DataError("raw data: given a trajectory with values that are not finite; required numbers");
  }
}

/** Whether places have a third number that says something. */
bool
HasDepth(const Readouts & readouts)
{
  const auto isDeep = [](const MRIReadout * readout)
  {
    bool found = false;
    for (std::size_t i = 2; readout->trajectoryDimensions == 3 && i < readout->trajectory.size(); i += 3)
    {
      found = found || readout->trajectory[i] != 0.0F;
    }
    return found;
  };
  return std::any_of(readouts.begin(), readouts.end(), isDeep);
}

/** The places of the samples that are kept, [sample][rank]. A reversed readout has its places in the order of its
 * samples, so that neither is turned around. */
std::vector<float>
PlacesOfSamples(const MRIReadout & readout, std::int64_t rank)
{
  std::vector<float> places;
  places.reserve(static_cast<std::size_t>(KeptOf(readout) * rank));
  for (std::int64_t i = readout.discardPre; i < readout.samples - readout.discardPost; ++i)
  {
    const auto begin = readout.trajectory.begin() + i * readout.trajectoryDimensions;
    places.insert(places.end(), begin, begin + rank);
  }
  return places;
}

/** The readouts along one trajectory, by their slice: no more than there are, whatever the header says of slices. */
struct Row
{
  const std::vector<float> * places = nullptr;
  std::map<std::int64_t, Readouts> measured;

  const Readouts &
  First() const
  {
    return measured.begin()->second;
  }

  /** Whether it was measured that often in that many slices. */
  bool
  Has(std::int64_t slices, std::size_t repeats) const
  {
    const auto isSame = [&](const auto & entry) { return entry.second.size() == repeats; };
    return static_cast<std::int64_t>(measured.size()) == slices &&
           std::all_of(measured.begin(), measured.end(), isSame);
  }
};

/** Rows by their places, in the order in which they come. */
class RowTable
{
public:
  explicit RowTable(std::int64_t rank) : m_Rank(rank) {}

  void
  Add(const MRIReadout & readout, std::int64_t slice)
  {
    const auto [entry, isNew] = m_Numbers.emplace(PlacesOfSamples(readout, m_Rank), m_Rows.size());
    if (isNew)
    {
      m_Rows.push_back({&entry->first, {}});
    }
    m_Rows[entry->second].measured[slice].push_back(&readout);
  }

  const std::vector<Row> &
  Rows() const
  {
    return m_Rows;
  }

private:
  std::int64_t m_Rank;
  std::map<std::vector<float>, std::size_t> m_Numbers;
  std::vector<Row> m_Rows;
};

/** Throws DataError unless each row was measured as often in all slices. */
void
RequireSameInAll(const std::vector<Row> & rows, std::int64_t slices, bool isStack)
{
  const bool isSame =
      std::all_of(rows.begin(), rows.end(), [&](const Row & row) { return row.Has(slices, row.First().size()); });
  if (!isSame)
  {
    throw DataError(isStack ? "raw data: given partitions that were measured along different trajectories; required "
                              "the same in all, or places of three numbers"
                            : "raw data: given slices that were measured along different trajectories; required the "
                              "same in all, or --slice, one of them");
  }
}

/** How often every row was measured; 1 where that differs. */
std::int64_t
AveragesOf(const std::vector<Row> & rows)
{
  const std::size_t count = rows.front().First().size();
  const bool isSame =
      std::all_of(rows.begin(), rows.end(), [&](const Row & row) { return row.First().size() == count; });
  return isSame ? static_cast<std::int64_t>(count) : 1;
}

at::Tensor
SamplesOf(const MRIReadout & readout, const at::Tensor & filter)
{
  const at::Tensor samples = ReadoutTensor(readout);
  return filter.defined() ? at::mm(filter, samples) : samples;
}

/** [coil, slice, readout, sample]: means of all measurements, or each of them by itself. */
at::Tensor
Fill(const std::vector<Row> & rows, std::int64_t averages, const at::Tensor & filter)
{
  const MRIReadout & first = *rows.front().First().front();
  const auto slices = static_cast<std::int64_t>(rows.front().measured.size());
  std::int64_t length = 0;
  for (const Row & row : rows)
  {
    length += static_cast<std::int64_t>(row.First().size()) / averages;
  }
  at::Tensor kspace = at::zeros({first.channels, slices, length, KeptOf(first)}, at::kComplexFloat);
  for (std::int64_t slice = 0; slice < slices; ++slice)
  {
    std::int64_t place = 0; // in units of a measurement
    for (const Row & row : rows)
    {
      for (const MRIReadout * readout : row.measured.at(slice))
      {
        kspace.select(1, slice).select(1, place++ / averages).add_(SamplesOf(*readout, filter));
      }
    }
  }
  return averages > 1 ? kspace / static_cast<double>(averages) : kspace;
}

at::Tensor
TrajectoryOf(const std::vector<Row> & rows, std::int64_t averages, std::int64_t samples, std::int64_t rank)
{
  std::vector<at::Tensor> result;
  for (const Row & row : rows)
  {
    const at::Tensor places = at::tensor(at::ArrayRef<float>(*row.places), at::kDouble).view({samples, rank});
    result.insert(result.end(), row.First().size() / static_cast<std::size_t>(averages), places);
  }
  return at::stack(result);
}

/** Readouts with their slice or partition, sorted by it, else in the order of the file. */
std::vector<std::pair<std::int64_t, const MRIReadout *>>
PlacesOfReadouts(const Readouts & readouts,
                 const MRIEncoding & encoding,
                 const std::vector<std::int64_t> & slicesInOrder,
                 bool isStack,
                 std::vector<std::string> & warnings)
{
  const std::int64_t partitions = encoding.encoded.matrix[2];
  const std::int64_t center = isStack ? CenterOfSteps(encoding.step2, partitions, "step 2", warnings) : 0;
  std::vector<std::pair<std::int64_t, const MRIReadout *>> result;
  for (const MRIReadout * readout : readouts)
  {
    const auto slice = std::find(slicesInOrder.begin(), slicesInOrder.end(), readout->index.slice);
    const std::int64_t place =
        isStack ? PlaceOfStep(readout->index.step2, center, partitions, "partition") : slice - slicesInOrder.begin();
    result.emplace_back(place, readout);
  }
  std::stable_sort(result.begin(), result.end(), [](const auto & a, const auto & b) { return a.first < b.first; });
  return result;
}
} // namespace

AssembledReadouts
AssembleReadouts(const std::vector<const MRIReadout *> & readouts,
                 const MRIEncoding & encoding,
                 const std::vector<std::int64_t> & slicesInOrder,
                 const at::Tensor & whitening,
                 std::vector<std::string> & warnings)
{
  const MRIReadout & first = *readouts.front();
  for (const MRIReadout * readout : readouts)
  {
    RequireAlike(*readout, first);
  }
  const std::int64_t partitions = encoding.encoded.matrix[2];
  const bool isDeep = HasDepth(readouts), isStack = partitions > 1 && !isDeep;
  if (isDeep && partitions == 1)
  {
    throw DataError("raw data: given places of three numbers for an encoded matrix of one partition; required two, or "
                    "a third that is 0");
  }
  if (partitions > 1 && slicesInOrder.size() > 1)
  {
    throw DataError("raw data: given several slabs; required one, or --slice, one of them");
  }
  const auto places = PlacesOfReadouts(readouts, encoding, slicesInOrder, isStack, warnings);
  const std::int64_t rank = isDeep ? 3 : 2;
  RowTable table(rank);
  for (const auto & [slice, readout] : places)
  {
    table.Add(*readout, slice);
  }
  const std::vector<Row> & rows = table.Rows();
  RequireSameInAll(rows, isStack ? partitions : static_cast<std::int64_t>(slicesInOrder.size()), isStack);
  AssembledReadouts result;
  result.averages = AveragesOf(rows);
  result.kspace = Fill(rows, result.averages, whitening.defined() ? whitening.to(at::kComplexFloat) : at::Tensor());
  result.trajectory = TrajectoryOf(rows, result.averages, KeptOf(first), rank);
  return result;
}
} // namespace tweedie
