// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieModelFile_h
#define tweedieModelFile_h

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace tweedie
{
/** A safetensors file (named tensors and one JSON text of metadata): data only, never code.
 *
 * The metadata of a Tweedie model is the card: a JSON object under the key "tweedie". */
struct ModelFile
{
  std::string card;                                        ///< JSON text
  std::vector<std::pair<std::string, at::Tensor>> tensors; ///< in file order, contiguous, CPU
  std::string path;                                        ///< where it was read from, for messages; else empty

  /** Throws DataError "path: no tensor 'name'". */
  at::Tensor Tensor(const std::string & name) const;
};

/** Reads and checks a model: header length, offsets without gaps or overlap, dtypes (F32, F64, F16, BF16, I64), total
 * length, and the SHA-256 that the card states under "sha256": over the header, with 64 zeros in the place of the hash
 * itself, and all tensor bytes. One changed byte anywhere throws DataError, which names the file and the fault. */
ModelFile ReadModelFile(const std::string & path);

/** Writes a model whole or not at all (temporary file, fsync, rename); adds the SHA-256 to the card. */
void WriteModelFile(const std::string & path, const ModelFile & model);

/** Lower-case hexadecimal SHA-256 (FIPS 180-4). */
std::string Sha256(const void * data, std::size_t size);

/** That of a file; empty where it cannot be read. */
std::string FileSha256(const std::string & path);
} // namespace tweedie

#endif
