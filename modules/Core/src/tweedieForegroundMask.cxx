// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieMetrics.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

namespace tweedie
{
namespace
{
/** Connected components of one slice by flood fill. */
class SliceLabels
{
public:
  SliceLabels(std::int64_t height, std::int64_t width)
      : m_Height(height), m_Width(width), m_Labels(static_cast<std::size_t>(height * width), 0)
  {
  }

  /** Gives a new label to all pixels of value wanted that are connected to start; returns their number. Foreground is
   * connected over corners, background is not: the usual pair, without which a diagonal line would be both. */
  std::int64_t
  Fill(const bool * image, std::int64_t start, bool wanted, int label)
  {
    m_Labels[start] = label;
    m_Stack.assign(1, start);
    std::int64_t count = 0;
    while (!m_Stack.empty())
    {
      const std::int64_t pixel = m_Stack.back();
      m_Stack.pop_back();
      ++count;
      for (std::int64_t dy = -1; dy <= 1; ++dy)
      {
        for (std::int64_t dx = -1; dx <= 1; ++dx)
        {
          const std::int64_t y = pixel / m_Width + dy;
          const std::int64_t x = pixel % m_Width + dx;
          const bool neighbour = wanted || dy == 0 || dx == 0;
          if (neighbour && y >= 0 && y < m_Height && x >= 0 && x < m_Width && m_Labels[y * m_Width + x] == 0 &&
              image[y * m_Width + x] == wanted)
          {
            m_Labels[y * m_Width + x] = label;
            m_Stack.push_back(y * m_Width + x);
          }
        }
      }
    }
    return count;
  }

  int
  At(std::int64_t pixel) const
  {
    return m_Labels[pixel];
  }

private:
  std::int64_t m_Height;
  std::int64_t m_Width;
  std::vector<int> m_Labels;
  std::vector<std::int64_t> m_Stack;
};

void
KeepLargestComponent(bool * image, std::int64_t height, std::int64_t width)
{
  SliceLabels labels(height, width);
  int next = 1;
  int largest = 0;
  std::int64_t largestCount = 0;
  for (std::int64_t pixel = 0; pixel < height * width; ++pixel)
  {
    if (image[pixel] && labels.At(pixel) == 0)
    {
      const std::int64_t count = labels.Fill(image, pixel, true, next);
      if (count > largestCount)
      {
        largest = next;
        largestCount = count;
      }
      ++next;
    }
  }
  for (std::int64_t pixel = 0; pixel < height * width; ++pixel)
  {
    image[pixel] = image[pixel] && labels.At(pixel) == largest;
  }
}

/** Background that cannot be reached from the border becomes foreground. */
void
FillHoles(bool * image, std::int64_t height, std::int64_t width)
{
  SliceLabels labels(height, width);
  for (std::int64_t pixel = 0; pixel < height * width; ++pixel)
  {
    const std::int64_t y = pixel / width;
    const std::int64_t x = pixel % width;
    const bool border = y == 0 || y == height - 1 || x == 0 || x == width - 1;
    if (border && !image[pixel] && labels.At(pixel) == 0)
    {
      labels.Fill(image, pixel, false, 1);
    }
  }
  for (std::int64_t pixel = 0; pixel < height * width; ++pixel)
  {
    image[pixel] = labels.At(pixel) == 0;
  }
}
} // namespace

at::Tensor
ForegroundMask(const at::Tensor & image, double fraction)
{
  if (!image.defined() || image.is_complex() || image.dim() < 2 || image.numel() == 0)
  {
    throw DataError("ForegroundMask: a complex or empty image; required a real one [..., y, x]");
  }
  const at::Tensor x = image.detach().cpu();
  const at::Tensor threshold = at::amax(x, {-2, -1}, true) * fraction;
  const at::Tensor mask = x.gt(threshold).contiguous();
  const auto height = mask.size(-2);
  const auto width = mask.size(-1);
  for (bool * slice = mask.data_ptr<bool>(); slice < mask.data_ptr<bool>() + mask.numel(); slice += height * width)
  {
    KeepLargestComponent(slice, height, width);
    FillHoles(slice, height, width);
  }
  return mask;
}
} // namespace tweedie
