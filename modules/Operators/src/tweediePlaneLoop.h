// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePlaneLoop_h
#define tweediePlaneLoop_h

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <functional>

namespace tweedie
{
/** Threads over planes where there are enough of them; otherwise one plane after the other, for threads inside. */
inline void
ForEachPlane(std::int64_t planes, const std::function<void(std::int64_t)> & plane)
{
  const auto several = [&plane](std::int64_t begin, std::int64_t end)
  {
    for (std::int64_t p = begin; p < end; ++p)
    {
      plane(p);
    }
  };
  if (planes >= at::get_num_threads())
  {
    at::parallel_for(0, planes, 1, several);
    return;
  }
  several(0, planes);
}

/** A map of real numbers applied to the real and the imaginary part of x, on the CPU. */
inline at::Tensor
ApplyToParts(const at::Tensor & x, const std::function<at::Tensor(const at::Tensor &)> & real)
{
  const at::Tensor onCpu = x.cpu();
  if (!x.is_complex())
  {
    return real(onCpu).to(x.device());
  }
  // The parts are entries of a batch twice as large.
  const at::Tensor parts = at::cat({at::real(onCpu), at::imag(onCpu)}).contiguous();
  const at::Tensor both = real(parts);
  return at::complex(both.narrow(0, 0, x.size(0)), both.narrow(0, x.size(0), x.size(0))).to(x.device());
}
} // namespace tweedie

#endif
