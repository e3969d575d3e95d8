// SPDX-License-Identifier: Apache-2.0
#include "tweedieThreadScope.h"

#include <ATen/Parallel.h>

namespace tweedie
{
ThreadScope::ThreadScope(std::int64_t threads) : m_Before(at::get_num_threads())
{
  if (threads > 0)
  {
    at::set_num_threads(static_cast<int>(threads));
  }
}

ThreadScope::~ThreadScope()
{
  at::set_num_threads(m_Before);
}
} // namespace tweedie
