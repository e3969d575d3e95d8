// SPDX-License-Identifier: Apache-2.0
#include "tweedieInterrupt.h"
#include "tweedieProgram.h"

#include <climits>
#include <dlfcn.h>
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

/** Stops OpenBLAS from keeping threads of its own beside those of OpenMP, where it is the build that does: after each
 * product they wait by yielding for the next one, on the cores that a network's layers need. A layer then takes twice
 * as long, and ten times as long beside other programs. The build on OpenMP shares the threads, and is left as it is.
 */
void
KeepOneSetOfThreads()
{
  using GetParallel = int();
  using SetThreads = void(int);
  constexpr int threadsOfItsOwn = 1;
  const auto parallel = reinterpret_cast<GetParallel *>(dlsym(RTLD_DEFAULT, "openblas_get_parallel"));
  const auto setThreads = reinterpret_cast<SetThreads *>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"));
  if (parallel && setThreads && parallel() == threadsOfItsOwn)
  {
    setThreads(1);
  }
}
} // namespace

int
main(int argc, char ** argv)
{
  KeepLargeBlocks();
  KeepOneSetOfThreads();
  tweedie::CatchInterrupts();
  return tweedie::RunProgram({argv + 1, argv + argc}, argc > 0 ? argv[0] : "");
}
