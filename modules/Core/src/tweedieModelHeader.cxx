// SPDX-License-Identifier: Apache-2.0
#include "tweedieModelHeader.h"

#include "tweedieError.h"
#include "tweedieSha256.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>
#include <set>

namespace tweedie
{
namespace
{
using Json = nlohmann::ordered_json;

constexpr const char * hashKey = "sha256";
const std::string emptyHash(64, '0');
constexpr std::uint64_t largestEmpty = std::uint64_t(1) << 40U; // bytes of a tensor if its extents of 0 were 1

struct ElementRow
{
  ModelElement type;
  const char * name;
  std::uint64_t size;
};
constexpr ElementRow elementRows[] = {{ModelElement::F32, "F32", 4},
                                      {ModelElement::F64, "F64", 8},
                                      {ModelElement::F16, "F16", 2},
                                      {ModelElement::BF16, "BF16", 2},
                                      {ModelElement::I64, "I64", 8}};

const ElementRow &
RowOf(ModelElement type)
{
  return *std::find_if(
      std::begin(elementRows), std::end(elementRows), [type](const ElementRow & row) { return row.type == type; });
}

/** The bytes of a file, and where the parts begin. */
struct RawFile
{
  const std::string & bytes;
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

[[noreturn]] void
Fail(const std::string & path, const std::string & fault)
{
  throw DataError(path + ": " + fault + "; required a model file written by tweedie");
}

RawFile
Cut(const std::string & path, const std::string & bytes)
{
  if (bytes.size() < 8)
  {
    Fail(path, "only " + std::to_string(bytes.size()) + " bytes could be read");
  }
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8); // little-endian, as all machines we build for
  if (length > bytes.size() - 8)
  {
    Fail(path, "a header of " + std::to_string(length) + " bytes in a file of " + std::to_string(bytes.size()));
  }
  return {bytes, static_cast<std::size_t>(length)};
}

ModelEntry
ParseEntry(const std::string & path, const std::string & name, const Json & json)
{
  ModelEntry entry{name, ModelElement::F32, {}, 0, 0};
  try
  {
    const std::string type = json.at("dtype").get<std::string>();
    const auto * row = std::find_if(
        std::begin(elementRows), std::end(elementRows), [&](const ElementRow & t) { return type == t.name; });
    if (row == std::end(elementRows))
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
HasItsBytes(const ModelEntry & entry, std::size_t dataSize)
{
  if (entry.begin > entry.end || entry.end > dataSize)
  {
    return false;
  }
  std::uint64_t bytes = RowOf(entry.type).size; // without extents of 0, so that steps from one to the next fit too
  bool isEmpty = false;
  for (const auto extent : entry.shape)
  {
    isEmpty = isEmpty || extent == 0;
    const std::uint64_t factor = extent == 0 ? 1 : static_cast<std::uint64_t>(extent);
    if (bytes > std::max<std::uint64_t>(dataSize, largestEmpty) / factor)
    {
      return false;
    }
    bytes *= factor;
  }
  return (isEmpty ? 0 : bytes) == entry.end - entry.begin;
}

std::vector<ModelEntry>
ParseEntries(const std::string & path, const Json & header, std::size_t dataSize)
{
  std::vector<ModelEntry> entries;
  for (const auto & item : header.items())
  {
    if (item.key() != "__metadata__")
    {
      entries.push_back(ParseEntry(path, item.key(), item.value()));
    }
  }
  std::stable_sort(entries.begin(),
                   entries.end(),
                   [](const ModelEntry & a, const ModelEntry & b)
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
  const Json object = ParseModelObject(path, card, "card");
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
} // namespace

Json
ParseModelObject(const std::string & path, const std::string & text, const char * what)
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

ModelHeader
ParseModelHeader(const std::string & path, const std::string & bytes)
{
  const RawFile file = Cut(path, bytes);
  const Json object = ParseModelObject(path, file.Header(), "header");
  ModelHeader header;
  header.entries = ParseEntries(path, object, file.DataSize());
  header.card = CheckedCard(path, file, object);
  header.dataBegin = 8 + file.headerSize;
  return header;
}

const char *
ModelElementName(ModelElement type)
{
  return RowOf(type).name;
}

std::string
CardWithoutHash(const std::string & card)
{
  Json object = ParseModelObject("WriteModelFile", card.empty() ? "{}" : card, "card");
  object[hashKey] = emptyHash;
  return object.dump();
}

std::string
WithHash(std::string header, const std::string & data)
{
  const std::string hash = HashOf(header, emptyHash, data.data(), data.size());
  return header.replace(PlaceOfHash(header, emptyHash), emptyHash.size(), hash);
}
} // namespace tweedie
