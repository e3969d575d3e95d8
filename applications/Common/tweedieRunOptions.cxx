// SPDX-License-Identifier: Apache-2.0
#include "tweedieRunOptions.h"

#include <ATen/Parallel.h>

namespace tweedie
{
void
UseThreads(std::int64_t threads)
{
  if (threads > 0)
  {
    at::set_num_threads(static_cast<int>(threads));
  }
}
} // namespace tweedie
