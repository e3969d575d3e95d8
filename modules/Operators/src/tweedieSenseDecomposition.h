// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSenseDecomposition_h
#define tweedieSenseDecomposition_h

#include "tweedieNormalDecomposition.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <vector>

namespace tweedie
{
/** A^H A of one batch entry of a SENSE operator whose mask keeps whole lines. The transform along the lines cancels, so
 * that each of the M lines of pixels across them is a problem of its own,
 *
 *    G[j, k] = sum_c conj(S[c, j]) K[j - k] S[c, k],   K = inverse Fourier transform of the mask,
 *
 * an N x N Hermitian matrix. */
struct SenseLineSpectrum
{
  at::Tensor vectors;     ///< V, [M, N, N], eigenvectors in the columns
  at::Tensor eigenvalues; ///< l, [M, N], real
};

/** The spectra of a SENSE operator's batch entries, made when asked for; those used last are kept, up to a gigabyte.
 * Shared by an operator and what was selected from it. */
class SenseSpectra
{
public:
  /** mask [1 or batch, 1, 1, y, x]; maps [1 or batch, coil, 1, y, x]. */
  SenseSpectra(const at::Tensor & mask, const at::Tensor & maps);

  /** False when the mask is not made of whole lines, or when a spectrum would be too large or take too long. */
  bool
  IsOffered() const
  {
    return m_IsOffered;
  }

  /** The decomposition for these batch entries (one for each sample, repetition allowed, or a single one for all), for
   * images of the type and on the device of options. */
  NormalDecompositionPointer Decompose(const std::vector<std::int64_t> & entries, const at::TensorOptions & options);

private:
  using Pointer = std::shared_ptr<const SenseLineSpectrum>;
  struct Kept
  {
    std::int64_t entry;
    at::TensorOptions options;
    Pointer spectrum;
  };

  Pointer Get(std::int64_t entry, const at::TensorOptions & options);
  SenseLineSpectrum Make(std::int64_t entry, const at::TensorOptions & options) const;

  at::Tensor m_Mask; ///< with DC first and lines along the last dimension, [1 or batch, N]
  at::Tensor m_Maps; ///< [1 or batch, coil, N, M]
  std::int64_t m_Lines;
  bool m_IsTransposed; ///< lines run along y
  bool m_IsOffered;
  std::mutex m_Mutex;
  std::list<Kept> m_Kept; ///< the one used last comes first
};
} // namespace tweedie

#endif
