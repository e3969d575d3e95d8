// SPDX-License-Identifier: Apache-2.0
#include "tweedieModelFile.h"

#include "tweedieAtomicFile.h"
#include "tweedieError.h"
#include "tweedieSha256.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <limits>
#include <set>

namespace tweedie
{
namespace
{
using Json = nlohmann::ordered_json;

constexpr const char * hashKey = "sha256";
const std::string emptyHash(64, '0');

struct ElementType
{
  const char * name;
  at::ScalarType type;
};
constexpr ElementType elementTypes[] = {
    {"F32", at::kFloat}, {"F64", at::kDouble}, {"F16", at::kHalf}, {"BF16", at::kBFloat16}, {"I64", at::kLong}};

/** One file's bytes, and where the parts begin. */
struct RawFile
{
  std::string bytes;
  std::size_t headerSize = 0;

  std::string
  Header() const
  {
    return bytes.substr(8, headerSize);
  }
  const char *
  Data() const
  {
    return bytes.data() + 8 + headerSize;
  }
  std::size_t
  DataSize() const
  {
    return bytes.size() - 8 - headerSize;
  }
};

/** One entry of the header. */
struct Entry
{
  std::string name;
  at::ScalarType type;
  std::vector<std::int64_t> shape;
  std::uint64_t begin;
  std::uint64_t end;
};

[[noreturn]] void
Fail(const std::string & path, const std::string & fault)
{
  throw DataError(path + ": " + fault + "; required a model file written by tweedie");
}

RawFile
ReadBytes(const std::string & path)
{
  std::ifstream stream(path, std::ios::binary | std::ios::ate);
  const auto size = stream ? static_cast<std::streamoff>(stream.tellg()) : std::streamoff{-1};
  if (size < 0 || size == std::numeric_limits<std::streamoff>::max())
  {
    Fail(path, "cannot be opened");
  }
  RawFile file;
  file.bytes.resize(static_cast<std::size_t>(size));
  stream.seekg(0);
  stream.read(file.bytes.data(), size);
  if (!stream || size < 8)
  {
    Fail(path, "only " + std::to_string(stream ? size : stream.gcount()) + " bytes could be read");
  }
  std::uint64_t length = 0;
  std::memcpy(&length, file.bytes.data(), 8); // little-endian, as all machines we build for
  if (length > file.bytes.size() - 8)
  {
    Fail(path, "a header of " + std::to_string(length) + " bytes in a file of " + std::to_string(size));
  }
  file.headerSize = static_cast<std::size_t>(length);
  return file;
}

/** JSON text to an object; refuses a name that occurs twice, of which parsers keep one silently. */
Json
ParseObject(const std::string & path, const std::string & text, const char * what)
{
  std::vector<std::set<std::string>> names; // of the objects that are open
  bool twice = false;
  const auto watch = [&](int, Json::parse_event_t event, Json & value)
  {
    if (event == Json::parse_event_t::object_start)
    {
      names.emplace_back();
    }
    else if (event == Json::parse_event_t::object_end)
    {
      names.pop_back();
    }
    else if (event == Json::parse_event_t::key)
    {
      twice = twice || !names.back().insert(value.get<std::string>()).second;
    }
    return true;
  };
  Json object;
  try
  {
    object = Json::parse(text, watch);
  }
  catch (const Json::exception &)
  {
    Fail(path, std::string("the ") + what + " is not JSON");
  }
  if (!object.is_object() || twice)
  {
    Fail(path, std::string("the ") + what + (twice ? " names something twice" : " is not a JSON object"));
  }
  return object;
}

Entry
ParseEntry(const std::string & path, const std::string & name, const Json & json)
{
  Entry entry{name, at::kFloat, {}, 0, 0};
  try
  {
    const std::string type = json.at("dtype").get<std::string>();
    const auto * row = std::find_if(
        std::begin(elementTypes), std::end(elementTypes), [&](const ElementType & t) { return type == t.name; });
    if (row == std::end(elementTypes))
    {
      Fail(path, "tensor '" + name + "' of type " + type);
    }
    entry.type = row->type;
    for (const auto & extent : json.at("shape"))
    {
      const auto value = extent.is_number_unsigned() ? extent.get<std::uint64_t>() : ~std::uint64_t{0};
      if (value > std::uint64_t{1} << 40)
      {
        Fail(path, "tensor '" + name + "' with a wrong extent");
      }
      entry.shape.push_back(static_cast<std::int64_t>(value));
    }
    const auto & offsets = json.at("data_offsets");
    if (json.size() != 3 || offsets.size() != 2 || !offsets[0].is_number_unsigned() || !offsets[1].is_number_unsigned())
    {
      Fail(path, "tensor '" + name + "' with wrong offsets");
    }
    entry.begin = offsets[0].get<std::uint64_t>();
    entry.end = offsets[1].get<std::uint64_t>();
  }
  catch (const Json::exception &)
  {
    Fail(path, "tensor '" + name + "' without dtype, shape or data_offsets");
  }
  return entry;
}

/** Whether the extents multiply to the bytes between the offsets, which are inside the file. */
bool
HasItsBytes(const Entry & entry, std::size_t dataSize)
{
  if (entry.begin > entry.end || entry.end > dataSize)
  {
    return false;
  }
  std::uint64_t bytes = at::elementSize(entry.type);
  for (const auto extent : entry.shape)
  {
    if (extent != 0 && bytes > dataSize / static_cast<std::uint64_t>(extent))
    {
      return false;
    }
    bytes *= static_cast<std::uint64_t>(extent);
  }
  return bytes == entry.end - entry.begin;
}

std::vector<Entry>
ParseEntries(const std::string & path, const Json & header, std::size_t dataSize)
{
  std::vector<Entry> entries;
  for (const auto & item : header.items())
  {
    if (item.key() != "__metadata__")
    {
      entries.push_back(ParseEntry(path, item.key(), item.value()));
    }
  }
  std::stable_sort(entries.begin(),
                   entries.end(),
                   [](const Entry & a, const Entry & b)
                   { return a.begin != b.begin ? a.begin < b.begin : a.end < b.end; });
  std::uint64_t position = 0;
  for (const auto & entry : entries)
  {
    if (entry.begin != position || !HasItsBytes(entry, dataSize))
    {
      Fail(path, "tensor '" + entry.name + "' whose place and shape do not fit the file");
    }
    position = entry.end;
  }
  if (position != dataSize)
  {
    Fail(path, std::to_string(dataSize) + " bytes of tensors where the header counts " + std::to_string(position));
  }
  return entries;
}

/** Where a header states this hash: the card is a JSON text inside a JSON string, so its quotes are escaped. */
std::size_t
PlaceOfHash(const std::string & header, const std::string & hash)
{
  const std::string before = std::string(hashKey) + R"(\":\")";
  const auto place = header.find(before + hash);
  return place == std::string::npos ? place : place + before.size();
}

/** SHA-256 of header and tensors, with zeros in the place of the hash itself. */
std::string
HashOf(std::string header, const std::string & stated, const char * data, std::size_t dataSize)
{
  const auto place = PlaceOfHash(header, stated);
  if (place != std::string::npos)
  {
    header.replace(place, stated.size(), emptyHash);
  }
  Sha256Hash hash;
  hash.Update(header.data(), header.size());
  hash.Update(data, dataSize);
  return hash.Finish();
}

std::string
CheckedCard(const std::string & path, const RawFile & file, const Json & header)
{
  const auto metadata = header.find("__metadata__");
  if (metadata == header.end() || !metadata->is_object() || !metadata->contains("tweedie") ||
      !metadata->at("tweedie").is_string())
  {
    Fail(path, "no card");
  }
  std::string card = metadata->at("tweedie").get<std::string>();
  const Json object = ParseObject(path, card, "card");
  const auto stated = object.find(hashKey);
  if (stated == object.end() || !stated->is_string() || stated->get<std::string>().size() != emptyHash.size())
  {
    Fail(path, "a card without SHA-256");
  }
  if (HashOf(file.Header(), stated->get<std::string>(), file.Data(), file.DataSize()) != stated->get<std::string>())
  {
    throw DataError(path + ": the SHA-256 differs from the card's; the file was damaged or changed");
  }
  return card;
}

const char *
TypeName(at::ScalarType type)
{
  for (const auto & row : elementTypes)
  {
    if (row.type == type)
    {
      return row.name;
    }
  }
  throw DataError(std::string("WriteModelFile: a tensor of type ") + at::toString(type) +
                  "; required F32, F64, F16, BF16 or I64");
}

/** Header text (padded to 8 bytes, so that tensors are aligned) for tensors in this order. */
std::string
HeaderText(const std::string & card, const std::vector<std::pair<std::string, at::Tensor>> & tensors)
{
  Json header;
  header["__metadata__"] = {{"format", "pt"}, {"tweedie", card}};
  std::int64_t position = 0;
  for (const auto & [name, tensor] : tensors)
  {
    if (header.contains(name))
    {
      throw DataError("WriteModelFile: two tensors named '" + name + "'; required different names");
    }
    const std::int64_t bytes = tensor.numel() * static_cast<std::int64_t>(tensor.element_size());
    header[name] = {{"dtype", TypeName(tensor.scalar_type())},
                    {"shape", tensor.sizes().vec()},
                    {"data_offsets", {position, position + bytes}}};
    position += bytes;
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  return text;
}
} // namespace

at::Tensor
ModelFile::Tensor(const std::string & name) const
{
  const auto found =
      std::find_if(tensors.begin(), tensors.end(), [&](const auto & tensor) { return tensor.first == name; });
  if (found == tensors.end())
  {
    throw DataError((path.empty() ? std::string("ModelFile") : path) + ": no tensor '" + name + "'");
  }
  return found->second;
}

ModelFile
ReadModelFile(const std::string & path)
{
  const RawFile file = ReadBytes(path);
  const Json header = ParseObject(path, file.Header(), "header");
  const auto entries = ParseEntries(path, header, file.DataSize());
  ModelFile model;
  model.path = path;
  model.card = CheckedCard(path, file, header);
  for (const auto & entry : entries)
  {
    at::Tensor tensor = at::empty(entry.shape, at::TensorOptions().dtype(entry.type));
    if (entry.end > entry.begin)
    {
      std::memcpy(tensor.data_ptr(), file.Data() + entry.begin, entry.end - entry.begin);
    }
    model.tensors.emplace_back(entry.name, tensor);
  }
  return model;
}

void
WriteModelFile(const std::string & path, const ModelFile & model)
{
  Json card = ParseObject("WriteModelFile", model.card.empty() ? "{}" : model.card, "card");
  card[hashKey] = emptyHash;
  std::vector<std::pair<std::string, at::Tensor>> tensors;
  std::string data;
  for (const auto & [name, tensor] : model.tensors)
  {
    tensors.emplace_back(name, tensor.detach().cpu().contiguous());
    const at::Tensor & last = tensors.back().second;
    if (last.numel() > 0)
    {
      data.append(static_cast<const char *>(last.data_ptr()), last.numel() * last.element_size());
    }
  }
  std::string header = HeaderText(card.dump(), tensors);
  const std::string hash = HashOf(header, emptyHash, data.data(), data.size());
  header.replace(PlaceOfHash(header, emptyHash), emptyHash.size(), hash);
  const std::uint64_t length = header.size();
  std::string bytes(reinterpret_cast<const char *>(&length), sizeof(length));
  WriteTextAtomically(path, bytes + header + data);
}
} // namespace tweedie
