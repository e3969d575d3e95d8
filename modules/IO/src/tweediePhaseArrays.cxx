// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseArrays.h"

#include "tweedieChildProcess.h"
#include "tweedieError.h"
#include "tweedieHdf5Reader.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>

namespace tweedie
{
namespace
{
using nlohmann::json;
using Emit = std::function<void(const std::string &)>;

enum class Kind
{
  Pixels,
  Mask,
  Numbers,
  Text
};

/** Where a quantity may be: E, I, D are the groups of entry, instrument and detector. The first that is there. */
struct Wanted
{
  const char * key;
  Kind kind;
  std::vector<const char *> places;
};

const std::vector<Wanted> &
WantedArrays()
{
  static const std::vector<Wanted> table{
      {"description", Kind::Text, {"E/tweedie_1/description"}},
      {"codes", Kind::Pixels, {"E/tweedie_1/codes"}},
      {"support", Kind::Pixels, {"E/tweedie_1/support"}},
      {"mask", Kind::Mask, {"D/mask", "D/mask_shared", "D/pixel_mask"}},
      {"wavelength",
       Kind::Numbers,
       {"I/source_1/wavelength",
        "I/beam/incident_wavelength",
        "I/beam_1/incident_wavelength",
        "I/monochromator/wavelength",
        "E/sample/beam/incident_wavelength",
        "E/beam/incident_wavelength"}},
      {"energy",
       Kind::Numbers,
       {"I/source_1/energy",
        "I/beam/incident_energy",
        "I/beam_1/incident_energy",
        "I/beam/energy",
        "I/monochromator/energy",
        "E/sample/beam/incident_energy",
        "E/beam/incident_energy"}},
      {"distance", Kind::Numbers, {"D/distance"}},
      {"source-distance", Kind::Numbers, {"I/source_1/distance", "I/source/distance"}},
      {"pitch-x", Kind::Numbers, {"D/x_pixel_size"}},
      {"pitch-y", Kind::Numbers, {"D/y_pixel_size"}},
      {"corner", Kind::Numbers, {"D/corner_position", "D/corner_positions"}},
      {"basis", Kind::Numbers, {"D/basis_vectors"}},
      {"centre-x", Kind::Numbers, {"D/beam_center_x"}},
      {"centre-y", Kind::Numbers, {"D/beam_center_y"}},
      {"saturation", Kind::Numbers, {"D/saturation_value"}},
      {"image-key", Kind::Numbers, {"D/image_key"}},
      {"angle", Kind::Numbers, {"E/sample/rotation_angle"}},
      {"cxi-version", Kind::Numbers, {"/cxi_version"}},
      {"definition", Kind::Text, {"E/definition"}},
  };
  return table;
}

/** The group by one of its usual names, or by its class; empty: none. */
std::string
GroupIn(const Hdf5Reader & file,
        const std::string & parent,
        const std::vector<const char *> & names,
        const std::string & nexusClass)
{
  for (const char * name : names)
  {
    const std::string path = parent + "/" + name;
    if (file.Has(path) && !file.IsDataset(path))
    {
      return path;
    }
  }
  for (const std::string & name : file.Groups(parent.empty() ? "/" : parent))
  {
    const std::string path = parent + "/" + name;
    if (file.Attribute(path, "NX_class") == nexusClass)
    {
      return path;
    }
  }
  return "";
}

/** Groups of a file, with the letters of the table. */
std::map<char, std::string>
GroupsOf(const Hdf5Reader & file, const std::string & dataset)
{
  std::map<char, std::string> groups;
  groups['E'] = GroupIn(file, "", {"entry_1", "entry", "entry0000", "entry_0000"}, "NXentry");
  if (!groups['E'].empty())
  {
    groups['I'] = GroupIn(file, groups['E'], {"instrument_1", "instrument"}, "NXinstrument");
  }
  if (!groups['I'].empty())
  {
    groups['D'] = GroupIn(file, groups['I'], {"detector_1", "detector"}, "NXdetector");
  }
  if (!dataset.empty() && dataset.rfind('/') > 0)
  {
    groups['D'] = dataset.substr(0, dataset.rfind('/')); // what describes it lies beside it
  }
  return groups;
}

/** The path of a place in the file; empty where its group is not there. */
std::string
PathOf(const std::map<char, std::string> & groups, const std::string & place)
{
  if (place.front() == '/')
  {
    return place;
  }
  const auto group = groups.find(place.front());
  return group == groups.end() || group->second.empty() ? "" : group->second + place.substr(1);
}

std::string
DataPath(const Hdf5Reader & file, const std::map<char, std::string> & groups, const std::string & dataset)
{
  if (!dataset.empty())
  {
    if (!file.IsDataset(dataset))
    {
      throw DataError("no data set " + dataset + "; required the path of one, by --dataset");
    }
    return dataset;
  }
  for (const char * place : {"D/data", "E/data_1/data", "E/data/data", "E/image_1/data"})
  {
    const std::string path = PathOf(groups, place);
    if (file.IsDataset(path))
    {
      return path;
    }
  }
  throw DataError("no patterns at entry_1/instrument_1/detector_1/data nor entry/instrument/detector/data; required "
                  "CXI, NXtomo or NeXus, or --dataset");
}

/** CXI's bits that make a pixel worthless; the others (in a peak, corrected, above background) say what was found. */
constexpr std::uint32_t badInCxi = 0x7DFU;
constexpr std::uint32_t badInNexus = 0xFFFFU;

/** One message that says what follows, then the values in pieces. */
void
EmitArray(const Hdf5Reader & file, const std::string & key, Kind kind, const std::string & path, const Emit & emit)
{
  const bool isBinary = kind == Kind::Pixels || kind == Kind::Mask;
  json head{{"key", key}, {"path", path}, {"shape", file.Shape(path)}};
  if (const auto units = file.Attribute(path, "units"); units)
  {
    head["units"] = *units;
  }
  if (kind == Kind::Numbers)
  {
    const auto numbers = file.Numbers(path);
    head["count"] = numbers.size();
    emit(head.dump(-1, ' ', false, json::error_handler_t::replace));
    emit(std::string(reinterpret_cast<const char *>(numbers.data()), numbers.size() * sizeof(double)));
    return;
  }
  if (kind == Kind::Text)
  {
    head["text"] = file.Text(path);
  }
  head["complex"] = kind == Kind::Pixels && file.IsComplex(path);
  head["pixels"] = isBinary;
  emit(head.dump(-1, ' ', false, json::error_handler_t::replace));
  const auto send = [&](const float * values, std::size_t count)
  { emit(std::string(reinterpret_cast<const char *>(values), count * sizeof(float))); };
  if (kind == Kind::Pixels)
  {
    file.Pixels(path, send);
  }
  if (kind == Kind::Mask)
  {
    const std::uint32_t bad = path.find("/pixel_mask") == std::string::npos ? badInCxi : badInNexus;
    std::vector<float> values;
    file.Bits(path,
              [&](const std::uint32_t * bits, std::size_t count)
              {
                values.resize(count);
                std::transform(
                    bits, bits + count, values.begin(), [&](std::uint32_t b) { return (b & bad) ? 0.0F : 1.0F; });
                send(values.data(), count);
              });
  }
}

/** Of the child. */
void
EmitAll(const std::string & path, const std::string & dataset, const Emit & emit)
{
  const Hdf5Reader file(path);
  const std::string absolute = dataset.empty() || dataset.front() == '/' ? dataset : "/" + dataset;
  const auto groups = GroupsOf(file, absolute);
  EmitArray(file, "data", Kind::Pixels, DataPath(file, groups, absolute), emit);
  for (const Wanted & wanted : WantedArrays())
  {
    for (const char * place : wanted.places)
    {
      const std::string found = PathOf(groups, place);
      if (file.IsDataset(found))
      {
        EmitArray(file, wanted.key, wanted.kind, found, emit);
        break;
      }
    }
  }
}

/** Of the parent, which believes nothing of the child but that it sends bytes. */
class Receiver
{
public:
  void
  Receive(const std::string & message)
  {
    if (m_Missing == 0)
    {
      Begin(message);
    }
    else
    {
      Continue(message);
    }
  }
  PhaseArrays
  Take()
  {
    if (m_Missing != 0)
    {
      throw DataError("ends early; required a whole file");
    }
    return std::move(m_Arrays);
  }

private:
  void
  Begin(const std::string & message)
  {
    const json head = json::parse(message);
    m_Array = &m_Arrays[head.at("key").get<std::string>()];
    m_Array->path = head.at("path").get<std::string>();
    m_Array->shape = head.at("shape").get<std::vector<std::int64_t>>();
    m_Array->text = head.value("text", "");
    m_Array->isComplex = head.value("complex", false);
    if (head.contains("units"))
    {
      m_Array->units = head.at("units").get<std::string>();
    }
    std::uint64_t count = 1;
    for (const std::int64_t length : m_Array->shape)
    {
      constexpr std::int64_t mostValues = std::int64_t(1) << 36U;
      if (length < 1 || length > mostValues || count > static_cast<std::uint64_t>(mostValues / length))
      {
        throw DataError(m_Array->path + ": too many values; required at most 2^36");
      }
      count *= static_cast<std::uint64_t>(length);
    }
    m_IsPixels = head.value("pixels", false);
    const bool hasNumbers = head.contains("count");
    m_Missing = m_IsPixels   ? count * sizeof(float) * (m_Array->isComplex ? 2 : 1)
                : hasNumbers ? count * sizeof(double)
                             : 0;
  }
  void
  Continue(const std::string & message)
  {
    if (message.empty() || message.size() > m_Missing || message.size() % sizeof(double) % sizeof(float) != 0)
    {
      throw DataError("sent what it had not announced; required a file in order");
    }
    m_Missing -= message.size();
    m_IsPixels ? Append(m_Array->pixels, message) : Append(m_Array->numbers, message);
  }
  template <typename TValue>
  static void
  Append(std::vector<TValue> & values, const std::string & message)
  {
    const std::size_t old = values.size();
    values.resize(old + message.size() / sizeof(TValue));
    std::memcpy(values.data() + old, message.data(), (values.size() - old) * sizeof(TValue));
  }

  PhaseArrays m_Arrays;
  PhaseArray * m_Array = nullptr;
  bool m_IsPixels = false;
  std::uint64_t m_Missing = 0; ///< bytes of the array that is under way
};
} // namespace

PhaseArrays
ReadPhaseArrays(const std::string & path, const std::string & dataset)
{
  Receiver receiver;
  try
  {
    RunInChild(
        "HDF5",
        Hdf5Limits(path),
        [&](const Emit & emit) { EmitAll(path, dataset, emit); },
        [&](const std::string & message) { receiver.Receive(message); });
    return receiver.Take();
  }
  catch (const DataError & error)
  {
    throw DataError(path + ": " + error.what());
  }
  catch (const json::exception &)
  {
    throw DataError(path + ": a garbled answer of what reads it; required a file in order");
  }
}
} // namespace tweedie
