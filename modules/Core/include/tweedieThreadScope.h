// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieThreadScope_h
#define tweedieThreadScope_h

#include <cstdint>

namespace tweedie
{
/** Sets the number of threads of tensor arithmetic for its life; 0 leaves it as it is. */
class ThreadScope
{
public:
  explicit ThreadScope(std::int64_t threads);
  ~ThreadScope();
  ThreadScope(const ThreadScope &) = delete;
  ThreadScope & operator=(const ThreadScope &) = delete;

private:
  int m_Before;
};
} // namespace tweedie

#endif
