// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieFuzz_h
#define tweedieFuzz_h

#include "tweedieError.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace tweedie::fuzz
{
/** What every parser promises: it returns, or throws one of our errors with one line. Anything else ends the process.
 */
template <typename TWork>
void
Hold(const TWork & work)
{
  try
  {
    work();
  }
  catch (const Error & error)
  {
    const std::string text = error.what();
    if (text.empty() || text.find('\n') != std::string::npos)
    {
      std::abort();
    }
  }
}

/** For what must be true of what was read. */
inline void
Require(bool isTrue)
{
  if (!isTrue)
  {
    std::abort();
  }
}

inline std::string
Text(const std::uint8_t * bytes, std::size_t size)
{
  return {reinterpret_cast<const char *>(bytes), size};
}
} // namespace tweedie::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t * bytes, std::size_t size);

#endif
