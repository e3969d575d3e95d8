// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieJosephImages_h
#define tweedieJosephImages_h

#include "tweedieJosephRays.h"

#include <ATen/core/Tensor.h>

#include <vector>

namespace tweedie
{
/** What one lane holds: an image [z, y, x] of a batch, or a row of a stack, i.e. the interpolation between two of its
 * slices. */
struct JosephLane
{
  std::int64_t image;
  std::int64_t row; ///< of the detector; not used in a volume
};

/** The lanes that go through the kernels together: as many as make use of the vectors, or one. */
struct JosephGroup
{
  bool isWide;
  std::vector<JosephLane> lanes;
};

/** All rows of all images in groups. Wide ones are padded by lanes of zeros, but not by more than they save. */
std::vector<JosephGroup> JosephGroups(const JosephRays & rays, std::int64_t images, std::int64_t lanesOfVector);

/** A working copy of the images of a group, with a border and the layout of the kernels:
 *
 *    a slice           [y, x] and [x, y], for the rays along y and along x
 *    slices            [y, x, lane]
 *    a volume          [y, x, z], and [z, y, x] for rays along z
 *    volumes           [y, x, z, lane] */
template <typename T> class JosephImages
{
public:
  /** Zeros. */
  JosephImages(const JosephRays & rays, bool isWide);

  JosephKind
  Kind() const
  {
    return {m_IsPlane, m_IsWide};
  }
  /** images: [image, z, y, x]. */
  void Load(const JosephGroup & group, const at::Tensor & images);
  /** The transpose of Load: adds to images. */
  void AddTo(const JosephGroup & group, const at::Tensor & images) const;

  /** Brings the layout for rays along an axis up to date: to be read, or also to be added to, which only one of them
   * is at a time. */
  void Prepare(int axis, bool isAddedTo);
  /** Of the axes that were prepared. */
  const JosephVolume<T> &
  Volume() const
  {
    return m_Volume;
  }

private:
  struct Layout
  {
    at::Tensor memory;
    T * origin = nullptr;
    std::array<std::int64_t, 3> strides{}; ///< of x, y, z
  };

  Layout Allocate(const std::array<int, 3> & axes) const;
  std::size_t LayoutOf(int axis) const;
  void SetAxis(int axis, const Layout & layout);

  const JosephRays & m_Rays;
  bool m_IsPlane;
  bool m_IsWide;
  std::array<std::int64_t, 3> m_Size; ///< of x, y, z; in a stack one z
  std::array<Layout, 2> m_Layouts;    ///< the second one is made when it is needed
  std::array<bool, 2> m_IsFresh{};    ///< holds what was loaded and added
  JosephVolume<T> m_Volume;
};
} // namespace tweedie

#endif
