// SPDX-License-Identifier: Apache-2.0
#include "tweedieModelFile.h"

#include "tweedieAtomicFile.h"
#include "tweedieError.h"
#include "tweedieModelHeader.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <limits>

namespace tweedie
{
namespace
{
using Json = nlohmann::ordered_json;

struct ElementType
{
  ModelElement element;
  at::ScalarType type;
};
constexpr ElementType elementTypes[] = {{ModelElement::F32, at::kFloat},
                                        {ModelElement::F64, at::kDouble},
                                        {ModelElement::F16, at::kHalf},
                                        {ModelElement::BF16, at::kBFloat16},
                                        {ModelElement::I64, at::kLong}};

std::string
ReadBytes(const std::string & path)
{
  std::ifstream stream(path, std::ios::binary | std::ios::ate);
  const auto size = stream ? static_cast<std::streamoff>(stream.tellg()) : std::streamoff{-1};
  if (size < 0 || size == std::numeric_limits<std::streamoff>::max())
  {
    throw DataError(path + ": cannot be opened; required a model file written by tweedie");
  }
  std::string bytes(static_cast<std::size_t>(size), '\0');
  stream.seekg(0);
  stream.read(bytes.data(), size);
  if (!stream)
  {
    throw DataError(path + ": only " + std::to_string(stream.gcount()) +
                    " bytes could be read; required a model file written by tweedie");
  }
  return bytes;
}

at::ScalarType
TypeOf(ModelElement element)
{
  return std::find_if(std::begin(elementTypes),
                      std::end(elementTypes),
                      [element](const ElementType & row) { return row.element == element; })
      ->type;
}

const char *
TypeName(at::ScalarType type)
{
  for (const auto & row : elementTypes)
  {
    if (row.type == type)
    {
      return ModelElementName(row.element);
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
  const std::string bytes = ReadBytes(path);
  const ModelHeader header = ParseModelHeader(path, bytes);
  ModelFile model;
  model.path = path;
  model.card = header.card;
  for (const ModelEntry & entry : header.entries)
  {
    at::Tensor tensor = at::empty(entry.shape, at::TensorOptions().dtype(TypeOf(entry.type)));
    if (entry.end > entry.begin)
    {
      std::memcpy(tensor.data_ptr(), bytes.data() + header.dataBegin + entry.begin, entry.end - entry.begin);
    }
    model.tensors.emplace_back(entry.name, tensor);
  }
  return model;
}

void
WriteModelFile(const std::string & path, const ModelFile & model)
{
  const std::string card = CardWithoutHash(model.card);
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
  const std::string header = WithHash(HeaderText(card, tensors), data);
  const std::uint64_t length = header.size();
  std::string bytes(reinterpret_cast<const char *>(&length), sizeof(length));
  WriteTextAtomically(path, bytes + header + data);
}
} // namespace tweedie
