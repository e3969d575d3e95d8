// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePixelEigenvectors_h
#define tweediePixelEigenvectors_h

#include <cstdint>

namespace tweedie
{
/** Hermitian matrices of the pixels of one row, the upper triangles: element (c, d), d >= c, of pixel x at
 * (c coils - c (c - 1) / 2 + d - c) stride + x. */
struct PixelMatrices
{
  const float * real;
  const float * imaginary;
  std::int64_t coils;
  std::int64_t stride;
};

/** The eigenvectors of the `sets` largest eigenvalues of matrices without negative ones, by power iteration until the
 * eigenvalue stands still to 1e-6, each orthogonal to those before it, for pixels 0 to count - 1: element c of vector s
 * at (s coils + c) stride + x. vectors hold the starts, of any length but 0. values: [sets, count]. */
void LargestEigenvectors(const PixelMatrices & matrices,
                         std::int64_t count,
                         std::int64_t sets,
                         float * real,
                         float * imaginary,
                         std::int64_t stride,
                         float * values);
} // namespace tweedie

#endif
