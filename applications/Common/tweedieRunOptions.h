// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRunOptions_h
#define tweedieRunOptions_h

#include "tweedieOptions.h"

#include <cstdint>
#include <string>

namespace tweedie
{
/** What every command that works and writes has; heading "Run". */
struct RunOptions
{
  std::int64_t threads = 0;
  std::string progress = "auto";
  bool overwrite = false;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("overwrite", "replace outputs that exist"), overwrite);
    v.Visit(Field("threads", "threads of the arithmetic; 0: one per core").Range(0), threads);
    v.Visit(Field("progress",
                  "bar on a terminal, else now and then a line; or always a bar; the tags of 3D Slicer; or nothing")
                .Choices({"auto", "bar", "slicer", "none"}),
            progress);
  }
};

/** Makes the arithmetic of the whole program use that many threads; 0: OMP_NUM_THREADS, without it one per core
 * that this process may use. */
void UseThreads(std::int64_t threads);
} // namespace tweedie

#endif
