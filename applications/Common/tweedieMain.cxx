// SPDX-License-Identifier: Apache-2.0
#include "tweedieInterrupt.h"
#include "tweedieProgram.h"

#include <climits>
#include <malloc.h>

namespace
{
/** Keeps large blocks in the process. A network's activations would otherwise be mapped and unmapped by the kernel at
 * every layer, which takes as long as the arithmetic. */
void
KeepLargeBlocks()
{
#ifdef __GLIBC__
  constexpr int oneGigabyte = 1 << 30;
  mallopt(M_MMAP_THRESHOLD, oneGigabyte);
  mallopt(M_TRIM_THRESHOLD, INT_MAX);
  mallopt(M_TOP_PAD, 64 << 20);
#endif
}
} // namespace

int
main(int argc, char ** argv)
{
  KeepLargeBlocks();
  tweedie::CatchInterrupts();
  return tweedie::RunProgram({argv + 1, argv + argc});
}
