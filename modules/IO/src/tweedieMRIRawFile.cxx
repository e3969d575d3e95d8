// SPDX-License-Identifier: Apache-2.0
#include "tweedieMRIRawFile.h"

#include "tweedieChildProcess.h"
#include "tweedieError.h"
#include "tweedieHdf5Reader.h"
#include "tweedieMRIRawRecord.h"
#include "tweedieMRIRawXml.h"
#include "tweediePhaseScanFile.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>

namespace tweedie
{
namespace
{
using Emit = std::function<void(const std::string &)>;

/** As HDF5 fills it. */
struct Record
{
  MRIRawHead head;
  hvl_t trajectory;
  hvl_t data;
};

void
Insert(hid_t type, const char * name, std::size_t offset, hid_t number, hsize_t count = 1)
{
  const Hdf5Handle array(H5Tarray_create2(number, 1, &count), H5Tclose);
  H5Tinsert(type, name, offset, count == 1 ? number : static_cast<hid_t>(array));
}

Hdf5Handle
IndexType()
{
  Hdf5Handle type(H5Tcreate(H5T_COMPOUND, sizeof(MRIRawHead::index)), H5Tclose);
  std::size_t offset = 0;
  for (const char * name : {"kspace_encode_step_1",
                            "kspace_encode_step_2",
                            "average",
                            "slice",
                            "contrast",
                            "phase",
                            "repetition",
                            "set",
                            "segment"})
  {
    Insert(type, name, offset, H5T_NATIVE_UINT16);
    offset += sizeof(std::uint16_t);
  }
  return type;
}

Hdf5Handle
HeadType()
{
  Hdf5Handle type(H5Tcreate(H5T_COMPOUND, sizeof(MRIRawHead)), H5Tclose);
  Insert(type, "flags", offsetof(MRIRawHead, flags), H5T_NATIVE_UINT64);
  Insert(type, "number_of_samples", offsetof(MRIRawHead, samples), H5T_NATIVE_UINT16);
  Insert(type, "active_channels", offsetof(MRIRawHead, channels), H5T_NATIVE_UINT16);
  Insert(type, "discard_pre", offsetof(MRIRawHead, discardPre), H5T_NATIVE_UINT16);
  Insert(type, "discard_post", offsetof(MRIRawHead, discardPost), H5T_NATIVE_UINT16);
  Insert(type, "center_sample", offsetof(MRIRawHead, center), H5T_NATIVE_UINT16);
  Insert(type, "encoding_space_ref", offsetof(MRIRawHead, encoding), H5T_NATIVE_UINT16);
  Insert(type, "trajectory_dimensions", offsetof(MRIRawHead, trajectoryDimensions), H5T_NATIVE_UINT16);
  Insert(type, "sample_time_us", offsetof(MRIRawHead, sampleTime), H5T_NATIVE_FLOAT);
  Insert(type, "position", offsetof(MRIRawHead, position), H5T_NATIVE_FLOAT, 3);
  Insert(type, "read_dir", offsetof(MRIRawHead, readDirection), H5T_NATIVE_FLOAT, 3);
  Insert(type, "phase_dir", offsetof(MRIRawHead, phaseDirection), H5T_NATIVE_FLOAT, 3);
  Insert(type, "slice_dir", offsetof(MRIRawHead, sliceDirection), H5T_NATIVE_FLOAT, 3);
  const Hdf5Handle index = IndexType();
  H5Tinsert(type, "idx", offsetof(MRIRawHead, index), index);
  return type;
}

Hdf5Handle
RecordType()
{
  Hdf5Handle type(H5Tcreate(H5T_COMPOUND, sizeof(Record)), H5Tclose);
  const Hdf5Handle head = HeadType();
  const Hdf5Handle floats(H5Tvlen_create(H5T_NATIVE_FLOAT), H5Tclose);
  H5Tinsert(type, "head", offsetof(Record, head), head);
  H5Tinsert(type, "traj", offsetof(Record, trajectory), floats);
  H5Tinsert(type, "data", offsetof(Record, data), floats);
  return type;
}

bool
IsRawGroup(const Hdf5Reader & file, const std::string & group)
{
  return file.IsDataset(group + "/xml") && file.IsDataset(group + "/data");
}

std::string
GroupOf(const Hdf5Reader & file, const std::string & wanted)
{
  std::string found = wanted.empty() ? "/dataset" : wanted.front() == '/' ? wanted : "/" + wanted;
  if (IsRawGroup(file, found))
  {
    return found;
  }
  std::vector<std::string> groups;
  std::string names;
  for (const std::string & name : file.Groups("/"))
  {
    if (IsRawGroup(file, "/" + name))
    {
      groups.push_back("/" + name);
      names += (names.empty() ? "" : ", ") + name;
    }
  }
  if (wanted.empty() && groups.size() == 1)
  {
    return groups[0];
  }
  throw DataError(names.empty() ? "given no ISMRMRD raw data; required a group with the data sets xml and data"
                                : "given no single raw data '" + wanted + "'; required --dataset, one of: " + names);
}

template <typename TValue>
void
Append(std::string & bytes, const TValue * values, std::size_t count)
{
  bytes.append(reinterpret_cast<const char *>(values), count * sizeof(TValue));
}

/** A record as bytes: head, length of the trajectory, trajectory, samples. */
void
EmitRecord(const Record & record, std::size_t number, const Emit & emit)
{
  const std::string name = "acquisition " + std::to_string(number);
  const MRIReadout readout = ReadoutOfHead(record.head, name);
  const auto wanted = static_cast<std::uint64_t>(2 * readout.samples * readout.channels);
  const auto places = static_cast<std::uint64_t>(readout.samples * readout.trajectoryDimensions);
  if (record.data.len != wanted || (record.trajectory.len != places && record.trajectory.len != 0))
  {
    throw DataError(name + ": given " + std::to_string(record.data.len) + " numbers and " +
                    std::to_string(record.trajectory.len) + " of a trajectory; required " + std::to_string(wanted) +
                    " and " + std::to_string(places) + ", as its head says");
  }
  std::string bytes;
  const std::uint64_t length = record.trajectory.len;
  Append(bytes, &record.head, 1);
  Append(bytes, &length, 1);
  Append(bytes, static_cast<const float *>(record.trajectory.p), record.trajectory.len);
  Append(bytes, static_cast<const float *>(record.data.p), record.data.len);
  emit(bytes);
}

bool
IsFastMRI(const Hdf5Reader & file)
{
  return file.IsDataset("/kspace") && file.IsDataset("/ismrmrd_header");
}

/** The lines of a slice [coil][sample][line] that hold something. */
void
EmitLines(const std::vector<float> & slice,
          const std::array<std::int64_t, 3> & shape,
          std::int64_t z,
          const Emit & emit)
{
  const auto [coils, samples, lines] = shape;
  std::vector<float> data(static_cast<std::size_t>(2 * coils * samples));
  for (std::int64_t y = 0; y < lines; ++y)
  {
    for (std::int64_t i = 0; i < coils * samples; ++i)
    {
      std::copy_n(slice.data() + 2 * (i * lines + y), 2, data.data() + 2 * i);
    }
    if (std::all_of(data.begin(), data.end(), [](float value) { return value == 0.0F; }))
    {
      continue;
    }
    Record record{};
    record.head.samples = static_cast<std::uint16_t>(samples);
    record.head.channels = static_cast<std::uint16_t>(coils);
    record.head.center = static_cast<std::uint16_t>(samples / 2);
    record.head.index[0] = static_cast<std::uint16_t>(y);
    record.head.index[3] = static_cast<std::uint16_t>(z);
    record.data = {data.size(), data.data()};
    EmitRecord(record, static_cast<std::size_t>(z * lines + y), emit);
  }
}

/** kspace (slice, coil, sample, line), or without coils; the matrix has as many lines, its centre in the middle. */
void
EmitFastMRI(const Hdf5Reader & file, const Emit & emit)
{
  std::vector<std::int64_t> shape = file.Shape("/kspace");
  if (shape.size() == 3)
  {
    shape.insert(shape.begin() + 1, 1);
  }
  constexpr std::int64_t most = 65535;
  const bool fits = shape.size() == 4 && file.IsComplex("/kspace") &&
                    std::all_of(shape.begin(), shape.end(), [](std::int64_t n) { return n >= 1 && n <= most; });
  if (!fits)
  {
    throw DataError("kspace: required complex numbers (slice, coil, sample, line), as fastMRI has them");
  }
  emit(file.Text("/ismrmrd_header"));
  emit(std::to_string(shape[3]));
  const auto length = static_cast<std::size_t>(2 * shape[1] * shape[2] * shape[3]);
  std::vector<float> slice;
  std::int64_t z = 0;
  file.Pixels(
      "/kspace",
      [&](const float * values, std::size_t count)
      {
        slice.insert(slice.end(), values, values + count);
        std::size_t first = 0;
        for (; slice.size() - first >= length; first += length)
        {
          const auto begin = slice.begin() + static_cast<std::ptrdiff_t>(first);
          EmitLines({begin, begin + static_cast<std::ptrdiff_t>(length)}, {shape[1], shape[2], shape[3]}, z++, emit);
        }
        slice.erase(slice.begin(), slice.begin() + static_cast<std::ptrdiff_t>(first));
      });
}

void
EmitAll(const std::string & path, const std::string & dataset, const Emit & emit)
{
  const Hdf5Reader file(path);
  if (dataset.empty() && IsFastMRI(file))
  {
    EmitFastMRI(file, emit);
    return;
  }
  const std::string group = GroupOf(file, dataset);
  emit(file.Text(group + "/xml"));
  emit("");
  const Hdf5Handle type = RecordType();
  std::size_t number = 0;
  file.Records(group + "/data",
               type,
               [&](const void * records, std::size_t count)
               {
                 for (std::size_t i = 0; i < count; ++i)
                 {
                   EmitRecord(static_cast<const Record *>(records)[i], number++, emit);
                 }
               });
}

/** The other side of EmitRecord. */
MRIReadout
ReadoutOf(const std::string & bytes, std::size_t number)
{
  MRIRawHead head{};
  std::uint64_t places = 0;
  const std::string name = "acquisition " + std::to_string(number);
  constexpr std::size_t fixed = sizeof(head) + sizeof(places);
  if (bytes.size() >= fixed)
  {
    std::memcpy(&head, bytes.data(), sizeof(head));
    std::memcpy(&places, bytes.data() + sizeof(head), sizeof(places));
  }
  MRIReadout readout = ReadoutOfHead(head, name);
  readout.trajectory.resize(places);
  readout.data.resize(static_cast<std::size_t>(readout.samples * readout.channels));
  const std::size_t placeBytes = places * sizeof(float), dataBytes = readout.data.size() * sizeof(std::complex<float>);
  if (bytes.size() != fixed + placeBytes + dataBytes)
  {
    throw DataError(name + ": a garbled answer of what reads it; required a file in order");
  }
  // Not memcpy, to which an empty vector's address is not allowed.
  std::copy_n(bytes.data() + fixed, placeBytes, reinterpret_cast<char *>(readout.trajectory.data()));
  std::copy_n(bytes.data() + fixed + placeBytes, dataBytes, reinterpret_cast<char *>(readout.data.data()));
  RequireFiniteReadout(readout, name);
  return readout;
}

/** Of fastMRI: what is stored is as wide as the whole matrix, whatever the header's limits say. */
void
ApplyLines(MRIRaw & raw, const std::string & lines)
{
  if (!lines.empty())
  {
    raw.encodings.resize(1);
    MRIEncoding & encoding = raw.encodings[0];
    const std::int64_t count = std::stoll(lines);
    encoding.encoded.matrix[1] = count; // of the same field of view: lines are as far apart
    encoding.encoded.matrix[2] = 1;     // slices
    encoding.recon.matrix[2] = 1;
    encoding.step1 = MRILimits{0, count - 1, count / 2};
    encoding.step2.reset();
    encoding.trajectory = "cartesian";
  }
}
} // namespace

MRIRaw
ReadMRIRaw(const std::string & path, const std::string & dataset)
{
  MRIRaw raw;
  std::size_t messages = 0;
  try
  {
    RunInChild(
        "HDF5",
        Hdf5Limits(path),
        [&](const Emit & emit) { EmitAll(path, dataset, emit); },
        [&](const std::string & message)
        {
          ++messages;
          if (messages == 1)
          {
            ApplyMRIRawXml(raw, message, "xml");
            raw.header = message;
          }
          else if (messages == 2)
          {
            ApplyLines(raw, message);
          }
          else
          {
            raw.readouts.push_back(ReadoutOf(message, raw.readouts.size()));
          }
        });
  }
  catch (const DataError & error)
  {
    throw DataError(path + ": " + error.what());
  }
  return raw;
}

bool
IsMRIRawPath(const std::string & path)
{
  return IsHdf5Path(path) || std::filesystem::path(path).extension() == ".mrd";
}

bool
IsMRIRawFile(const std::string & path)
{
  std::error_code error;
  if (!IsMRIRawPath(path) || !std::filesystem::is_regular_file(path, error))
  {
    return false;
  }
  bool isRaw = false;
  try
  {
    RunInChild(
        "HDF5",
        Hdf5Limits(path),
        [&](const Emit & emit)
        {
          const Hdf5Reader file(path);
          bool found = IsFastMRI(file);
          for (const std::string & name : file.Groups("/"))
          {
            found = found || IsRawGroup(file, "/" + name);
          }
          emit(found ? "raw" : "");
        },
        [&](const std::string & message) { isRaw = message == "raw"; });
  }
  catch (const DataError &)
  {
    return false; // whoever reads it will say what is wrong
  }
  return isRaw;
}
} // namespace tweedie
