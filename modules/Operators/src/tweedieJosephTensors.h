// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieJosephTensors_h
#define tweedieJosephTensors_h

#include "tweedieJosephRays.h"

#include <ATen/core/Tensor.h>

#include <memory>
#include <mutex>
#include <vector>

namespace tweedie
{
/** The sums of JosephProjector and their transpose by ATen, for devices other than the CPU: the planes of the main axis
 * are a batch of images, sampled where the rays meet them by grid_sampler_2d and summed; its backward is the transpose,
 * of the same weights.
 *
 * Rays are made on the device, in double, from 15 numbers for each detector column of a view, which stay there. They
 * and the planes are taken in blocks: beside the arguments and the result, two copies of the projections (of rows that
 * share rays: and of the images) and less than 0.5 GB in single, 0.8 GB in double precision; planes of more than 2^24
 * voxels take three of them more.
 *
 * A sample costs two passes over 8 bytes (double: 16) of position, three in Adjoint, and for each image two over its
 * value, beside the four voxels, which lie in the cache: rays of neighbouring columns go through few planes at a time.
 * Images of a batch and rows that share rays share the positions. In single precision these are rounded to 4e-8 of the
 * grid's extent, by which noise 512 voxels wide differs from the CPU's sums by 2e-5, an image by less.
 *
 * Sums are taken in the same order for any batch, and in Forward at every call. Adjoint adds atomically on CUDA: in
 * single precision its last bits differ from call to call, and at::globalContext().setDeterministicAlgorithms refuses
 * it. */
class JosephTensors
{
public:
  /** rays: outlive this. values: taken at a time, the memory in a block being some multiple of it. */
  explicit JosephTensors(const JosephRays & rays, std::int64_t values = std::int64_t{1} << 24);

  /** Real [image, z, y, x] -> [image, view, row, column]. */
  at::Tensor Forward(const at::Tensor & images) const;
  /** Real [image, view, row, column] -> [image, z, y, x]. */
  at::Tensor Adjoint(const at::Tensor & projections) const;

private:
  /** Detector columns of which some ray may have a certain main axis. */
  struct Columns
  {
    at::Tensor places; ///< view * columns + column
    at::Tensor table;  ///< [15, columns], double
  };
  /** What is kept on a device. */
  struct Tables
  {
    at::Device device;
    bool isWithin; ///< a source is so near that planes behind it are in the grid
    std::array<Columns, 3> ofAxis;
  };
  class Pass;
  struct Block;

  const Tables & TablesOn(at::Device device) const;
  Tables Make(at::Device device) const;
  bool HasSourceWithin() const;
  /** [row, slice]: how much of a slice is in a row; undefined where the rows are the slices. */
  at::Tensor RowWeights(const at::Tensor & like) const;
  template <typename TBody> void ForEachPass(const at::Tensor & images, const TBody & body) const;
  template <typename TBody>
  static void ForEachBlock(const at::Tensor & planes, const Pass & pass, const Block & block, const TBody & body);

  const JosephRays & m_Rays;
  std::int64_t m_Values;
  mutable std::mutex m_Mutex;
  mutable std::vector<std::unique_ptr<const Tables>> m_Kept;
};
} // namespace tweedie

#endif
