// SPDX-License-Identifier: Apache-2.0
#include "tweedieRunOptions.h"

#include "tweedieAvailableCores.h"

#include <ATen/Parallel.h>

#include <cstdlib>

namespace tweedie
{
void
UseThreads(std::int64_t threads)
{
  if (threads > 0)
  {
    at::set_num_threads(static_cast<int>(threads));
  }
  else if (std::getenv("OMP_NUM_THREADS") == nullptr)
  {
    at::set_num_threads(AvailableCores());
  }
}
} // namespace tweedie
