// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieModelHeader_h
#define tweedieModelHeader_h

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tweedie
{
/** The types that a model may have, by their names in the file; in the order of the table of tweedieModelFile.cxx. */
enum class ModelElement
{
  F32,
  F64,
  F16,
  BF16,
  I64
};

/** One entry of the header: where a tensor lies behind it. */
struct ModelEntry
{
  std::string name;
  ModelElement type;
  std::vector<std::int64_t> shape;
  std::uint64_t begin;
  std::uint64_t end;
};

/** What the bytes of a model file say, checked: nothing of it needs LibTorch. */
struct ModelHeader
{
  std::string card;
  std::vector<ModelEntry> entries; ///< in the order of their bytes, without gaps
  std::size_t dataBegin = 0;
};

/** Throws DataError "path: ..." for what is no whole and unchanged model. */
ModelHeader ParseModelHeader(const std::string & path, const std::string & bytes);

const char * ModelElementName(ModelElement type);

/** A JSON object; throws DataError for another text, and for a name that occurs twice. */
nlohmann::ordered_json ParseModelObject(const std::string & path, const std::string & text, const char * what);

/** The card with zeros for its SHA-256. */
std::string CardWithoutHash(const std::string & card);

/** A header with the SHA-256 of itself and the tensors in the place of the zeros. */
std::string WithHash(std::string header, const std::string & data);
} // namespace tweedie

#endif
