// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieGriddingKernels_h
#define tweedieGriddingKernels_h

#include <cstdint>

namespace tweedie
{
/** Samples between the points of a grid of complex numbers, width x width weights each, or width^3. Sample n reads or
 * writes the square or cube whose first point is grid[2 * first[n]]; its place among the values is values[2 *
 * place[n]].
 */
template <typename T> struct GriddingSamples
{
  const std::int32_t * first;
  const std::int32_t * place;
  const T * conjugate; ///< -1 where the value is the complex conjugate of what the grid has, else 1
  const T * weights;   ///< along x, then along y, then, in a volume, along z: width each
  std::int64_t begin;
  std::int64_t end;
  std::int64_t planeStride = 0; ///< complex numbers from a plane of the grid to the next; 0: there is one plane
};

/** values = weighted sums of the grid. stride: complex numbers from a row of the grid to the next. width: 4, 6, ... 16.
 */
void GatherSamples(
    const GriddingSamples<float> & samples, int width, const float * grid, std::int64_t stride, float * values);
void GatherSamples(
    const GriddingSamples<double> & samples, int width, const double * grid, std::int64_t stride, double * values);

/** The transpose: adds values times weights to the grid. */
void SpreadSamples(
    const GriddingSamples<float> & samples, int width, const float * values, float * grid, std::int64_t stride);
void SpreadSamples(
    const GriddingSamples<double> & samples, int width, const double * values, double * grid, std::int64_t stride);
} // namespace tweedie

#endif
